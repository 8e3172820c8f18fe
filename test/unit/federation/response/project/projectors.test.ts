import { describe, expect, it } from "vitest";
import type { FastProjector } from "../../../../../src/federation/response/project/compile.js";
import { createProjectorCache } from "../../../../../src/federation/response/project/projectors.js";
import type { IsTrue } from "../../../../../src/graphql/collect-fields.js";

const made = () => {
  const asked: IsTrue[] = [];
  const create = (isTrue: IsTrue): FastProjector => {
    asked.push(isTrue);
    return { project: () => undefined, write: () => undefined };
  };
  return { asked, create };
};
const setOf =
  (...names: readonly string[]): IsTrue =>
  (name) =>
    names.includes(name);

describe("the projectors of one operation", () => {
  it("are one for each plan where nothing is conditional", () => {
    const cache = createProjectorCache<object>([]);
    const { asked, create } = made();
    const [one, two] = [{}, {}];
    const first = cache.get(one, setOf(), create);
    expect(cache.get(one, setOf("x"), create)).toBe(first);
    expect(cache.get(two, setOf(), create)).not.toBe(first);
    expect(asked).toHaveLength(2);
  });

  it("are one for each set of the conditions' values", () => {
    const cache = createProjectorCache<object>(["a", "b"]);
    const { create } = made();
    const plan = {};
    const all = [setOf(), setOf("a"), setOf("b"), setOf("a", "b")].map((isTrue) =>
      cache.get(plan, isTrue, create),
    );
    expect(new Set(all).size).toBe(4);
    expect(cache.get(plan, setOf("b", "c"), create)).toBe(all[2]);
    expect(cache.get({}, setOf("b"), create)).not.toBe(all[2]);
  });

  it("are made from the values alone: nothing of the request that was first is kept", () => {
    const cache = createProjectorCache<object>(["a", "b"]);
    const { asked, create } = made();
    const values = new Set(["a", "password"]);
    cache.get({}, (name) => values.has(name), create);
    values.delete("a");
    expect(["a", "b", "password"].map((name) => asked[0]?.(name))).toEqual([true, false, false]);
    createProjectorCache<object>([]).get({}, setOf("password"), create);
    expect(asked[1]?.("password")).toBe(false);
  });

  it("are 64 of one plan at most", () => {
    const names = Array.from({ length: 8 }, (_, n) => `v${n}`);
    const cache = createProjectorCache<object>(names);
    const { asked, create } = made();
    const plan = {};
    const ask = (bits: number) =>
      cache.get(plan, (name) => ((bits >> names.indexOf(name)) & 1) === 1, create);
    for (let bits = 0; bits < 256; bits += 1) ask(bits);
    expect(asked).toHaveLength(256);
    for (let bits = 255; bits >= 192; bits -= 1) ask(bits);
    expect(asked).toHaveLength(256);
    ask(0);
    expect(asked).toHaveLength(257);
  });
});
