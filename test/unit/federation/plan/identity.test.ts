import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import { FaultError } from "../../../../src/domain/errors.js";
import { identifyPlan } from "../../../../src/federation/plan/identity.js";

const plannable = (conditionVariables: readonly string[] = [], digest = "d") => ({
  text: "{ n }",
  document: parse("{ n }"),
  operationName: undefined,
  digest,
  conditionVariables,
});
const drawOf = (key = "") => ({ key, labels: new Set<string>(), percentage: 0 });
const given = (values: Readonly<Record<string, boolean>>) => (name: string) => values[name] === true;
const keyOf = (of: ReturnType<typeof plannable>, values: Readonly<Record<string, boolean>>, draw = "") =>
  identifyPlan(of, drawOf(draw), given(values)).key;

describe("a plan's identity", () => {
  it("is the document's digest where nothing else decides", () => {
    expect(keyOf(plannable(), { other: true })).toBe("d");
  });

  it("names each condition, so that equal bits of other variables are something else", () => {
    expect(keyOf(plannable(["a", "b"]), { a: true })).not.toBe(keyOf(plannable(["b", "c"]), { b: true }));
    expect(keyOf(plannable(["a", "b"]), { a: true })).not.toBe(keyOf(plannable(["a", "b"]), { b: true }));
  });

  it("does not change with variables the document does not use", () => {
    expect(keyOf(plannable(["a"]), { a: true, z: true })).toBe(keyOf(plannable(["a"]), { a: true }));
  });

  it("distinguishes sides of an override from conditions", () => {
    const keys = ["", "[0,[]]", "[1,[]]"].flatMap((draw) => [
      keyOf(plannable(), {}, draw),
      keyOf(plannable(["a"]), {}, draw),
      keyOf(plannable(["a"]), { a: true }, draw),
    ]);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("gives the planner the conditions of the document and no other variable", () => {
    const { isTrue } = identifyPlan(plannable(["a", "b"]), drawOf(), given({ a: true, z: true }));
    expect([isTrue("a"), isTrue("b")]).toEqual([true, false]);
    expect(() => isTrue("z")).toThrow(FaultError);
    expect(() => identifyPlan(plannable(), drawOf(), given({ a: true })).isTrue("a")).toThrow(FaultError);
  });
});
