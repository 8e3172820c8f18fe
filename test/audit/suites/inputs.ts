import { type AuditSuite, entity, FEDERATION } from "../suite.js";

const enums: AuditSuite = {
  name: "enum-values-by-subgraph",
  about: "an output enum is the sum of its values, one of them hidden; a hidden value is null with an error",
  subgraphs: {
    a: {
      sdl: `${FEDERATION}
        enum Mood @shareable { GLAD SAD SECRET @inaccessible }
        type Query { cat: Cat cats: [Cat] }
        type Cat @key(fields: "id") { id: ID! mood: Mood moods: [Mood] @shareable }`.replace(
        " @shareable {",
        " {",
      ),
      resolvers: {
        Query: {
          cat: () => ({ id: "1", mood: "SECRET", moods: ["GLAD", "SECRET", "SAD"] }),
          cats: () => [{ id: "1", mood: "GLAD" }, { id: "2", mood: "SECRET" }, null],
        },
        Cat: { __resolveReference: (sent) => sent },
      },
    },
    b: {
      sdl: `${FEDERATION}
        enum Mood { GLAD SAD BORED }
        type Query { boredom: Mood }
        type Cat @key(fields: "id") { id: ID! later: Mood }`,
      resolvers: {
        Query: { boredom: () => "BORED" },
        Cat: { __resolveReference: ({ id }) => ({ id, later: "BORED" }) },
      },
    },
  },
  cases: [
    { query: "{ boredom }", data: { boredom: "BORED" } },
    { query: "{ cat { later } }", data: { cat: { later: "BORED" } } },
    { query: "{ cat { mood } }", data: { cat: { mood: null } }, errors: ["cat.mood"] },
    { query: "{ cat { moods } }", data: { cat: { moods: ["GLAD", null, "SAD"] } }, errors: ["cat.moods.1"] },
    {
      query: "{ cats { mood later } }",
      data: { cats: [{ mood: "GLAD", later: "BORED" }, { mood: null, later: "BORED" }, null] },
      errors: ["cats.1.mood"],
    },
  ],
};

const inputs: AuditSuite = {
  name: "inputs-by-subgraph",
  about: "an input type is what all subgraphs agree on; defaults, nulls and lists travel as they were given",
  subgraphs: {
    a: {
      sdl: `${FEDERATION}
        input Filter { text: String limit: Int = 10 tags: [String!] onlyA: Boolean }
        enum Order { UP DOWN }
        type Query { a(filter: Filter!, order: Order = UP): String }`,
      resolvers: { Query: { a: (_source, { filter, order }) => JSON.stringify([filter, order]) } },
    },
    b: {
      sdl: `${FEDERATION}
        input Filter { text: String limit: Int = 10 tags: [String!] }
        enum Order { UP DOWN }
        type Query { b(filters: [Filter!], order: [Order!]): String }`,
      resolvers: { Query: { b: (_source, args) => JSON.stringify(args) } },
    },
  },
  cases: [
    { query: '{ a(filter: { text: "x" }) }', data: { a: '[{"text":"x","limit":10},"UP"]' }, requests: 1 },
    {
      query: "query ($f: Filter!) { a(filter: $f, order: DOWN) }",
      variables: { f: { limit: null, tags: ["t"] } },
      data: { a: '[{"limit":null,"tags":["t"]},"DOWN"]' },
    },
    {
      query: "query ($text: String) { a(filter: { text: $text, tags: [] }) b(filters: [{ text: $text }]) }",
      variables: { text: 'quote " and \\ and \u2028' },
      data: {
        a: JSON.stringify([{ text: 'quote " and \\ and \u2028', limit: 10, tags: [] }, "UP"]),
        b: JSON.stringify({ filters: [{ text: 'quote " and \\ and \u2028', limit: 10 }] }),
      },
    },
    {
      query: "query ($text: String) { a(filter: { text: $text }) }",
      data: { a: '[{"limit":10},"UP"]' },
    },
    {
      query: 'query ($order: [Order!] = [DOWN]) { b(filters: { text: "one" }, order: $order) }',
      data: { b: '{"filters":[{"text":"one","limit":10}],"order":["DOWN"]}' },
    },
    {
      query: "query ($order: [Order!] = [DOWN]) { b(order: $order) }",
      variables: { order: "UP" },
      data: { b: '{"order":["UP"]}' },
    },
    {
      query:
        "query ($limit: Int = 3) { x: a(filter: { limit: $limit }) y: a(filter: { limit: $limit }, order: null) }",
      data: { x: '[{"limit":3},"UP"]', y: '[{"limit":3},null]' },
      requests: 1,
    },
  ],
};

const things = [
  { id: "1", name: "one", size: 1 },
  { id: "2", name: "two", size: 2 },
];
const conditions: AuditSuite = {
  name: "skip-and-include",
  about: "what is skipped is not fetched; what is selected twice is kept when one of the two is",
  subgraphs: {
    a: {
      sdl: `${FEDERATION}
        type Query { things: [Thing!]! }
        type Thing @key(fields: "id") { id: ID! name: String }`,
      resolvers: { Query: { things: () => things }, Thing: { __resolveReference: entity(things, "id") } },
    },
    b: {
      sdl: `${FEDERATION} type Thing @key(fields: "id") { id: ID! size: Int name: String @external label: String @requires(fields: "name") }`,
      resolvers: {
        Thing: {
          __resolveReference: (sent) => ({ ...entity(things, "id")(sent), ...sent }),
          label: ({ name }) => `<${String(name)}>`,
        },
      },
    },
  },
  cases: [
    ...[true, false].map((yes) => ({
      query: "query ($yes: Boolean!) { things { id size @include(if: $yes) } }",
      variables: { yes },
      data: { things: yes ? things.map(({ id, size }) => ({ id, size })) : things.map(({ id }) => ({ id })) },
      requests: yes ? 2 : 1,
    })),
    ...[true, false].map((yes) => ({
      query:
        "query ($yes: Boolean = true) { things { label @skip(if: $yes) ... @include(if: $yes) { name } } }",
      variables: { yes },
      data: { things: things.map(({ name }) => (yes ? { name } : { label: `<${name}>` })) },
      requests: yes ? 1 : 2,
    })),
    {
      query: "query ($no: Boolean = false) { things { size @include(if: $no) ... on Thing { size } } }",
      data: { things: [{ size: 1 }, { size: 2 }] },
      requests: 2,
    },
    {
      query: "query ($no: Boolean = false) { things @include(if: $no) { size } __typename }",
      data: { __typename: "Query" },
      requests: 0,
    },
    {
      query:
        "query ($yes: Boolean!) { things { ...S @skip(if: $yes) id } } fragment S on Thing { size label }",
      variables: { yes: true },
      data: { things: [{ id: "1" }, { id: "2" }] },
      requests: 1,
    },
    {
      query:
        "{ things { size @skip(if: true) @include(if: true) label @include(if: true) @skip(if: false) } }",
      data: { things: [{ label: "<one>" }, { label: "<two>" }] },
    },
  ],
};

export const inputSuites: readonly AuditSuite[] = [enums, inputs, conditions];
