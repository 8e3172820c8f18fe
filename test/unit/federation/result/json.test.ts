import { describe, expect, it } from "vitest";
import { copyJson, isJsonObject, type JsonObject, own } from "../../../../src/federation/result/json.js";

const parsed = (text: string): JsonObject => JSON.parse(text) as JsonObject;

describe("a JSON object", () => {
  it.each([{}, { a: 1 }, Object.create(null)])("is %j", (value) => {
    expect(isJsonObject(value)).toBe(true);
  });

  it.each([null, undefined, [], "text", 7, true, () => 1])("is not %s", (value) => {
    expect(isJsonObject(value)).toBe(false);
  });
});

describe("an own property", () => {
  it.each(["constructor", "toString", "__proto__", "hasOwnProperty", "valueOf"])(
    "is data of the answer, never what objects inherit: %s",
    (key) => {
      expect(own({}, key)).toBeUndefined();
      expect(own(parsed(`{"${key}":"data"}`), key)).toBe("data");
    },
  );

  it("is found where the answer hides the very method that looks", () => {
    expect(own(parsed('{"hasOwnProperty":1,"a":2}'), "a")).toBe(2);
  });

  it("distinguishes null from an absent key", () => {
    expect([own({ a: null }, "a"), own({}, "a")]).toEqual([null, undefined]);
  });
});

describe("a copy", () => {
  it("is equal at every depth, and shares nothing", () => {
    const value = parsed('{"a":[{"b":{"c":[1,null,"x"]}}],"__proto__":{"d":1},"constructor":{}}');
    const copy = copyJson(value) as JsonObject;
    expect(JSON.stringify(copy)).toBe(JSON.stringify(value));
    expect(copy["a"]).not.toBe(value["a"]);
    expect(own(copy, "__proto__")).not.toBe(own(value, "__proto__"));
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype);
  });

  it.each([null, 7, "text", true])("of %j is itself", (value) => {
    expect(copyJson(value)).toBe(value);
  });
});
