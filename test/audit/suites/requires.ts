import { type AuditSuite, entity, FEDERATION } from "../suite.js";

const stones = [
  { id: "s1", mass: 10, edges: 4, kind: "ROCK" },
  { id: "s2", mass: 20, edges: 6, kind: "GEM" },
  { id: "s3", mass: null, edges: 3, kind: "ROCK" },
];

const chain: AuditSuite = {
  name: "requires-that-requires",
  about: "a required field requires a field itself, back and forth between two subgraphs",
  subgraphs: {
    quarry: {
      sdl: `${FEDERATION}
        type Query { stones: [Stone!]! stone(id: ID!): Stone }
        type Stone @key(fields: "id") { id: ID! mass: Int price: Int @external
          tax: String @requires(fields: "price") }`,
      resolvers: {
        Query: {
          stones: () => stones.map(({ id, mass }) => ({ id, mass })),
          stone: (_source, { id }) => entity(stones, "id")({ id }),
        },
        Stone: {
          __resolveReference: (sent) => ({ ...entity(stones, "id")(sent), ...sent }),
          tax: ({ price }) => (price == null ? null : `${Number(price) / 10} of ${String(price)}`),
        },
      },
    },
    market: {
      sdl: `${FEDERATION}
        type Stone @key(fields: "id") { id: ID! mass: Int @external tax: String @external
          price: Int @requires(fields: "mass")
          receipt: String @requires(fields: "tax mass") }`,
      resolvers: {
        Stone: {
          __resolveReference: (sent) => sent,
          price: ({ mass }) => (mass == null ? null : Number(mass) * 3),
          receipt: ({ tax, mass }) => `mass ${String(mass)}, tax ${String(tax)}`,
        },
      },
    },
  },
  cases: [
    {
      query: "{ stones { price } }",
      data: { stones: [{ price: 30 }, { price: 60 }, { price: null }] },
      requests: 2,
    },
    {
      query: "{ stones { tax } }",
      data: { stones: [{ tax: "3 of 30" }, { tax: "6 of 60" }, { tax: null }] },
      requests: 3,
    },
    {
      query: "{ stones { receipt } }",
      data: {
        stones: [
          { receipt: "mass 10, tax 3 of 30" },
          { receipt: "mass 20, tax 6 of 60" },
          { receipt: "mass null, tax null" },
        ],
      },
      requests: 4,
    },
    {
      query: '{ stone(id: "s1") { mass: price price: tax tax: receipt } }',
      data: { stone: { mass: 30, price: "3 of 30", tax: "mass 10, tax 3 of 30" } },
    },
    {
      query: '{ a: stone(id: "s2") { tax } b: stone(id: "s2") { receipt mass } }',
      data: { a: { tax: "6 of 60" }, b: { receipt: "mass 20, tax 6 of 60", mass: 20 } },
    },
    { query: '{ stone(id: "none") { receipt } }', data: { stone: null }, requests: 1 },
  ],
};

const withArguments: AuditSuite = {
  name: "requires-with-arguments",
  about: "a required field carries arguments; the client's own use of it may carry others",
  subgraphs: {
    shelf: {
      sdl: `${FEDERATION}
        type Query { wine: Wine }
        type Wine @key(fields: "id") { id: ID! volume(unit: Unit!, round: Boolean = false): Float }
        enum Unit { LITRE PINT }`,
      resolvers: {
        Query: { wine: () => ({ id: "w1" }) },
        Wine: {
          __resolveReference: (sent) => sent,
          volume: (_source, { unit, round }) => {
            const exact = unit === "LITRE" ? 1.5 : 2.6;
            return round === true ? Math.round(exact) : exact;
          },
        },
      },
    },
    customs: {
      sdl: `${FEDERATION}
        type Wine @key(fields: "id") { id: ID! volume(unit: Unit!, round: Boolean = false): Float @external
          duty: Float @requires(fields: "volume(unit: LITRE)")
          pub: String @requires(fields: "volume(unit: PINT, round: true)") }
        enum Unit { LITRE PINT }`,
      resolvers: {
        Wine: {
          __resolveReference: (sent) => sent,
          duty: ({ volume }) => Number(volume) * 2,
          pub: ({ volume }) => `${String(volume)} pints`,
        },
      },
    },
  },
  cases: [
    { query: "{ wine { duty } }", data: { wine: { duty: 3 } }, requests: 3 },
    { query: "{ wine { pub } }", data: { wine: { pub: "3 pints" } } },
    {
      query: "{ wine { volume(unit: PINT) duty } }",
      data: { wine: { volume: 2.6, duty: 3 } },
    },
    {
      query: "query ($unit: Unit!) { wine { duty volume(unit: $unit, round: true) } }",
      variables: { unit: "LITRE" },
      data: { wine: { duty: 3, volume: 2 } },
    },
    {
      query: "{ wine { volume: duty litres: volume(unit: LITRE) } }",
      data: { wine: { volume: 3, litres: 1.5 } },
    },
    {
      query: "{ wine { pub duty } }",
      data: { wine: { pub: "3 pints", duty: 3 } },
    },
  ],
};

const nestedRequires: AuditSuite = {
  name: "requires-below-an-entity",
  about: "what is required lies inside a list of objects of another type",
  subgraphs: {
    orders: {
      sdl: `${FEDERATION}
        type Query { orders: [Order!]! }
        type Order @key(fields: "id") { id: ID! lines: [Line!]! }
        type Line @shareable { units: Int! item: Item! }
        type Item @key(fields: "sku", resolvable: false) { sku: ID! }`,
      resolvers: {
        Query: { orders: () => [{ id: "o1" }, { id: "o2" }] },
        Order: {
          __resolveReference: (sent) => sent,
          lines: ({ id }) =>
            id === "o1"
              ? [
                  { units: 2, item: { sku: "k1" } },
                  { units: 1, item: { sku: "k2" } },
                ]
              : [],
        },
      },
    },
    goods: {
      sdl: `${FEDERATION}
        type Item @key(fields: "sku") { sku: ID! grams: Int! }`,
      resolvers: {
        Item: { __resolveReference: ({ sku }) => ({ sku, grams: sku === "k1" ? 100 : 250 }) },
      },
    },
    post: {
      sdl: `${FEDERATION}
        type Order @key(fields: "id") { id: ID! lines: [Line!]! @external
          load: String @requires(fields: "lines { units item { grams } }") }
        type Line @shareable { units: Int! item: Item! }
        type Item @key(fields: "sku") { sku: ID! grams: Int! @external }`,
      resolvers: {
        Order: {
          __resolveReference: (sent) => sent,
          load: ({ lines }: { lines: readonly { units: number; item: { grams: number } }[] }) =>
            lines.map(({ units, item }) => `${units} x ${item.grams}`).join(" + "),
        },
      },
    },
  },
  cases: [
    {
      query: "{ orders { load } }",
      data: {
        orders: [{ load: "2 x 100 + 1 x 250" }, { load: "" }],
      },
    },
    {
      query: "{ orders { lines { item: units units: item { sku } } } }",
      data: {
        orders: [
          {
            lines: [
              { item: 2, units: { sku: "k1" } },
              { item: 1, units: { sku: "k2" } },
            ],
          },
          { lines: [] },
        ],
      },
      requests: 1,
    },
    {
      query: "{ orders { id lines { item { grams } } } }",
      data: {
        orders: [
          { id: "o1", lines: [{ item: { grams: 100 } }, { item: { grams: 250 } }] },
          { id: "o2", lines: [] },
        ],
      },
      requests: 2,
    },
  ],
};

export const requireSuites: readonly AuditSuite[] = [chain, withArguments, nestedRequires];
