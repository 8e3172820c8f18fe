import { type AuditSuite, entity, FEDERATION } from "../suite.js";

const ROOMS = [
  { id: "r1", floor: { id: "f1" } },
  { id: "r2", floor: { id: "f2" } },
];

const parentFirst: AuditSuite = {
  name: "field-of-the-parent-entity",
  about: "a value without a key: its other half is found only by going through its parent again",
  subgraphs: {
    plan: {
      sdl: `${FEDERATION}
        type Query { rooms: [Room!]! }
        type Room @key(fields: "id") { id: ID! floor: Floor @shareable }
        type Floor { id: ID! @shareable }`,
      resolvers: { Query: { rooms: () => ROOMS }, Room: { __resolveReference: entity(ROOMS, "id") } },
    },
    names: {
      sdl: `${FEDERATION}
        type Room @key(fields: "id") { id: ID! floor: Floor @shareable }
        type Floor { id: ID! @shareable label: Label }
        type Label { text: String @shareable }`,
      resolvers: {
        Room: {
          __resolveReference: ({ id }) => ({
            id,
            floor: { id: id === "r1" ? "f1" : "f2", label: { text: id === "r1" ? "ground" : "top" } },
          }),
        },
      },
    },
    lights: {
      sdl: `${FEDERATION}
        type Room @key(fields: "id") { id: ID! floor: Floor @shareable }
        type Floor { id: ID! @shareable lamps: Int }`,
      resolvers: {
        Room: { __resolveReference: ({ id }) => ({ id, floor: { id: "f", lamps: id === "r1" ? 4 : 6 } }) },
      },
    },
  },
  cases: [
    {
      query: "{ rooms { floor { id } } }",
      data: { rooms: [{ floor: { id: "f1" } }, { floor: { id: "f2" } }] },
      requests: 1,
    },
    {
      query: "{ rooms { floor { lamps } } }",
      data: { rooms: [{ floor: { lamps: 4 } }, { floor: { lamps: 6 } }] },
      requests: 2,
    },
    {
      query: "{ rooms { floor { lamps label { text } } } }",
      data: {
        rooms: [
          { floor: { lamps: 4, label: { text: "ground" } } },
          { floor: { lamps: 6, label: { text: "top" } } },
        ],
      },
      requests: 3,
    },
    {
      query: "{ rooms { a: floor { label { text } } b: floor { id: lamps } } }",
      data: {
        rooms: [
          { a: { label: { text: "ground" } }, b: { id: 4 } },
          { a: { label: { text: "top" } }, b: { id: 6 } },
        ],
      },
    },
  ],
};

const friends: Readonly<Record<string, readonly string[]>> = { a: ["b", "c"], b: ["a"], c: [] };
const lists: AuditSuite = {
  name: "entities-in-lists-of-lists",
  about: "entities deep in lists with nulls between; each is fetched once and is in all its places",
  subgraphs: {
    grid: {
      sdl: `${FEDERATION}
        type Query { grid: [[Cell]] cube: [[[Cell!]!]!]! }
        type Cell @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          grid: () => [[{ id: "a" }, null, { id: "b" }], null, [], [{ id: "a" }]],
          cube: () => [[[{ id: "a" }], []], [], [[{ id: "c" }, { id: "a" }]]],
        },
      },
    },
    social: {
      sdl: `${FEDERATION}
        type Cell @key(fields: "id") { id: ID! name: String friends: [Cell!]! }`,
      resolvers: {
        Cell: {
          __resolveReference: ({ id }) => ({ id, name: `cell ${String(id)}` }),
          friends: ({ id }) => (friends[String(id)] ?? []).map((one) => ({ id: one, name: `cell ${one}` })),
        },
      },
    },
  },
  cases: [
    {
      query: "{ grid { name } }",
      data: { grid: [[{ name: "cell a" }, null, { name: "cell b" }], null, [], [{ name: "cell a" }]] },
      requests: 2,
    },
    {
      query: "{ cube { id friends { id } } }",
      data: {
        cube: [
          [[{ id: "a", friends: [{ id: "b" }, { id: "c" }] }], []],
          [],
          [
            [
              { id: "c", friends: [] },
              { id: "a", friends: [{ id: "b" }, { id: "c" }] },
            ],
          ],
        ],
      },
      requests: 2,
    },
    {
      query: "{ grid { friends { name friends { id } } } }",
      data: {
        grid: [
          [
            {
              friends: [
                { name: "cell b", friends: [{ id: "a" }] },
                { name: "cell c", friends: [] },
              ],
            },
            null,
            { friends: [{ name: "cell a", friends: [{ id: "b" }, { id: "c" }] }] },
          ],
          null,
          [],
          [
            {
              friends: [
                { name: "cell b", friends: [{ id: "a" }] },
                { name: "cell c", friends: [] },
              ],
            },
          ],
        ],
      },
      requests: 2,
    },
    {
      query: "{ grid { __typename } }",
      data: {
        grid: [[{ __typename: "Cell" }, null, { __typename: "Cell" }], null, [], [{ __typename: "Cell" }]],
      },
      requests: 1,
    },
  ],
};

const failing: AuditSuite = {
  name: "failures-inside-entity-lists",
  about: "one entity fails or is unknown: its own place is null, with an error where one was reported",
  subgraphs: {
    list: {
      sdl: `${FEDERATION}
        type Query { items: [Item] strict: [Item!] }
        type Item @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          items: () => ["ok", "bad", "gone", "ok"].map((id) => ({ id })),
          strict: () => ["ok", "gone"].map((id) => ({ id })),
        },
      },
    },
    detail: {
      sdl: `${FEDERATION}
        type Item @key(fields: "id") { id: ID! text: String must: Int! parts: [Part!] }
        type Part { n: Int! }`,
      resolvers: {
        Item: {
          __resolveReference: ({ id }) => (id === "gone" ? null : { id }),
          text: ({ id }) => {
            if (id === "bad") throw new Error("unreadable");
            return `text ${String(id)}`;
          },
          must: ({ id }) => (id === "bad" ? null : 1),
          parts: ({ id }) => (id === "bad" ? [{ n: 1 }, { n: null }] : [{ n: 2 }]),
        },
      },
    },
  },
  cases: [
    {
      query: "{ items { id text } }",
      data: {
        items: [
          { id: "ok", text: "text ok" },
          { id: "bad", text: null },
          { id: "gone", text: null },
          { id: "ok", text: "text ok" },
        ],
      },
      errors: ["items.1.text"],
      requests: 2,
    },
    {
      query: "{ items { id parts { n } } }",
      data: {
        items: [
          { id: "ok", parts: [{ n: 2 }] },
          { id: "bad", parts: null },
          { id: "gone", parts: null },
          { id: "ok", parts: [{ n: 2 }] },
        ],
      },
      errors: ["items.1.parts.1.n"],
    },
    {
      query: "{ items { id must } }",
      data: { items: [{ id: "ok", must: 1 }, null, null, { id: "ok", must: 1 }] },
      errors: ["items.1.must", "items.2.must"],
    },
    { query: "{ strict { id must } }", data: { strict: null }, errors: ["strict.1.must"] },
    {
      query: "{ strict { id text } items { id } }",
      data: {
        strict: [
          { id: "ok", text: "text ok" },
          { id: "gone", text: null },
        ],
        items: ["ok", "bad", "gone", "ok"].map((id) => ({ id })),
      },
    },
  ],
};

export const entityCallSuites: readonly AuditSuite[] = [parentFirst, lists, failing];
