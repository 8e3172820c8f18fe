import { describe, expect, it } from "vitest";
import { createDifferential, type Differential, sourceOf } from "../../../../support/differential.js";
import type { Entity, FederatedGraph } from "../../../../support/federated-graph.js";
import { provided } from "../../../../support/graphs/provided.js";

const rows: Readonly<Record<string, Entity>> = {
  inn: { __typename: "Inn", id: "1", name: "Astra", open: true, code: "i1", price: 3 },
  zoo: { __typename: "Zoo", id: "2", name: "Glass", open: null, code: "z2", price: null },
};
const graphOf = (
  subgraphs: FederatedGraph["subgraphs"],
  roots: FederatedGraph["resolvers"],
): FederatedGraph => ({
  name: "small",
  subgraphs,
  resolvers: roots,
  lookup: ({ id, code }) =>
    Object.values(rows).find((row) => row["id"] === id || (code !== undefined && row["code"] === code)),
});
const places = () => [rows["inn"], null, rows["zoo"]];

const asking = async (
  graph: FederatedGraph,
  text: string,
  isGuarded = false,
): Promise<Awaited<ReturnType<Differential["compare"]>>> => {
  const differential = await createDifferential(sourceOf(graph));
  try {
    return await differential.compare({ text, variables: {} }, isGuarded);
  } finally {
    differential.stop();
  }
};

const member = (fields: string): string => `
  type Query { places: [Place] @shareable }
  interface Place { id: ID! ${fields} }
  type Inn implements Place @key(fields: "id") { id: ID! ${fields} }
  type Zoo implements Place @key(fields: "id") { id: ID! ${fields} }`;

describe("an operation the planner cannot plan as a whole", () => {
  it("is planned in parts", async () => {
    const { actual, expected, sent } = await asking(provided, "{ shelves { pets { owner { id } } } }");
    expect(actual).toEqual(expected);
    expect(actual.data).toMatchObject({
      shelves: [{ pets: [{ owner: { id: "o1" } }, {}, null] }, null, {}, {}],
    });
    const roots = sent.filter(({ query }) => !query.includes("_entities"));
    // Once: two answers would be merged by index, whatever rows they are.
    expect(roots.map(({ subgraph }) => subgraph)).toEqual(["bare"]);
  });

  it("is not merged from two subgraphs' answers to one root field, each with its own types", async () => {
    const graph = graphOf(
      { names: member("name: String"), hours: member("open: Boolean"), bare: member("") },
      { "Query.places": places },
    );
    const { actual, sent } = await asking(graph, "{ places { name ... on Inn { open } id open } }");
    expect(actual.data).toEqual({ unanswered: expect.stringContaining("Failed to plan query") });
    expect(sent).toEqual([]);
  });

  it("is not answered where a part cannot be planned, and nothing of it is sent", async () => {
    const { actual, sent } = await asking(rekeyed, "{ coded { code } rated { rate } }");
    expect(actual.data).toEqual({ unanswered: expect.stringContaining("Failed to plan query") });
    expect(sent).toEqual([]);
  });

  it("is never split when it writes", async () => {
    const { actual, sent } = await asking(rekeyed, "mutation { rank { code rate } }");
    expect(actual.data).toEqual({ unanswered: expect.stringContaining("Failed to plan query") });
    expect(sent).toEqual([]);
  });
});

/** `rate` requires what is required by itself, in a subgraph that shares no key with it. */
const rekeyed = graphOf(
  {
    items: `type Query { coded: [Inn] }
      type Inn @key(fields: "id") @key(fields: "code") { id: ID! code: String! price: Int }`,
    costs: `type Inn @key(fields: "id") { id: ID! price: Int @external cost: Int @requires(fields: "price") }`,
    rates: `type Query { rated: [Inn] } type Mutation { rank: Inn }
      type Inn @key(fields: "code") { code: String! cost: Int @external rate: Int @requires(fields: "cost") }`,
  },
  {
    "Query.rated": () => [rows["inn"]],
    "Query.coded": () => [rows["inn"]],
    "Mutation.rank": () => rows["inn"],
  },
);

describe("the runtime type of what a field provides", () => {
  const graph = graphOf(
    {
      maps: `
        type Query { map: Map @provides(fields: "places { id ... on Inn { name } }") }
        type Map { id: ID! @shareable places: [Place] @external }
        interface Place { id: ID! }
        type Inn implements Place @key(fields: "id") { id: ID! name: String @external }
        type Zoo implements Place @key(fields: "id") { id: ID! }`,
      hours: `
        type Map @key(fields: "id") { id: ID! @shareable places: [Place] @shareable }
        interface Place { id: ID! }
        type Inn implements Place @key(fields: "id") { id: ID! name: String @shareable open: Boolean }
        type Zoo implements Place @key(fields: "id") { id: ID! open: Boolean }`,
    },
    { "Query.map": () => ({ __typename: "Map", id: "m1", places: places() }) },
  );

  it.each([
    "{ map { places { __typename id } } }",
    "{ map { places { id } } }",
    "{ map { places { id ... on Inn { name } } } }",
  ])("is fetched from the subgraph that provides it: %s", async (text) => {
    const { actual, expected, sent } = await asking(graph, text);
    expect(actual).toEqual(expected);
    expect(sent.map(({ subgraph }) => subgraph)).toEqual(["maps"]);
  });
});

describe("what an interface object requires of a concrete type", () => {
  const graph = graphOf(
    {
      core: `
        type Query { inns: [Inn] anything: [Any_] }
        union Any_ = Inn | Zoo
        interface Place @key(fields: "id") { id: ID! name: String }
        type Inn implements Place @key(fields: "id") { id: ID! name: String }
        type Zoo implements Place @key(fields: "id") { id: ID! name: String }`,
      signs: `type Place @key(fields: "id") @interfaceObject { id: ID! name: String @external sign: String @requires(fields: "name") }`,
      tours: `type Query { toured: [Inn] } type Inn @key(fields: "id") { id: ID! open: Boolean }`,
    },
    {
      "Query.inns": () => [rows["inn"]],
      "Query.toured": () => [rows["inn"]],
      "Query.anything": places,
      ...Object.fromEntries(
        ["Place", "Inn", "Zoo"].map((type) => [`${type}.sign`, ({ name }: Entity) => `<${String(name)}>`]),
      ),
    },
  );

  it.each(["{ inns { sign } }", "{ toured { sign open } }", "{ anything { ... on Inn { sign } } }"])(
    "is selected on no other type, in a graph with guards too: %s",
    async (text) => {
      const open = await asking(graph, text);
      expect(open.actual).toEqual(open.expected);
      expect(open.sent.flatMap(({ errors }) => errors)).toEqual([]);
      const guarded = await asking(graph, text, true);
      expect(guarded.actual).toEqual(guarded.expected);
    },
  );
});
