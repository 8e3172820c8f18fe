import { describe, expect, it } from "vitest";
import { GraphData } from "../support/graph-data.js";
import { createInProcessGateway } from "../support/in-process-gateway.js";
import { AUTH_HEADER } from "../support/random-graph-sdl.js";

const MOMENT = { nowSeconds: 1_900_000_000, freshSeconds: 300, degraded: false };
const NOBODY = { anonymous: true, scopes: new Set<string>() };
const SOMEBODY = { anonymous: false, scopes: new Set<string>(), authTime: 1_800_000_000 };

type Sdls = Readonly<Record<string, string>>;

/** Asks once for each object the interface object may turn out to be. */
const ask = async (sdls: Sdls, types: readonly string[], text: string, caller: typeof NOBODY = NOBODY) => {
  const found: { answer: unknown; errors: unknown; requests: readonly string[] }[] = [];
  for (const [rotation] of [...types, ""].entries()) {
    const data = new GraphData({ rotation, gaps: false, interfaceObjects: new Map([["Node", types]]) });
    const subgraphs = new Map(Object.entries(sdls).map(([name, sdl]) => [name, AUTH_HEADER + sdl]));
    const gateway = await createInProcessGateway(subgraphs, data, {});
    const { answer, requests } = await gateway
      .ask({ text, operationName: undefined, variables: {} }, caller, MOMENT)
      .finally(() => gateway.close());
    found.push({
      answer: answer.data,
      errors: answer.errors ?? [],
      requests: requests.map(({ subgraph, query, variables }) =>
        [subgraph, query, JSON.stringify(variables)].join(" "),
      ),
    });
  }
  return found;
};

const library: Sdls = {
  alpha: `type Node @interfaceObject @key(fields: "id") { id: ID! extra: Int }
    type Query { node: Node nodes: [Node] }`,
  beta: `interface Node @key(fields: "id") { id: ID! title: String }
    interface Printed { title: String }
    type Book implements Node & Printed @key(fields: "id") { id: ID! title: String pages: Int author: Author }
    type Movie implements Node @key(fields: "id") { id: ID! title: String minutes: Int }
    type Author { name: String }
    type Query { books: [Book] any: [Node] }`,
};
const KINDS = ["Book", "Movie"];

describe("a concrete type across an @interfaceObject", () => {
  it("is served with the fields that are its own", async () => {
    const answers = await ask(library, KINDS, "{ node { ... on Book { pages } ... on Movie { minutes } } }");
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    const served = answers.map(({ answer }) => answer);
    expect(served).toContainEqual({ node: { pages: expect.any(Number) } });
    expect(served).toContainEqual({ node: { minutes: expect.any(Number) } });
  });

  it("may be named in fragments, with aliases, and below lists", async () => {
    const text = `{ nodes { __typename ...Own } } fragment Own on Node { id ... on Book { number: pages author { ...By } } }
      fragment By on Author { name }`;
    const answers = await ask(library, KINDS, text);
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    const nodes = answers.flatMap(({ answer }) => (answer as { nodes: Record<string, unknown>[] }).nodes);
    const books = nodes.filter((node) => node["__typename"] === "Book");
    expect(books.length).toBeGreaterThan(0);
    for (const book of books)
      expect(book).toMatchObject({ number: expect.any(Number), author: { name: expect.any(String) } });
    for (const movie of nodes.filter((node) => node["__typename"] === "Movie"))
      expect(Object.keys(movie).sort()).toEqual(["__typename", "id"]);
  });

  it("is asked for by the type it is, though another interface stands between", async () => {
    const answers = await ask(library, KINDS, "{ node { ... on Printed { ... on Node { extra } } } }");
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    const served = answers.map(({ answer }) => answer);
    expect(served).toContainEqual({ node: { extra: expect.any(Number) } });
    expect(served).toContainEqual({ node: {} });
  });

  it("is found by a key that has objects in it", async () => {
    const nested: Sdls = {
      alpha: `type Node @interfaceObject @key(fields: "shelf { number } id") { shelf: Shelf! id: ID! extra: Int }
        type Shelf @shareable { number: Int! } type Query { node: Node }`,
      beta: `interface Node @key(fields: "shelf { number } id") { shelf: Shelf! id: ID! }
        type Book implements Node @key(fields: "shelf { number } id") { shelf: Shelf! id: ID! pages: Int }
        type Shelf @shareable { number: Int! } type Query { books: [Book] }`,
    };
    const [first] = await ask(nested, ["Book"], "{ node { ... on Book { pages } } }");
    expect(first?.requests.join("\n")).toMatch(/beta .*\.\.\.on Book\{pages\}.*"shelf":\{"number":\d+\}/);
  });

  it("is asked of the interface object for what that one adds, type by type", async () => {
    const answers = await ask(library, KINDS, "{ any { ... on Book { extra } } }");
    expect(answers.flatMap(({ errors }) => errors)).toEqual([]);
    const sent = answers.flatMap(({ requests }) => requests).filter((one) => one.startsWith("alpha"));
    expect(sent.length).toBeGreaterThan(0);
    expect(sent.join()).not.toContain("Movie:");
  });

  it("asks each type only for what was granted of it", async () => {
    const guarded: Sdls = {
      alpha: library["alpha"] ?? "",
      beta: `interface Node @key(fields: "id") { id: ID! name: String note: String }
        type Book implements Node @key(fields: "id") { id: ID! name: String @auth(fresh: true) note: String }
        type Movie implements Node @key(fields: "id") { id: ID! name: String note: String @auth(scopes: ["no"]) }
        type Query { b: Int }`,
    };
    const answers = await ask(guarded, KINDS, "{ node { __typename name note } }", SOMEBODY);
    const served = answers.map(({ answer }) => answer);
    expect(served).toContainEqual({ node: { __typename: "Book", name: null, note: expect.any(String) } });
    expect(served).toContainEqual({ node: { __typename: "Movie", name: expect.any(String), note: null } });
    const look = answers.flatMap(({ requests }) => requests).filter((one) => /on \w+\{(name|note)/.test(one));
    expect(look.length).toBeGreaterThan(0);
    for (const one of look) expect(one).toMatch(/\{note\}.*"Book:|\{name\}.*"Movie:/);
  });

  it("asks no subgraph but those of the supergraph", async () => {
    for (const { requests } of await ask(library, KINDS, "{ node { title ... on Book { id pages } } }"))
      expect(requests.filter((one) => !/^(alpha|beta) /.test(one))).toEqual([]);
  });
});

describe("a field that @requires another subgraph's, which knows the entity by a second key only", () => {
  it("is served, although the planner ends over it", async () => {
    const items: Sdls = {
      gamma: 'type Item @key(fields: "id") { id: ID! } type Query { item: Item }',
      alpha: `type Item @key(fields: "id") @key(fields: "sku") {
          id: ID! sku: String! price: Int @external discounted: Int @requires(fields: "price") }
        type Query { other: Int }`,
      beta: 'type Item @key(fields: "sku") { sku: String! price: Int } type Query { prices: Int }',
    };
    const [first] = await ask(items, [], "{ item { id discounted } }");
    expect(first).toMatchObject({ errors: [], answer: { item: { discounted: expect.any(Number) } } });
    expect(first?.requests.at(-1)).toMatch(/^alpha .*discounted.*"price":\d+/);
  });
});
