import { describe, expect, it } from "vitest";
import { createPlanStore } from "../../../src/caching/segmented-lru.js";

const fill = (store: ReturnType<typeof createPlanStore<number>>, prefix: string, count: number): void => {
  for (let n = 0; n < count; n += 1) store.set(`${prefix}${n}`, `${prefix}${n}`, n);
};

describe("the store of plans", () => {
  it("keeps what was used twice, whatever comes once", () => {
    const store = createPlanStore<number>({ entries: 100, perGroup: 10 });
    fill(store, "used", 60);
    for (let n = 0; n < 60; n += 1) expect(store.get(`used${n}`)).toBe(n);
    fill(store, "once", 1024);
    for (let n = 0; n < 60; n += 1) expect(store.get(`used${n}`)).toBe(n);
    expect(store.size).toBe(100);
  });

  it("lets one document push out its own plans alone", () => {
    const store = createPlanStore<number>({ entries: 100, perGroup: 10 });
    fill(store, "other", 90);
    for (let n = 0; n < 1024; n += 1) {
      store.set(`flood${n}`, "flood", n);
      store.get(`flood${n}`);
    }
    for (let n = 0; n < 90; n += 1) expect(store.get(`other${n}`)).toBe(n);
    expect(store.size).toBe(100);
  });

  it("keeps of one document what was used twice before what was not", () => {
    const store = createPlanStore<number>({ entries: 100, perGroup: 3 });
    for (const key of ["a", "b", "c"]) store.set(key, "one", 1);
    store.get("a");
    for (const key of ["d", "e"]) store.set(key, "one", 1);
    expect(["a", "b", "c", "d", "e"].filter((key) => store.get(key) !== undefined)).toEqual(["a", "d", "e"]);
  });

  it("forgets what was not used for longest when all of it was used twice", () => {
    const store = createPlanStore<number>({ entries: 10, perGroup: 10 });
    for (let n = 0; n < 30; n += 1) {
      store.set(`k${n}`, `k${n}`, n);
      store.get(`k${n}`);
      store.get("k0");
    }
    expect(store.size).toBe(10);
    expect(store.get("k0")).toBe(0);
    expect(store.get("k1")).toBeUndefined();
    expect(store.get("k29")).toBe(29);
  });

  it("holds one entry when it may hold one", () => {
    const store = createPlanStore<number>({ entries: 1, perGroup: 1 });
    for (const key of ["a", "b", "b", "c"]) {
      store.set(key, key, 1);
      store.get(key);
    }
    expect([store.size, store.get("c"), store.get("a")]).toEqual([1, 1, undefined]);
  });
});
