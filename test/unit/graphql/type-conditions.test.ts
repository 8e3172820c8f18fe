import { buildSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { createTypeConditions } from "../../../src/graphql/type-conditions.js";

const schema = buildSchema(`
  scalar Hidden
  interface Thing { id: ID! secret: Hidden }
  interface Person implements Thing { id: ID! secret: Hidden }
  type User implements Thing & Person { id: ID! secret: Hidden ids: [[ID!]]! name: String mate: User! all: [Hidden!]! }
  type Post implements Thing { id: ID! secret: Hidden plain: String }
  union Hit = User | Post
  enum Color { RED }
  input In { id: ID }
  type Query { thing: Thing hit: Hit color(in: In): Color }
`);
const types = createTypeConditions(schema, "Hidden");
const HOSTILE = ["", "constructor", "__proto__", "toString", "Nobody", "user"];

describe("an object of a type satisfies a condition", () => {
  it("of its own name, of its interfaces and of its unions", () => {
    const held = ["User", "Thing", "Person", "Hit", "Post", "Query"].filter((condition) =>
      types.satisfies("User", condition),
    );
    expect(held).toEqual(["User", "Thing", "Person", "Hit"]);
  });

  it("under an interface's name those that the interface implements: an interface object calls itself so", () => {
    expect(
      ["Thing", "Person", "User", "Hit"].filter((condition) => types.satisfies("Person", condition)),
    ).toEqual(["Thing", "Person"]);
    expect(types.satisfies("Thing", "Person")).toBe(false);
  });

  it.each(HOSTILE)("never under the name %j, nor by it", (name) => {
    expect(["User", "Thing", "Hit"].some((condition) => types.satisfies(name, condition))).toBe(false);
    expect(["User", "Thing"].some((typeName) => types.satisfies(typeName, name))).toBe(false);
  });
});

describe("the names an object may have", () => {
  it("are the condition itself and what is below it", () => {
    expect([...types.possible("Thing")].sort()).toEqual(["Person", "Post", "Thing", "User"]);
    expect([...types.possible("Hit")]).toEqual(["Hit", "User", "Post"]);
    expect([...types.possible("User")]).toEqual(["User"]);
    expect([...types.possible("constructor")]).toEqual(["constructor"]);
  });
});

describe("an object type", () => {
  it("is no interface, union, enum, input or name nobody defined", () => {
    const names = ["User", "Post", "Query", "Thing", "Hit", "Color", "In", "Hidden", ...HOSTILE];
    expect(names.filter((name) => types.isObjectType(name))).toEqual(["User", "Post", "Query"]);
  });
});

describe("the fields of an object type", () => {
  const fields = ["id", "ids", "name", "mate", "secret", "all", "constructor", "toString"];

  it("know which of them may not be null", () => {
    expect(fields.filter((name) => types.isNonNull("User", name))).toEqual(["id", "ids", "mate", "all"]);
    expect(fields.filter((name) => types.isNonNull("Nobody", name))).toEqual([]);
  });

  it("know which of them are identifiers, lists included", () => {
    expect(fields.filter((name) => types.isIdentifier("User", name))).toEqual(["id", "ids"]);
    expect(types.isIdentifier("Thing", "id")).toBe(false);
  });

  it("know which of them hold a secret, lists included", () => {
    expect(fields.filter((name) => types.isSecret("User", name))).toEqual(["secret", "all"]);
    expect(types.isSecret("Query", "secret")).toBe(false);
  });

  it.each(["Thing", "Nobody", "", "constructor"])(
    "hold a secret when any type has one of that name, where the type %j says nothing",
    (name) => {
      expect(["secret", "all", "name", "plain"].map((field) => types.isSecret(name, field))).toEqual([
        true,
        true,
        false,
        false,
      ]);
    },
  );

  it("hold none where there is no secret type", () => {
    expect(createTypeConditions(schema).isSecret("User", "secret")).toBe(false);
    expect(createTypeConditions(schema, "Absent").isSecret("", "secret")).toBe(false);
  });
});
