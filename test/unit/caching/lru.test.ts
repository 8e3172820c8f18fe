import { describe, expect, it } from "vitest";
import { createLru } from "../../../src/caching/lru.js";

const filled = (limit: number, keys: readonly string[]) => {
  const lru = createLru<string, string>(limit);
  for (const key of keys) lru.set(key, key);
  const kept = (): readonly string[] => keys.filter((key) => lru.get(key) !== undefined);
  return { lru, kept };
};

describe("a bounded map", () => {
  it("never holds more than its limit", () => {
    const { lru, kept } = filled(3, ["a", "b", "c", "d", "e"]);
    expect([lru.size, kept()]).toEqual([3, ["c", "d", "e"]]);
  });

  it("forgets what was not used for longest: reading and writing are uses", () => {
    const { lru, kept } = filled(3, ["a", "b", "c"]);
    lru.get("a");
    lru.set("b", "b");
    lru.set("d", "d");
    expect(kept()).toEqual(["a", "b"]);
    expect(lru.get("d")).toBe("d");
  });

  it("forgets nothing when a key is written again", () => {
    const { lru, kept } = filled(2, ["a", "b"]);
    lru.set("a", "new");
    expect([lru.size, kept(), lru.get("a")]).toEqual([2, ["a", "b"], "new"]);
  });

  it("keeps the order of use below half of its limit too, when that matters later", () => {
    const { lru, kept } = filled(4, ["a", "b", "c", "d"]);
    for (const key of ["b", "a"]) lru.get(key);
    for (const key of ["e", "f"]) lru.set(key, key);
    expect(kept()).toEqual(["a", "b"]);
  });

  it("finds nothing after a deletion, and has room for another", () => {
    const { lru, kept } = filled(2, ["a", "b"]);
    lru.delete("a");
    lru.delete("never");
    lru.set("c", "c");
    expect([lru.size, kept(), lru.get("c")]).toEqual([2, ["b"], "c"]);
  });

  it("does not create a key on a look-up", () => {
    const { lru } = filled(2, ["a"]);
    expect([lru.get("b"), lru.size]).toEqual([undefined, 1]);
  });

  it.each(["constructor", "__proto__", "toString"])(
    "finds nothing under %s that was not put there",
    (key) => {
      const { lru } = filled(2, []);
      expect(lru.get(key)).toBeUndefined();
      lru.set(key, "data");
      expect(lru.get(key)).toBe("data");
    },
  );

  it("distinguishes objects as keys by identity, and keeps falsy values", () => {
    const lru = createLru<object, number>(2);
    const [one, equal] = [{}, {}];
    lru.set(one, 0);
    expect([lru.get(one), lru.get(equal)]).toEqual([0, undefined]);
  });

  it("works with a limit of one", () => {
    const { lru, kept } = filled(1, ["a", "b"]);
    expect([lru.size, kept()]).toEqual([1, ["b"]]);
  });
});
