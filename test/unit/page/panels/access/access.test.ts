import { describe, expect, it } from "vitest";
import { createAccessMap } from "../../../../../src/access-map/index.js";
import {
  type AccessState,
  loadAccess,
  withFailure,
  withMap,
} from "../../../../../src/page/panels/access/access-state.js";
import { filterTypes, indexTypes, NO_FILTER } from "../../../../../src/page/panels/access/filter.js";
import { pageOf } from "../../../../../src/page/panels/access/paging.js";
import { aGraph } from "../../../authorization/support.js";

const map = createAccessMap({
  graph: aGraph(
    `type Query { me: User open: Int } type User @auth { name: String pay: Int @auth(scopes: ["p"]) }
     type Mutation { buy: Int @auth(scopes: ["p"]) } enum Color { RED }`,
  ),
});
const types = indexTypes(map);
const names = (filter: Partial<typeof NO_FILTER>): readonly string[] =>
  filterTypes(map, types, { ...NO_FILTER, ...filter }).map(({ type }) => type.coordinate);

describe("the filter of the access map", () => {
  it("lists entry points first, then the other types by group", () => {
    const all = types.map(({ type, group }) => `${group}: ${type.coordinate}`);
    expect(all.indexOf("Entry points: Query")).toBeLessThan(all.indexOf("Object types: User"));
    expect(all.indexOf("Object types: User")).toBeLessThan(all.indexOf("Enums: Color"));
    expect(names({})).toHaveLength(map.types.length);
  });

  it("finds a type by its own name or by a member, in any case", () => {
    expect(names({ text: " user " })).toEqual(["User"]);
    expect(names({ text: "USER.PAY" })).toEqual(["User"]);
    expect(names({ text: "nothing-like-it" })).toEqual([]);
  });

  it("finds what a persona reaches something of", () => {
    expect(names({ persona: "visitor" })).toContain("Query");
    expect(names({ persona: "visitor" })).not.toContain("Mutation");
    expect(names({ persona: "scope:p" })).toContain("Mutation");
  });

  it("finds what is guarded", () => {
    expect(names({ isGuarded: true })).not.toContain("Color");
    expect(names({ isGuarded: true, text: "pay" })).toEqual(["User"]);
  });
});

describe("a page of a long list", () => {
  const items = Array.from({ length: 250 }, (_, at) => at);
  it("says where it is", () => {
    expect(pageOf(items, 1, 100)).toMatchObject({ page: 1, pages: 3, text: "101–200 of 250" });
    expect(pageOf(items, 2, 100).items).toHaveLength(50);
  });
  it("is the last one when there are fewer pages now", () => {
    expect(pageOf(items, 9, 100)).toMatchObject({ page: 2, text: "201–250 of 250" });
    expect(pageOf([], 3, 100)).toEqual({ items: [], page: 0, pages: 1, text: "none" });
  });
});

describe("the access map in the page", () => {
  const loading: AccessState = { kind: "loading" };
  const answer = (digest: string) => ({ supergraphDigest: digest, access: { ...map, rulesDigest: digest } });

  it("keeps the map before the graph changed", () => {
    const first = withMap(loading, answer("a"));
    expect(first).toMatchObject({ kind: "loaded", earlier: undefined });
    expect(withMap(first, answer("a"))).toBe(first);
    expect(withMap(first, answer("b"))).toMatchObject({
      digest: "b",
      map: { rulesDigest: "b" },
      earlier: { rulesDigest: "a" },
    });
  });

  it("is not hidden by a failure", () => {
    const first = withMap(loading, answer("a"));
    expect(withFailure(first, "away")).toBe(first);
    expect(withFailure(loading, "away")).toEqual({ kind: "failed", message: "away" });
  });

  it("says why it cannot be loaded", async () => {
    await expect(loadAccess("/x", async () => new Response("", { status: 503 }))).rejects.toThrow("HTTP 503");
    await expect(loadAccess("/x", () => Promise.reject(new TypeError("offline")))).rejects.toThrow(
      "The gateway cannot be reached.",
    );
  });
});
