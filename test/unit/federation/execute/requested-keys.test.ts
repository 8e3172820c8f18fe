import { buildSchema, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { isRequestedOf, requestedKeys } from "../../../../src/federation/execute/requested-keys.js";
import { onlyOperation } from "../../../../src/graphql/documents.js";
import { createTypeConditions } from "../../../../src/graphql/type-conditions.js";

const types = createTypeConditions(
  buildSchema(`
    interface Thing { id: ID }
    interface Person implements Thing { id: ID }
    type User implements Thing & Person { id: ID }
    type Post implements Thing { id: ID }
    type Query { thing: Thing person: Person }
  `),
);
const requested = (text: string, around: readonly (readonly string[])[] = []) => {
  const document = parse(text);
  return requestedKeys(document, onlyOperation(document)?.selectionSet, around);
};
const listed = (text: string, around?: readonly (readonly string[])[]) =>
  requested(text, around).map(({ key, conditions }) =>
    [key, ...conditions.map((names) => names.join("|"))].join(" "),
  );
const keysFor = (typeName: string, text: string, around?: readonly (readonly string[])[]) =>
  requested(text, around)
    .filter((one) => isRequestedOf(one, typeName, types))
    .map(({ key }) => key);

describe("the keys of a selection", () => {
  it("are the keys of the answer, with the type conditions around each", () => {
    expect(listed("{a b:c ...{d} ...on User{e ...on Thing{f}} ...F} fragment F on Post{g}")).toEqual([
      "a",
      "b",
      "d",
      "e User",
      "f User Thing",
      "g Post",
    ]);
  });

  it("contain a condition once, however often it is nested", () => {
    expect(listed("{...on User{...on User{...F}}} fragment F on User{a}", [["User"]])).toEqual(["a User"]);
    expect(listed("{...on User{a}}", [["User", "Post"]])).toEqual(["a User|Post User"]);
  });

  it("enters a fragment once under the same conditions, and again under others", () => {
    expect(listed("{...F ...F ...on User{...F}} fragment F on Thing{a}")).toEqual([
      "a Thing",
      "a User Thing",
    ]);
  });

  it("ends with fragments that spread themselves, and leaves out those nobody defined", () => {
    const found = listed("{...F ...Gone} fragment F on User{a ...F ...on Thing{...F}}");
    expect([...new Set(found)]).toEqual(["a User", "a User Thing"]);
  });

  it("is nothing where there is no selection", () => {
    expect(requestedKeys(parse("{a}"), undefined)).toEqual([]);
    expect(requested("{a}")[0]?.below()).toEqual([]);
  });

  it("begins anew below a field, without the conditions above it", () => {
    expect(
      requested("{...on User{a{b ...on Post{c}}}}")[0]
        ?.below()
        .map(({ key, conditions }) => [key, conditions]),
    ).toEqual([
      ["b", []],
      ["c", [["Post"]]],
    ]);
  });

  it("is read below when it is needed, so that nested fragments do not multiply", () => {
    const fragments = Array.from(
      { length: 60 },
      (_, n) => `fragment F${n} on User{x:a{...F${n + 1}} y:a{...F${n + 1}}}`,
    );
    const [first] = requested(`{...F0} ${fragments.join(" ")} fragment F60 on User{a}`);
    expect(first?.below()).toBe(first?.below());
    expect(first?.below().map(({ key }) => key)).toEqual(["x", "y"]);
  });
});

describe("a key is requested of an object", () => {
  const TEXT = "{all ...on Thing{thing ...on User{user}} ...on Post{post ...on Person{nobody}}}";

  it("when every condition around it holds for the object's type", () => {
    expect(keysFor("User", TEXT)).toEqual(["all", "thing", "user"]);
    expect(keysFor("Post", TEXT)).toEqual(["all", "thing", "post"]);
  });

  it("when one of the names of a condition holds", () => {
    expect(keysFor("Post", "{a}", [["User", "Post"]])).toEqual(["a"]);
    expect(keysFor("Post", "{a}", [["User", "Person"]])).toEqual([]);
    expect(keysFor("Post", "{a}", [[]])).toEqual([]);
  });

  it.each(["Unknown", "", "constructor", "__proto__", "toString"])(
    "of the unknown type %j when there is no condition",
    (name) => {
      expect(keysFor(name, TEXT)).toEqual(["all"]);
    },
  );
});
