import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import type { RequiredSelection } from "../../../../src/federation/plan/plan.js";
import { requiredText } from "../../../../src/federation/plan/required-text.js";

const field = (
  name: string,
  selections?: readonly RequiredSelection[],
  outputName = name,
): RequiredSelection => ({
  kind: "field",
  name,
  outputName,
  selections,
});
const on = (typeCondition: string, ...selections: RequiredSelection[]): RequiredSelection => ({
  kind: "fragment",
  typeCondition,
  selections,
  skipIf: undefined,
  includeIf: undefined,
});

describe("what is sent of an entity, as text", () => {
  it("has the names that are sent, not those of the result tree", () => {
    expect(requiredText([on("User", field("_internal_qp_alias_0", undefined, "id"))])).toBe("...on User{id}");
  });

  it("is GraphQL at any depth, which the fetch verifier parses", () => {
    const text = requiredText([
      on("User", field("id"), field("home", [field("city", [field("name")]), on("House", field("floors"))])),
      on("Admin", field("id")),
    ]);
    expect(text).toBe("...on User{id home{city{name} ...on House{floors}}} ...on Admin{id}");
    expect(() => parse(`{_entities{${text}}}`)).not.toThrow();
  });

  it("is empty where nothing is sent", () => {
    expect(requiredText([])).toBe("");
  });
});
