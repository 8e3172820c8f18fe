import { buildSchema, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { selectionAt } from "../../../../src/federation/execute/readers.js";
import { requestedKeys } from "../../../../src/federation/execute/requested-keys.js";
import { compileTakeEntity } from "../../../../src/federation/execute/take-entity.js";
import type { JsonObject, JsonValue } from "../../../../src/federation/result/json.js";
import { createTypeConditions } from "../../../../src/graphql/type-conditions.js";

const types = createTypeConditions(
  buildSchema(`
    interface Thing { id: ID name: String }
    interface Rare implements Thing { id: ID name: String }
    type User implements Thing { id: ID name: String mail: String }
    type Post implements Thing { id: ID name: String text: String }
    type Other { id: ID }
    type Query { thing: Thing other: Other rare: Rare }
  `),
);
const takeOf = (selections: string, renamed: readonly string[] = []) => {
  const document = parse(selections);
  return compileTakeEntity(
    requestedKeys(document, selectionAt(document, undefined)),
    renamed,
    () => undefined,
    types,
  );
};
const taken = (
  selections: string,
  target: JsonObject,
  entity: JsonValue | undefined,
  renamed: readonly string[] = [],
) => {
  takeOf(selections, renamed).take(target, entity, false);
  return target;
};
const USER = { __typename: "User", id: "1" };

describe("what is taken over of an answered entity", () => {
  it("is what was requested, with the aliases of the answer", () => {
    const entity = { n: "Ada", name: "forged", mail: "a@b", id: "2" };
    expect(taken("{...on User{n:name mail}}", { ...USER }, entity)).toEqual({
      ...USER,
      n: "Ada",
      mail: "a@b",
    });
  });

  it("is for each type only what was requested of it", () => {
    const selections = "{...on User{mail} ...on Post{text}}";
    const entity = { mail: "m", text: "t" };
    expect(taken(selections, { ...USER }, entity)).toEqual({ ...USER, mail: "m" });
    expect(taken(selections, { __typename: "Post" }, entity)).toEqual({ __typename: "Post", text: "t" });
  });

  it("is what is requested of an interface for each of its types, fragments spread twice as well", () => {
    const selections = "{...F ...on Post{...F text}} fragment F on Thing{name}";
    expect(taken(selections, { ...USER }, { name: "n", text: "t" })).toEqual({ ...USER, name: "n" });
    expect(taken(selections, { __typename: "Post" }, { name: "n", text: "t" })).toEqual({
      __typename: "Post",
      name: "n",
      text: "t",
    });
  });

  it("includes the keys that renames bring", () => {
    expect(taken("{...on User{mail}}", { ...USER }, { mail: "m", brought: 1 }, ["brought"])).toEqual({
      ...USER,
      mail: "m",
      brought: 1,
    });
  });
});

describe("an entity the subgraph does not know", () => {
  it("has null in each requested field, and keeps what another subgraph answered", () => {
    expect(taken("{...on User{name mail}}", { ...USER, name: "Ada" }, null)).toEqual({
      ...USER,
      name: "Ada",
      mail: null,
    });
  });

  it("is given no null for its type, for its prototype, or for fields of another type", () => {
    const target = taken("{...on User{__typename __proto__:name mail} ...on Post{text}}", { ...USER }, null);
    expect(Object.keys(target)).toEqual(["__typename", "id", "mail"]);
    expect(Object.getPrototypeOf(target)).toBe(Object.prototype);
  });

  it("is given a null under a key that objects inherit", () => {
    const target = taken("{...on User{constructor:name}}", { ...USER }, null);
    expect(Object.hasOwn(target, "constructor")).toBe(true);
    expect(target["constructor"]).toBeNull();
  });
});

describe("what is no answer", () => {
  it.each([undefined, "text", 0, true, [[{ name: "x" }]], []])("leaves the fields absent: %j", (entity) => {
    expect(taken("{...on User{name mail}}", { ...USER }, entity as JsonValue | undefined)).toEqual(USER);
  });
});

describe("an entity that claims another type than was requested", () => {
  it.each(["Post", "Other", "Nobody", "Rare", "__proto__", 7, null, ["User"], { a: 1 }])(
    "is not taken over when it calls itself %j",
    (name) => {
      const entity = { __typename: name, name: "forged" } as JsonObject;
      expect(taken("{...on User{name}}", { ...USER }, entity)).toEqual(USER);
    },
  );

  it("is taken over under the name of an interface of its type, which changes no established type", () => {
    expect(taken("{...on User{__typename name}}", { ...USER }, { __typename: "Thing", name: "n" })).toEqual({
      ...USER,
      name: "n",
    });
  });

  it("is merged with its concrete type when the interface was requested", () => {
    expect(
      taken("{...on Thing{__typename name}}", { __typename: "Thing", id: "1" }, { ...USER, name: "n" }),
    ).toEqual({ __typename: "User", id: "1", name: "n" });
  });

  it("is not merged when the interface was requested and the type does not implement it", () => {
    const target = { __typename: "Thing", id: "1" };
    expect(taken("{...on Thing{name}}", { ...target }, { __typename: "Other", name: "n" })).toEqual(target);
  });

  it("is merged when it has no type name", () => {
    expect(taken("{...on User{name}}", { ...USER }, { name: "n" })).toEqual({ ...USER, name: "n" });
  });

  it("is not taken over with a type where none was known of the object", () => {
    expect(taken("{...on User{name}}", { id: "1" }, { __typename: "User", name: "n" })).toEqual({ id: "1" });
  });
});

describe("what is dropped first", () => {
  it("is what was not requested of the object's type", () => {
    const compiled: string[][] = [];
    const document = parse("{...on User{mail} ...on Post{text}}");
    const { drop } = compileTakeEntity(
      requestedKeys(document, selectionAt(document, undefined)),
      [],
      (requested) => {
        const keys = requested.map((one) => one.key);
        return () => void compiled.push(keys);
      },
      types,
    );
    for (const name of ["User", "Post", "Thing"]) drop({ __typename: name }, { mail: "m" }, undefined);
    drop({}, {}, undefined);
    expect(compiled).toEqual([["mail"], ["text"], ["mail", "text"], ["mail", "text"]]);
  });
});

describe("copies", () => {
  it("are made of what another place holds already", () => {
    const entity = { name: { first: "Ada" } } as unknown as JsonObject;
    const { take } = takeOf("{...on User{name}}");
    const [one, two]: [JsonObject, JsonObject] = [{ ...USER }, { ...USER }];
    take(one, entity, false);
    take(two, entity, true);
    expect(two).toEqual(one);
    expect(two["name"]).not.toBe(one["name"]);
  });
});
