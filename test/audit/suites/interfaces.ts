import { type AuditSuite, entity, FEDERATION } from "../suite.js";

const works = [
  { __typename: "Novel", id: "n1", title: "Tide", pages: 300 },
  { __typename: "Album", id: "a1", title: "Hum", minutes: 41 },
  { __typename: "Novel", id: "n2", title: "Wane", pages: 120 },
];
const people = [
  { id: "p1", name: "Ana" },
  { id: "p2", name: "Ben" },
];

const spread: AuditSuite = {
  name: "interface-across-subgraphs",
  about: "one interface whose types get their fields from different subgraphs",
  subgraphs: {
    catalogue: {
      sdl: `${FEDERATION}
        type Query { works: [Work!]! work(id: ID!): Work }
        interface Work { id: ID! title: String }
        type Novel implements Work @key(fields: "id") { id: ID! title: String }
        type Album implements Work @key(fields: "id") { id: ID! title: String }`,
      resolvers: {
        Query: {
          works: () => works.map(({ __typename, id, title }) => ({ __typename, id, title })),
          work: (_source, { id }) => works.find((work) => work.id === id) ?? null,
        },
      },
    },
    library: {
      sdl: `${FEDERATION}
        type Novel @key(fields: "id") { id: ID! pages: Int by: Person }
        type Person @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: {
        Novel: {
          __resolveReference: entity(works, "id"),
          by: ({ id }) => ({ id: id === "n1" ? "p1" : "p2" }),
        },
      },
    },
    records: {
      sdl: `${FEDERATION}
        type Album @key(fields: "id") { id: ID! minutes: Int by: Person }
        type Person @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: { Album: { __resolveReference: entity(works, "id"), by: () => ({ id: "p2" }) } },
    },
    persons: {
      sdl: `${FEDERATION} type Person @key(fields: "id") { id: ID! name: String }`,
      resolvers: { Person: { __resolveReference: entity(people, "id") } },
    },
  },
  cases: [
    {
      query: "{ works { id ... on Novel { pages } ... on Album { minutes } } }",
      data: {
        works: [
          { id: "n1", pages: 300 },
          { id: "a1", minutes: 41 },
          { id: "n2", pages: 120 },
        ],
      },
      requests: 3,
    },
    {
      query: "{ works { title ... on Novel { title: title by { name } } ... on Album { by { name } } } }",
      data: {
        works: [
          { title: "Tide", by: { name: "Ana" } },
          { title: "Hum", by: { name: "Ben" } },
          { title: "Wane", by: { name: "Ben" } },
        ],
      },
    },
    {
      query: "{ works { ... on Novel { n: pages } ... on Album { n: minutes } } }",
      data: { works: [{ n: 300 }, { n: 41 }, { n: 120 }] },
    },
    {
      query: "{ works { __typename kind: __typename ... on Album { __typename } } }",
      data: {
        works: [
          { __typename: "Novel", kind: "Novel" },
          { __typename: "Album", kind: "Album" },
          { __typename: "Novel", kind: "Novel" },
        ],
      },
      requests: 1,
    },
    {
      query: "{ works { ... on Work { ... on Album { ... on Work { title } } } } }",
      data: { works: [{}, { title: "Hum" }, {}] },
      requests: 1,
    },
    {
      query:
        "query { works { ...W } } fragment W on Work { id ...N } fragment N on Novel { by { ...P } } fragment P on Person { name }",
      data: { works: [{ id: "n1", by: { name: "Ana" } }, { id: "a1" }, { id: "n2", by: { name: "Ben" } }] },
    },
    {
      query: "query ($id: ID!) { work(id: $id) { ... on Novel { pages } ... on Album { minutes } } }",
      variables: { id: "a1" },
      data: { work: { minutes: 41 } },
      requests: 2,
    },
    { query: '{ work(id: "zzz") { id } }', data: { work: null } },
    {
      query:
        '{ a: work(id: "n1") { ... on Novel { pages by { name } } } b: work(id: "a1") { ... on Album { by { id } } } }',
      data: { a: { pages: 300, by: { name: "Ana" } }, b: { by: { id: "p2" } } },
    },
    {
      query:
        "query ($novels: Boolean!) { works { ... on Novel @include(if: $novels) { pages } ... on Album @skip(if: $novels) { minutes } } }",
      variables: { novels: false },
      data: { works: [{}, { minutes: 41 }, {}] },
      requests: 2,
    },
  ],
};

const differing: AuditSuite = {
  name: "fields-that-differ-by-type",
  about: "one name, nullable in one type and not in another; a subgraph refuses both under one response key",
  subgraphs: {
    one: {
      sdl: `${FEDERATION}
        type Query { holders: [Holder!]! }
        union Holder = Person | Firm
        type Person @key(fields: "id") { id: ID! label: String! }
        type Firm @key(fields: "id") { id: ID! label: String }`,
      resolvers: {
        Query: {
          holders: () => [
            { __typename: "Person", id: "1", label: "Mia" },
            { __typename: "Firm", id: "2", label: null },
          ],
        },
        Person: { __resolveReference: entity([{ id: "1", label: "Mia" }], "id") },
        Firm: { __resolveReference: entity([{ id: "2", label: null }], "id") },
      },
    },
    two: {
      sdl: `${FEDERATION}
        type Query { accounts: [Holder!]! }
        union Holder = Person | Firm
        type Person @key(fields: "id") { id: ID! limit: Int! }
        type Firm @key(fields: "id") { id: ID! limit: [Int!] }`,
      resolvers: {
        Query: {
          accounts: () => [
            { __typename: "Firm", id: "2", limit: [1, 2] },
            { __typename: "Person", id: "1", limit: 5 },
          ],
        },
        Person: { __resolveReference: entity([{ id: "1", limit: 5 }], "id") },
        Firm: { __resolveReference: entity([{ id: "2", limit: [1, 2] }], "id") },
      },
    },
  },
  cases: [
    {
      query: "{ holders { ... on Person { label } ... on Firm { firm: label } } }",
      data: { holders: [{ label: "Mia" }, { firm: null }] },
      requests: 1,
    },
    {
      query: "{ holders { ... on Person { p: limit } ... on Firm { f: limit } } }",
      data: { holders: [{ p: 5 }, { f: [1, 2] }] },
    },
    {
      query: "{ accounts { ... on Person { label limit } ... on Firm { name: label limits: limit } } }",
      data: {
        accounts: [
          { name: null, limits: [1, 2] },
          { label: "Mia", limit: 5 },
        ],
      },
    },
    {
      query: "{ holders { ... on Person { id label } ... on Firm { id } } accounts { __typename } }",
      data: {
        holders: [{ id: "1", label: "Mia" }, { id: "2" }],
        accounts: [{ __typename: "Firm" }, { __typename: "Person" }],
      },
    },
  ],
};

const circular: AuditSuite = {
  name: "interface-that-returns-itself",
  about: "an interface's field leads to the interface again, an entity look-up at every step",
  subgraphs: {
    tree: {
      sdl: `${FEDERATION}
        type Query { start: Step }
        interface Step { id: ID! next: Step }
        type Stair implements Step @key(fields: "id") { id: ID! next: Step }
        type Ramp implements Step @key(fields: "id") { id: ID! next: Step }`,
      resolvers: {
        Query: { start: () => ({ __typename: "Stair", id: "1" }) },
        Stair: { __resolveReference: (sent) => sent, next: () => ({ __typename: "Ramp", id: "2" }) },
        Ramp: {
          __resolveReference: (sent) => sent,
          next: ({ id }) => (id === "2" ? { __typename: "Stair", id: "1" } : null),
        },
      },
    },
    measure: {
      sdl: `${FEDERATION}
        type Stair @key(fields: "id") { id: ID! height: Int }
        type Ramp @key(fields: "id") { id: ID! grade: Int }`,
      resolvers: {
        Stair: { __resolveReference: (sent) => sent, height: () => 17 },
        Ramp: { __resolveReference: (sent) => sent, grade: () => 6 },
      },
    },
  },
  cases: [
    {
      query: "{ start { next { next { next { id } } } } }",
      data: { start: { next: { next: { next: { id: "2" } } } } },
      requests: 1,
    },
    {
      query:
        "{ start { ... on Stair { height } next { ... on Ramp { grade } next { ... on Stair { height id } } } } }",
      data: { start: { height: 17, next: { grade: 6, next: { height: 17, id: "1" } } } },
    },
    {
      query: "{ start { next { next { next { ... on Ramp { grade next { id } } } } } } }",
      data: { start: { next: { next: { next: { grade: 6, next: { id: "1" } } } } } },
    },
  ],
};

export const interfaceSuites: readonly AuditSuite[] = [spread, differing, circular];
