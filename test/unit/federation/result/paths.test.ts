import { buildSchema } from "graphql";
import { describe, expect, it } from "vitest";
import type { PathStep } from "../../../../src/federation/plan/plan.js";
import type { JsonObject } from "../../../../src/federation/result/json.js";
import { compileCollector, locate, staticPrefix } from "../../../../src/federation/result/paths.js";
import { SharedObjects } from "../../../../src/federation/result/sharing/shared-objects.js";
import { createTypeConditions } from "../../../../src/graphql/type-conditions.js";
import { pathOf } from "../../../support/plan-builders.js";

const types = createTypeConditions(
  buildSchema(`
    interface Thing { id: ID }
    type User implements Thing { id: ID }
    type Post implements Thing { id: ID }
    type Query { thing: Thing }
  `),
);
const collected = (root: unknown, path: readonly PathStep[], shared = new SharedObjects()) => {
  const found: JsonObject[] = [];
  compileCollector(path, types)(root as JsonObject, (object) => found.push(object), shared.walk());
  return found;
};
const located = (root: unknown, path: readonly PathStep[]) =>
  [...locate(root as JsonObject, path, types)].map(([object, places]) => [object, places]);
const user = (id: string, more: object = {}) => ({ __typename: "User", id, ...more });
const post = (id: string, more: object = {}) => ({ __typename: "Post", id, ...more });

const DATA = {
  users: [
    user("1", { mate: user("2") }),
    null,
    [user("3", { mate: null })],
    7,
    post("4", { mate: post("5") }),
  ],
};

describe.each([
  ["collecting", (path: readonly PathStep[]) => collected(DATA, path)],
  ["locating", (path: readonly PathStep[]) => located(DATA, path).map(([object]) => object)],
])("%s the objects at a path", (_name, objectsAt) => {
  const ids = (path: readonly PathStep[]) => objectsAt(path).map((one) => (one as { id: string }).id);

  it("finds each, in document order, lists of lists entered, leaves and nulls passed over", () => {
    expect(ids(pathOf("users", "@"))).toEqual(["1", "3", "4"]);
    expect(ids(pathOf("users"))).toEqual(["1", "3", "4"]);
    expect(ids(pathOf("users", "@", "@", "mate"))).toEqual(["2", "5"]);
  });

  it("finds those of the types a path names, by an interface as well", () => {
    expect(ids(pathOf("users", "@", ["User"]))).toEqual(["1", "3"]);
    expect(ids(pathOf("users", "@", ["Thing"]))).toEqual(["1", "3", "4"]);
    expect(ids(pathOf("users", "@", ["User", "Post"], "mate", ["Post"]))).toEqual(["5"]);
    expect(ids(pathOf("users", "@", ["Nobody"]))).toEqual([]);
    expect(ids(pathOf("users", "@", []))).toEqual([]);
  });

  it.each(["absent", "constructor", "__proto__", "toString"])("finds nothing behind the key %s", (key) => {
    expect(ids(pathOf(key))).toEqual([]);
    expect(ids(pathOf("users", "@", key, "name"))).toEqual([]);
  });

  it("finds nothing below a leaf", () => {
    expect(ids(pathOf("users", "@", "id", "length"))).toEqual([]);
  });

  it("finds the root at a path without steps", () => {
    expect(objectsAt([])).toEqual([DATA]);
  });
});

describe("an object without a type name", () => {
  it.each([
    { id: "1" },
    { __typename: null },
    { __typename: 7 },
    { __typename: ["User"] },
    { __typename: "constructor" },
  ])("is not entered if a path requires one: %j", (object) => {
    expect(collected({ a: object }, pathOf("a", ["User"]))).toEqual([]);
    expect(located({ a: object }, pathOf("a", ["User"]))).toEqual([]);
  });
});

describe("the places of an object", () => {
  it("are keys and indices from the root", () => {
    expect(located(DATA, pathOf("users", "@", "mate")).map(([, places]) => places)).toEqual([
      [["users", 0, "mate"]],
      [["users", 4, "mate"]],
    ]);
    expect(located(DATA, pathOf("users", ["User"])).map(([, places]) => places)).toEqual([
      [["users", 0]],
      [["users", 2, 0]],
    ]);
  });

  it("are several for one object at several places", () => {
    const one = user("1");
    expect(located({ users: [one, [one]] }, pathOf("users"))).toEqual([
      [
        one,
        [
          ["users", 0],
          ["users", 1, 0],
        ],
      ],
    ]);
  });
});

describe("objects that many places share", () => {
  const sharing = (...objects: readonly object[]) => {
    const shared = new SharedObjects();
    shared.add({
      kind: "answered",
      data: {},
      errors: [],
      repeats: { shared: new Set(objects), savedBytes: 1 },
    });
    return shared;
  };

  it("are visited once on one way, and again on the next", () => {
    const mate = user("2");
    const data = { users: [user("1", { mate }), user("3", { mate })] };
    const shared = sharing(mate);
    expect(collected(data, pathOf("users", "@", "mate"), shared)).toEqual([mate]);
    expect(collected(data, pathOf("users", "@", "mate"), shared)).toEqual([mate]);
  });

  it("are visited in lists once as well", () => {
    const one = user("1");
    const list = [one, one, user("2")];
    expect(collected({ a: list, b: list }, pathOf("a"), sharing(one, list))).toHaveLength(2);
  });

  it("are visited at each place when they are not known to be shared", () => {
    const one = user("1");
    expect(collected({ users: [one, one] }, pathOf("users"))).toEqual([one, one]);
  });
});

describe("the part of a path that needs no index", () => {
  it.each([
    [pathOf("a", "b"), ["a", "b"]],
    [pathOf("a", "@", "b"), ["a"]],
    [pathOf("@", "a"), []],
    [pathOf("a", ["User"], "b", "@"), ["a", "b"]],
    [[], []],
  ])("of %j is %j", (path, expected) => {
    expect(staticPrefix(path)).toEqual(expected);
  });
});
