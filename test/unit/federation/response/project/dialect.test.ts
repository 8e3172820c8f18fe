import { describe, expect, it } from "vitest";
import { type Dialect, OBJECTS, TEXT } from "../../../../../src/federation/response/project/dialect.js";
import type { JsonValue } from "../../../../../src/federation/result/json.js";

/** Runs code as generated code runs; `v` stands for a completed value. */
const evaluate = (code: string, v: JsonValue = null): unknown =>
  new Function("v", `"use strict"; return ${code};`)(v);
const listed = (dialect: Dialect, items: readonly JsonValue[], isText: boolean): unknown =>
  new Function("a", `"use strict"; const n = a.length; ${dialect.list(dialect.leaf("v", isText))}`)(items);
const KEYS = ["a", "__proto__", "constructor", 'quo"te', "back\\slash", "\u2028", "$\u007bv}", "`", "*/"];
const TEXTS = ["", "User", 'quo"te', "back\\slash\n", "\u2028\u2029", "</script>", "$\u007bv}"];

describe.each([
  ["objects", OBJECTS, (value: unknown) => JSON.stringify(value)],
  ["text", TEXT, (value: unknown) => value as string],
] as const)("code that puts an answer together as %s", (_name, dialect, json) => {
  it("has every key as data, in order, whatever is in it", () => {
    const members = KEYS.map((key, index) => [key, dialect.leaf(String(index), false)] as const);
    const found = json(evaluate(dialect.object(members)));
    expect(found).toBe(`{${KEYS.map((key, index) => `${JSON.stringify(key)}:${index}`).join(",")}}`);
  });

  it("sets no prototype by a key", () => {
    const found = JSON.parse(
      json(evaluate(dialect.object([["__proto__", dialect.leaf("7", false)]]))),
    ) as object;
    expect(Object.getOwnPropertyNames(found)).toEqual(["__proto__"]);
  });

  it("has objects without members, and nulls", () => {
    expect(json(evaluate(dialect.object([])))).toBe("{}");
    expect(json(evaluate(dialect.object([["a", dialect.nothing]])))).toBe('{"a":null}');
  });

  it.each(TEXTS)("has the fixed text %j", (text) => {
    expect(JSON.parse(json(evaluate(dialect.fixed(text))))).toBe(text);
  });

  it.each(TEXTS)("has the text %j where a value is", (text) => {
    expect(JSON.parse(json(evaluate(dialect.leaf("v", true), text)))).toBe(text);
    expect(JSON.parse(json(dialect.checked(text)))).toBe(text);
  });

  it.each([[[]], [[1]], [[1, 2, 3]]])("has the list %j", (items) => {
    expect(json(listed(dialect, items, false))).toBe(JSON.stringify(items));
  });

  it("has lists of text", () => {
    expect(json(listed(dialect, TEXTS, true))).toBe(JSON.stringify(TEXTS));
  });

  it("has what a custom scalar may hold", () => {
    const value = { a: [1, null, { b: "c" }], __typename: "x" };
    expect(json(dialect.checked(value))).toBe(JSON.stringify(value));
  });
});

describe("shared objects", () => {
  it("are written once as text, and are objects of their own otherwise", () => {
    expect([OBJECTS.sharesObjects, TEXT.sharesObjects]).toEqual([false, true]);
  });
});
