import { describe, expect, it } from "vitest";
import { stringifyResult, writtenData } from "../../../../src/federation/response/written-data.js";

const TEXT = '{"b":1,"a":[{"x":"1e0"}],"n":1.50}';

describe("data written already", () => {
  it("is copied as it was written", () => {
    expect(stringifyResult({ errors: undefined, data: writtenData(TEXT), extensions: undefined })).toBe(
      `{"data":${TEXT}}`,
    );
  });

  it.each([
    ["errors", { errors: [{ message: "no" }] }, '{"errors":[{"message":"no"}],'],
    ["extensions", { extensions: { cost: 1 } }, '{"extensions":{"cost":1},'],
    ["something else", { hasNext: false }, '{"hasNext":false,'],
  ])("stands beside %s", (_what, beside, head) => {
    const text = stringifyResult({ ...beside, data: writtenData(TEXT) });
    expect(text).toBe(`${head}"data":{"b":1,"a":[{"x":"1e0"}],"n":1.5}}`);
  });

  it("is an object for code that reads it", () => {
    const data = writtenData(TEXT);
    expect(data).toEqual({ b: 1, a: [{ x: "1e0" }], n: 1.5 });
    expect(Object.keys(data)).toEqual(["b", "a", "n"]);
    expect("b" in data && !("c" in data) && Object.hasOwn(data, "n")).toBe(true);
    expect(structuredClone({ ...data })).toEqual({ b: 1, a: [{ x: "1e0" }], n: 1.5 });
    expect(JSON.stringify(data)).toBe('{"b":1,"a":[{"x":"1e0"}],"n":1.5}');
  });

  it.each([
    ["assigned", (data: Record<string, unknown>) => Object.assign(data, { b: 2 }), { b: 2, a: [], n: 0 }],
    ["deleted", (data: Record<string, unknown>) => delete data["a"], { b: 1, n: 0 }],
    [
      "defined",
      (data: Record<string, unknown>) => Object.defineProperty(data, "b", { value: 3 }),
      { b: 3, a: [], n: 0 },
    ],
    [
      "deep inside",
      (data: Record<string, unknown>) => (data["a"] as unknown[]).push(1),
      { b: 1, a: [1], n: 0 },
    ],
  ])("leaves with what a plugin %s", (_what, change, expected) => {
    const data = writtenData('{"b":1,"a":[],"n":0}');
    change(data);
    expect(JSON.parse(stringifyResult({ data }))).toEqual({ data: expected });
  });

  it("keeps a key named like the prototype a key", () => {
    const data = writtenData('{"__proto__":{"x":1}}');
    expect(Object.keys(data)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(data)).toBe(Object.prototype);
  });

  it("leaves plain results alone", () => {
    expect(stringifyResult({ data: null, errors: [{ message: "no" }] })).toBe(
      '{"data":null,"errors":[{"message":"no"}]}',
    );
    expect(stringifyResult({ data: { a: 1 } })).toBe('{"data":{"a":1}}');
  });
});
