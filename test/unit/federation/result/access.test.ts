import { describe, expect, it } from "vitest";
import { compileRead } from "../../../../src/federation/result/access.js";
import type { JsonObject } from "../../../../src/federation/result/json.js";
import { withoutGeneratedCode } from "../../../support/generated-code.js";

const KEYS = [
  "a",
  "__typename",
  "constructor",
  "toString",
  "__proto__",
  "valueOf",
  'quo"te',
  "back\\slash",
  "\u2028",
  "a b",
  "",
  "];throw 1;//",
];

describe("the reader of one key", () => {
  it.each(KEYS)("reads the data under %j, and nothing that objects inherit", (key) => {
    const read = compileRead(key);
    expect(read({ other: 1 })).toBeUndefined();
    expect(read(JSON.parse(`{${JSON.stringify(key)}:"data"}`) as JsonObject)).toBe("data");
  });

  it("distinguishes null from an absent key", () => {
    const read = compileRead("a");
    expect([read({ a: null }), read({})]).toEqual([null, undefined]);
  });

  it("is a function of its own for each call", () => {
    expect(compileRead("a")).not.toBe(compileRead("a"));
  });
});

describe("where the runtime forbids generated code", () => {
  it.each(KEYS)("reads %j all the same", (key) => {
    const read = withoutGeneratedCode(() => compileRead(key));
    expect(read({ other: 1 })).toBeUndefined();
    expect(read(JSON.parse(`{${JSON.stringify(key)}:"data"}`) as JsonObject)).toBe("data");
  });

  it("does not swallow another failure", () => {
    expect(() => withoutGeneratedCode(() => compileRead("a"), new RangeError("broken"))).toThrow(RangeError);
  });
});
