import { buildSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { applyRewrites } from "../../../../src/federation/execute/rewrites.js";
import type { Rewrite, RewriteStep } from "../../../../src/federation/plan/plan.js";
import type { JsonValue } from "../../../../src/federation/result/json.js";
import { createTypeConditions } from "../../../../src/graphql/type-conditions.js";

const types = createTypeConditions(
  buildSchema(`
    interface Thing { id: ID }
    type User implements Thing { id: ID }
    type Post implements Thing { id: ID }
    type Query { thing: Thing }
  `),
);
const steps = (...path: readonly (string | readonly string[])[]): readonly RewriteStep[] =>
  path.map((step) =>
    typeof step === "string" ? { kind: "key", name: step } : { kind: "types", names: step },
  );
const rename = (to: string, ...path: readonly (string | readonly string[])[]): Rewrite => ({
  kind: "rename",
  path: steps(...path),
  to,
});
const set = (value: string, ...path: readonly (string | readonly string[])[]): Rewrite => ({
  kind: "set",
  path: steps(...path),
  value,
});
const rewritten = (data: JsonValue | undefined, ...rewrites: readonly Rewrite[]): JsonValue | undefined => {
  const copy = data === undefined ? undefined : structuredClone(data);
  applyRewrites(copy, rewrites, types);
  return copy;
};

describe("a rename", () => {
  it("moves the value, and leaves no second copy of it", () => {
    expect(rewritten({ a: { _x: 1, y: 2 } }, rename("x", "a", "_x"))).toEqual({ a: { x: 1, y: 2 } });
  });

  it("moves a null, and brings nothing where nothing was answered", () => {
    expect(rewritten({ _x: null }, rename("x", "_x"))).toEqual({ x: null });
    expect(Object.keys(rewritten({ y: 1 }, rename("x", "_x")) as object)).toEqual(["y"]);
  });

  it("reaches every item of lists, at any depth", () => {
    expect(rewritten({ a: [[{ _x: 1 }, null], { _x: 2 }, 7] }, rename("x", "a", "_x"))).toEqual({
      a: [[{ x: 1 }, null], { x: 2 }, 7],
    });
  });

  it("runs in the order given: what one brings the next may move on", () => {
    expect(rewritten({ a: 1 }, rename("b", "a"), rename("c", "b"))).toEqual({ c: 1 });
    expect(rewritten({ a: 1 }, rename("c", "b"), rename("b", "a"))).toEqual({ b: 1 });
  });

  it("does not take what objects inherit for data", () => {
    expect(Object.keys(rewritten({ y: 1 }, rename("x", "constructor")) as object)).toEqual(["y"]);
    expect(Object.keys(rewritten({}, rename("x", "constructor", "name")) as object)).toEqual([]);
    expect(Object.keys(rewritten({}, set("x", "__proto__", "polluted")) as object)).toEqual([]);
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });
});

describe("a constant", () => {
  it("is written over what is there, and where nothing is", () => {
    const rewrite = set("Thing", "a", "__typename");
    expect(rewritten({ a: [{ __typename: "User" }, {}, null] }, rewrite)).toEqual({
      a: [{ __typename: "Thing" }, { __typename: "Thing" }, null],
    });
  });
});

describe("a type on the way", () => {
  it("lets only objects of it through, an interface every one of its types", () => {
    const data = {
      a: [
        { __typename: "User", _x: 1 },
        { __typename: "Post", _x: 2 },
      ],
    };
    expect(rewritten(data, rename("x", "a", ["User"], "_x"))).toEqual({
      a: [
        { __typename: "User", x: 1 },
        { __typename: "Post", _x: 2 },
      ],
    });
    expect(rewritten(data, rename("x", "a", ["Thing"], "_x"))).toEqual({
      a: [
        { __typename: "User", x: 1 },
        { __typename: "Post", x: 2 },
      ],
    });
  });

  it("is met when one of several names is", () => {
    expect(rewritten({ __typename: "Post", _x: 1 }, rename("x", ["User", "Post"], "_x"))).toEqual({
      __typename: "Post",
      x: 1,
    });
  });

  it("accepts an object without a type name: it has the static one", () => {
    expect(rewritten({ _x: 1 }, rename("x", ["User"], "_x"))).toEqual({ x: 1 });
    expect(rewritten({ __typename: 7, _x: 1 }, rename("x", ["User"], "_x"))).toEqual({ __typename: 7, x: 1 });
  });

  it("is met by no name that types or objects merely inherit", () => {
    const data = { __typename: "constructor", _x: 1 };
    expect(rewritten(data, rename("x", ["User"], "_x"))).toEqual(data);
  });
});

describe("answers of another shape", () => {
  it.each([undefined, null, "text", 7, [], [null, [1]]])("are left as they are: %j", (data) => {
    const rewrites = [rename("x", "a", "_x"), set("Thing", ["User"], "__typename"), rename("y")];
    expect(rewritten(data as JsonValue | undefined, ...rewrites)).toEqual(data);
  });

  it("are left when the way ends in a leaf, or in nothing", () => {
    expect(rewritten({ a: "text" }, rename("x", "a", "_x"), set("x", "b", "c"))).toEqual({ a: "text" });
  });

  it("are left when a path has no steps", () => {
    expect(rewritten({ a: 1 }, rename("x"), set("y"))).toEqual({ a: 1 });
  });
});
