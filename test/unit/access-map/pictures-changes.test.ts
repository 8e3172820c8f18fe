import { describe, expect, it } from "vitest";
import { type AccessChanges, createAccessMap } from "../../../src/access-map/index.js";
import { mapChanges } from "../../../src/access-map/pictures/changes.js";
import { aGraph } from "../authorization/support.js";

const auth = (text: string): string => `@auth(${text})`;
const NOTHING: AccessChanges = { opened: [], closed: [], personas: [] };
const X = auth('scopes: ["x"]');
/** A map lists no built-in scalars; the comparison of graphs does. */
const listed = ({ opened, closed, personas }: AccessChanges): AccessChanges => ({
  opened,
  closed,
  personas: personas
    .map(({ gained, lost, ...rest }) => ({
      ...rest,
      gained: gained.filter((one) => one !== "Int"),
      lost: lost.filter((one) => one !== "Int"),
    }))
    .filter(({ gained, lost }) => gained.length + lost.length > 0),
});
const both = (before: string, after: string) => {
  const [old, graph] = [aGraph(before), aGraph(after)];
  return {
    byGraphs: createAccessMap({ graph, against: old }).changes ?? NOTHING,
    byMaps: mapChanges(createAccessMap({ graph: old }), createAccessMap({ graph })),
  };
};

describe("the changes between two access maps", () => {
  it.each([
    [
      "removed, added and new guards",
      `type Query { a: Int ${X} b: Int gone: Int }`,
      "type Query { a: Int b: Int @auth fresh: Int }",
    ],
    [
      "a scope nobody asked for before",
      "type Query { a: Int @auth b: Int }",
      `type Query { a: Int ${X} b: Int }`,
    ],
    ["a scope nobody asks for any more", `type Query { a: Int ${X} }`, "type Query { a: Int @auth }"],
    [
      "a shorter and a longer window",
      `type Query { a: Int ${auth("maxAge: 60")} b: Int ${auth("maxAge: 60")} }`,
      `type Query { a: Int ${auth("maxAge: 30")} b: Int ${auth("maxAge: 90")} }`,
    ],
    [
      "an alternative more and a scope more",
      `type Query { a: Int ${X} b: Int ${X} }`,
      `type Query { a: Int ${auth('anyOf: [["x"], ["y"]]')} b: Int ${auth('scopes: ["x", "y"]')} }`,
    ],
    [
      "a guard on a type",
      "type Query { u: U } type U { a: Int }",
      "type Query { u: U } type U @auth { a: Int }",
    ],
    ["nothing", `type Query { a: Int ${X} }`, `type Query { a: Int ${X} }`],
  ])("are those between the graphs: %s", (_, before, after) => {
    const { byGraphs, byMaps } = both(before, after);
    expect(byMaps).toEqual(listed(byGraphs));
  });

  it("count as opened and as closed when neither demand is the stricter", () => {
    const { byMaps } = both(`type Query { a: Int ${X} }`, `type Query { a: Int ${auth("maxAge: 30")} }`);
    expect(byMaps.opened.map(({ coordinate }) => coordinate)).toEqual(["Query.a"]);
    expect(byMaps.closed.map(({ coordinate }) => coordinate)).toEqual(["Query.a"]);
  });
});
