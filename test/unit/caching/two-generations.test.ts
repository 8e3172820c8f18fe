import { describe, expect, it } from "vitest";
import { TwoGenerations } from "../../../src/caching/two-generations.js";

const keys = Array.from({ length: 10_000 }, (_, index) => `key-${index}`);

describe("a cache of two generations", () => {
  it("holds no more than it may, however many entries come", () => {
    const cache = new TwoGenerations<string>(100);
    for (const key of keys) cache.set(key, key);
    const held = [...keys].reverse().filter((key) => cache.get(key) !== undefined);
    expect(held.length).toBeLessThanOrEqual(100);
    expect(held[0]).toBe(keys.at(-1));
  });

  it("keeps what is used while others pass by", () => {
    const cache = new TwoGenerations<string>(100);
    cache.set("used", "value");
    for (const key of keys) {
      cache.set(key, key);
      expect(cache.get("used")).toBe("value");
    }
  });

  it("deletes an entry of either generation", () => {
    const cache = new TwoGenerations<string>(4);
    for (const key of ["first", "second", "third"]) cache.set(key, key);
    cache.delete("first");
    expect(cache.get("first")).toBeUndefined();
  });
});
