import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { STYLE } from "../../../src/access-map/html/style.js";
import { accessPage, createAccessMap } from "../../../src/access-map/index.js";
import { createAuthorizer } from "../../../src/authorization/index.js";
import { bigSupergraph } from "../../support/big-supergraph.js";
import { contrast, elementsOf } from "../../support/static-page.js";
import { aGraph, cpuMs, supergraphOf } from "../authorization/support.js";

const BODY = `type Query { me: User all: [Node] @auth(scopes: ["<img/src=x/onerror=alert(1)>"]) }
  type Mutation { changePassword(to: String): Int @auth changeEmail: Int @auth(fresh: true) }
  type User @auth { name: String pay: Int @auth(scopes: ["p"]) vip: Int @policy(policies: [["</td><script>"]]) }
  interface Node { id: ID! } type Pub implements Node { id: ID! } input In { a: Int } enum Color { RED }`;
const graph = aGraph(BODY);
const source = { name: "\u202E'\"><img onerror=alert(1)>&", sdl: "" };
const page = accessPage(
  createAccessMap({
    graph,
    against: aGraph("type Query { me: User gone: Int } type User { name: String @auth } "),
  }),
);

describe("the access page", () => {
  it("is well-formed, with every id once and every link leading somewhere", () => {
    const { elements, text } = elementsOf(page);
    const ids = elements.flatMap(({ attributes }) => attributes["id"] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    const links = elements.flatMap(({ attributes }) => attributes["href"] ?? []);
    expect(links.filter((one) => !ids.includes(one.slice(1)))).toEqual([]);
    for (const { attributes } of elements) {
      const label = attributes["aria-labelledby"];
      if (label !== undefined) expect(ids).toContain(label);
    }
    expect(text).toContain("What a thief reaches");
  });

  it("has no script, fetches nothing, and its policy allows its own style alone", () => {
    const { elements } = elementsOf(page);
    const names = new Set(elements.map(({ name }) => name));
    for (const name of ["script", "img", "iframe", "link", "object", "form", "base"])
      expect(names).not.toContain(name);
    const attributes = elements.flatMap((one) => Object.keys(one.attributes));
    expect(attributes.filter((one) => /^on|^style$|^src$/.test(one))).toEqual([]);
    expect(STYLE).not.toMatch(/url\(|@import/);
    const hash = createHash("sha256").update(STYLE).digest("base64");
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(page.split("<style>")[1]?.split("</style>")[0]).toBe(STYLE);
  });

  it("shows text of a hostile graph as text, and characters nobody sees by their number", () => {
    const { text } = elementsOf(page);
    expect(text).toContain("<img/src=x/onerror=alert(1)>");
    expect(page).not.toContain("<img");
    const sdl = supergraphOf({ a: BODY }).replaceAll('"a"', JSON.stringify(source.name));
    const hostile = createAuthorizer({ supergraphSdl: sdl });
    const shown = accessPage(createAccessMap({ graph: hostile }));
    expect(shown).not.toContain("\u202E");
    expect(elementsOf(shown).text).toContain(`[U+202E]'"><img onerror=alert(1)>&`);
  });

  it("has three pictures: who reaches what, what a thief reaches, what changes", () => {
    const rows = elementsOf(page).rows;
    expect(rows).toContainEqual([
      "User",
      "none",
      "1, 1 more if a policy says yes",
      "p 2",
      "2, 1 more if a policy says yes",
      "2, 1 more if a policy says yes",
    ]);
    expect(rows).toContainEqual(["In", "none", "none", "", "none", "none"]);
    const credentials = rows.filter(([first]) => first?.startsWith("Mutation."));
    expect(credentials.slice(0, 2).map((row) => row.slice(0, 3))).toEqual([
      ["Mutation.changePassword", "reached", "reached"],
      ["Mutation.changeEmail", "refused", "reached"],
    ]);
    expect(rows.filter(([, before]) => before === "no guard").map(([first]) => first)).toEqual([
      "Query.me",
      "User",
    ]);
    expect(accessPage(createAccessMap({ graph }))).not.toContain('id="changes"');
  });

  it("is the same bytes for the same graph, in whatever order its types stand", () => {
    const turned = supergraphOf({ a: BODY }).split(/\n(?=type |interface |enum |input )/);
    const [head = "", ...definitions] = turned;
    expect(definitions.length).toBeGreaterThan(5);
    const made = (parts: readonly string[]) => {
      const supergraphSdl = [head, ...parts].join("\n");
      // Lines are of the text, so who asked is told by a text of its own.
      const sources = [{ name: "a", sdl: supergraphOf({ a: BODY }) }];
      return accessPage(createAccessMap({ graph: createAuthorizer({ supergraphSdl }), sources }));
    };
    expect(made(definitions)).toBe(made(definitions));
    const body = (text: string) => text.replace(/Rules [\w-]+/, "");
    expect(body(made([...definitions].reverse()))).toBe(body(made(definitions)));
  });

  it("has a contrast of 7:1 in both schemes, and none of its colours means anything", () => {
    for (const scheme of STYLE.split("@media (prefers-color-scheme:dark)")) {
      const colours = new Map(
        [...scheme.matchAll(/--(\w+):(#[0-9a-f]+)/g)].map(([, name = "", value = ""]) => [name, value]),
      );
      const of = (name: string): string => colours.get(name) ?? "#000";
      for (const front of ["text", "quiet", "link"])
        for (const back of ["back", "band"])
          expect(contrast(of(front), of(back)), `${front} on ${back}`).toBeGreaterThan(7);
      expect(contrast(of("line"), of("back"))).toBeGreaterThan(3);
    }
    expect(elementsOf(page).elements.flatMap(({ attributes }) => attributes["class"] ?? [])).toEqual(
      expect.not.arrayContaining(["reached"]),
    );
  });

  it("takes seconds and three megabytes at 5 000 types", { timeout: 120_000 }, () => {
    const large = createAuthorizer({ supergraphSdl: bigSupergraph({ types: 5000, fields: 8, scopes: 40 }) });
    let made = "";
    const spent = cpuMs(() => {
      made = accessPage(createAccessMap({ graph: large }));
    });
    console.log(`access map of 5000 types: ${Math.round(spent)} ms of CPU, ${made.length} bytes`);
    expect(Buffer.byteLength(made)).toBeLessThan(3_000_000);
    // 2 s on a machine with nothing else to do; a busy one is no fault of this code.
    expect(spent).toBeLessThan(10_000);
  });
});
