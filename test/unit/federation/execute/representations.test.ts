import { buildSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { compileRepresent } from "../../../../src/federation/execute/representations.js";
import type { RequiredSelection, Rewrite } from "../../../../src/federation/plan/plan.js";
import { createTypeConditions } from "../../../../src/graphql/type-conditions.js";

const schema = buildSchema(`scalar Hidden type Query { p: Payload o: Other }
  type Payload { token: Hidden all: [Hidden!] id: ID inner: Inner } type Inner { token: Hidden id: ID }
  type Other { token: String id: ID }`);
const types = createTypeConditions(schema, "Hidden");
const field = (outputName: string, more: Partial<{ name: string; selections: RequiredSelection[] }> = {}) =>
  ({ kind: "field", name: outputName, outputName, selections: undefined, ...more }) as const;
const on = (typeCondition: string, ...selections: RequiredSelection[]): RequiredSelection => ({
  kind: "fragment",
  typeCondition,
  selections,
  skipIf: undefined,
  includeIf: undefined,
});
const text = (
  selections: readonly RequiredSelection[],
  entity: Parameters<ReturnType<typeof compileRepresent>["text"]>[0],
  rewrites: readonly Rewrite[] = [],
) => compileRepresent(selections, rewrites, types).text(entity, () => true);

const PAYLOAD = { __typename: "Payload", id: "1", token: "SECRET", key: "SECRET", all: ["SECRET"] };

describe("a representation never carries a secret", () => {
  it.each([
    ["as a plain field", [on("Payload", field("token"))], PAYLOAD],
    ["in a list", [on("Payload", field("id"), field("all"))], PAYLOAD],
    ["under another key of the result", [on("Payload", field("token", { name: "key" }))], PAYLOAD],
    [
      "inside an object",
      [on("Payload", field("inner", { selections: [field("token")] }))],
      { __typename: "Payload", inner: { __typename: "Inner", token: "SECRET" } },
    ],
    [
      "inside an object that does not say its type",
      [on("Payload", field("inner", { selections: [field("token")] }))],
      { __typename: "Payload", inner: { token: "SECRET" } },
    ],
  ])("%s", (_name, selections, entity) => {
    expect(text(selections, entity)).toBeUndefined();
  });

  it("by a rewrite that gives it its name", () => {
    const rename: Rewrite = { kind: "rename", path: [{ kind: "key", name: "key" }], to: "token" };
    expect(text([on("Payload", field("key"))], PAYLOAD, [rename])).toBeUndefined();
  });

  it("and carries everything else, a field of that name in another type as well", () => {
    expect(text([on("Payload", field("id"))], PAYLOAD)).toBe('{"__typename":"Payload","id":"1"}');
    const other = { __typename: "Other", token: "plain" };
    expect(text([on("Other", field("token"))], other)).toBe('{"__typename":"Other","token":"plain"}');
  });
});
