import { buildSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { compileMerge } from "../../../../src/federation/execute/merge.js";
import type { JsonObject } from "../../../../src/federation/result/json.js";
import { createTypeConditions } from "../../../../src/graphql/type-conditions.js";
import { withoutGeneratedCode } from "../../../support/generated-code.js";

const types = createTypeConditions(
  buildSchema(`
    interface Thing { id: ID }
    type User implements Thing { id: ID }
    type Post implements Thing { id: ID }
    type Query { thing: Thing }
  `),
);
/** JSON text, so that `__proto__` is a key. */
const json = (text: string): JsonObject => JSON.parse(text) as JsonObject;
const merged = (keys: readonly string[], target: JsonObject, source: JsonObject, mustCopy = false) => {
  compileMerge(keys, types)(target, source, mustCopy);
  return target;
};

describe("merging what a fetch answered", () => {
  it("takes the requested keys and no other", () => {
    expect(merged(["a"], { z: 1 }, { a: 2, b: 3, z: 9 })).toEqual({ z: 1, a: 2 });
  });

  it("leaves what is there when a key is absent, and takes a null that was answered", () => {
    expect(merged(["a", "b"], { a: 1 }, { b: null })).toEqual({ a: 1, b: null });
  });

  it("lets a later value replace an earlier plain one", () => {
    expect(merged(["a"], { a: 1 }, { a: "two" })).toEqual({ a: "two" });
  });

  it.each([null, 7, "text", [1]])("does not let %j replace an object that is there", (value) => {
    expect(merged(["a"], { a: { id: "1" } }, { a: value })).toEqual({ a: { id: "1" } });
  });

  it("fills a null with the object another subgraph knows", () => {
    expect(merged(["a"], { a: null }, { a: { id: "1" } })).toEqual({ a: { id: "1" } });
  });

  it("merges objects at every depth", () => {
    const target = { a: { b: { x: 1 } } };
    expect(merged(["a"], target, { a: { b: { y: 2 }, c: 3 } })).toEqual({ a: { b: { x: 1, y: 2 }, c: 3 } });
  });

  it("merges lists of one length item by item, in lists of lists as well, whatever is null in one of them", () => {
    expect(merged(["a"], { a: [[{ x: 1 }, null]] }, { a: [[{ y: 2 }, { y: 3 }]] })).toEqual({
      a: [[{ x: 1, y: 2 }, null]],
    });
  });

  it.each([[[{ y: 1 }]], [[{ y: 1 }, { y: 2 }, { y: 3 }]], [{ 0: { y: 1 } }], [[]]])(
    "takes nothing of %j where two items are known",
    (value) => {
      const known = { a: [{ x: 1 }, { x: 2 }] };
      expect(merged(["a"], structuredClone(known), { a: value })).toEqual(known);
    },
  );

  it("takes nothing of an object where a list is known, and of a list where an object is", () => {
    expect(merged(["a"], { a: [] }, { a: { length: 0 } })).toEqual({ a: [] });
    expect(merged(["a"], { a: { x: 1 } }, { a: [{ y: 2 }] })).toEqual({ a: { x: 1 } });
  });
});

describe("names of the prototype", () => {
  it.each(["constructor", "toString", "hasOwnProperty", "valueOf"])("%s is data like any other", (key) => {
    expect(merged([key], {}, { [key]: { x: 1 } })).toEqual({ [key]: { x: 1 } });
    expect(Object.hasOwn(merged([key, "a"], {}, { a: 1 }), key)).toBe(false);
    expect(merged([key], { [key]: { x: 1 } }, { [key]: { y: 2 } })).toEqual({ [key]: { x: 1, y: 2 } });
  });

  it("__proto__ is never taken, at the top or below, and changes no prototype", () => {
    const source = json(
      '{"__proto__":{"admin":true},"a":{"__proto__":{"admin":true},"b":{"__proto__":[1]}}}',
    );
    const target = merged(["__proto__", "a"], { a: { b: {} } }, source);
    expect(target).toEqual({ a: { b: {} } });
    for (const object of [target, target["a"], {}]) {
      expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
      expect((object as JsonObject)["admin"]).toBeUndefined();
    }
  });

  it("a key with quotes, line ends and code in it is only a key", () => {
    const key = '"]; globalThis.broken = true; //\u2028\n';
    expect(merged([key], {}, { [key]: 1 })).toEqual({ [key]: 1 });
    expect("broken" in globalThis).toBe(false);
  });
});

describe("the name of a type", () => {
  const name = (target: unknown, source: unknown) =>
    merged(["__typename"], { __typename: target } as JsonObject, { __typename: source } as JsonObject)[
      "__typename"
    ];

  it("is not taken when it was not requested", () => {
    expect(merged(["id"], {}, { __typename: "User", id: "1" })).toEqual({ id: "1" });
  });

  it("stays once a concrete type was established, here and below", () => {
    expect(name("User", "Post")).toBe("User");
    const target = { a: { __typename: "User" } };
    expect(merged(["a"], target, { a: { __typename: "Post" } })).toEqual({ a: { __typename: "User" } });
  });

  it("makes way for a concrete one when it is an interface's, or no type's at all", () => {
    expect(name("Thing", "User")).toBe("User");
    expect(name("Thing", "Elsewhere")).toBe("Thing");
    expect(name("(nothing)", "Post")).toBe("Post");
  });

  it.each([7, null, ["User"], { name: "User" }])("is not taken from %j", (value) => {
    expect(merged(["__typename"], {}, { __typename: value } as JsonObject)).toEqual({});
    expect(name("Thing", value)).toBe("Thing");
  });
});

describe("copies", () => {
  it("are made on demand, so that two places never share what a later fetch writes to", () => {
    const source = json('{"a":{"b":[{"x":1}],"__proto__":2}}');
    const [shared, copied] = [merged(["a"], {}, source), merged(["a"], {}, source, true)];
    expect(shared["a"]).toBe(source["a"]);
    expect(copied["a"]).not.toBe(source["a"]);
    expect(JSON.stringify(copied)).toBe(JSON.stringify(source));
    merged(["a"], copied, { a: { b: [{ y: 2 }] } });
    expect(source).toEqual(json('{"a":{"b":[{"x":1}],"__proto__":2}}'));
  });

  it("reach what is merged below an object that is there", () => {
    const source = { a: { b: { x: 1 } } };
    expect((merged(["a"], { a: {} }, source, true)["a"] as JsonObject)["b"]).not.toBe(source.a.b);
  });
});

describe("the interpreter that is used where code may not be generated", () => {
  it("merges the same", () => {
    const source = {
      ...json('{"__proto__":{"p":1}}'),
      __typename: "User",
      a: { y: 2 },
      b: 3,
      constructor: 4,
    } as unknown as JsonObject;
    const merge = withoutGeneratedCode(() =>
      compileMerge(["__typename", "a", "constructor", "__proto__"], types),
    );
    const target: JsonObject = { a: { x: 1 } };
    merge(target, source, false);
    expect(target).toEqual({ __typename: "User", a: { x: 1, y: 2 }, constructor: 4 });
  });

  it("does not hide another failure", () => {
    expect(() => withoutGeneratedCode(() => compileMerge(["a"], types), new RangeError("broken"))).toThrow(
      RangeError,
    );
  });
});
