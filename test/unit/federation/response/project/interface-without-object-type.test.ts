import { buildSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { interfaceWithoutObjectType } from "../../../../../src/federation/response/project/interface-without-object-type.js";

const schema = buildSchema(`
  interface Thing { id: ID }
  interface Bare implements Thing { id: ID }
  interface Held implements Thing { id: ID }
  interface Elsewhere { id: ID }
  type User implements Thing & Held { id: ID }
  union Hit = User
  type Query { thing: Thing bare: Bare hit: Hit elsewhere: Elsewhere }
`);
const shownAs = (position: string, typeName: unknown): string | undefined => {
  const type = schema.getType(position);
  if (type === undefined) throw new Error("no such type");
  return interfaceWithoutObjectType(schema, type, typeName)?.name;
};

describe("an object of which no object type is known", () => {
  it("is completed as the interface its position promises when it has no name, or that one", () => {
    expect([shownAs("Thing", undefined), shownAs("Thing", "Thing")]).toEqual(["Thing", "Thing"]);
  });

  it("is completed as an interface below, when no object type implements that", () => {
    expect(shownAs("Thing", "Bare")).toBe("Bare");
    expect(shownAs("Thing", "Held")).toBeUndefined();
  });

  it.each([
    "Elsewhere",
    "User",
    "Hit",
    "Query",
    "Nobody",
    "",
    "constructor",
    "__proto__",
    null,
    7,
    ["Bare"],
    { name: "Bare" },
  ])("is not completed when it calls itself %j", (name) => {
    expect(shownAs("Thing", name)).toBeUndefined();
  });

  it.each(["Hit", "User", "Query"])(
    "is not completed at a position of type %s: it is no interface",
    (position) => {
      expect([undefined, position, "Bare"].map((name) => shownAs(position, name))).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    },
  );
});
