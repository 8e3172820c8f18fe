import { type AuditSuite, entity, FEDERATION } from "../suite.js";

const parcels = [
  { number: "p1", weight: 3, depot: { code: "d1", region: { id: "north" } } },
  { number: "p2", weight: 5, depot: { code: "d2", region: { id: "south" } } },
];

/** One entity, known by other keys in every subgraph. */
const chainOfKeys: AuditSuite = {
  name: "chain-of-keys",
  about: "the way to a field leads through a third subgraph that knows both keys",
  subgraphs: {
    front: {
      sdl: `${FEDERATION}
        type Query { car: Car cars: [Car!]! }
        type Car @key(fields: "plate") { plate: ID! }`,
      resolvers: {
        Query: { car: () => ({ plate: "A-1" }), cars: () => [{ plate: "A-1" }, { plate: "B-2" }] },
      },
    },
    registry: {
      sdl: `${FEDERATION}
        type Car @key(fields: "plate") @key(fields: "chassis") { plate: ID! chassis: ID! }`,
      resolvers: {
        Car: {
          __resolveReference: entity(
            [
              { plate: "A-1", chassis: "c10" },
              { plate: "B-2", chassis: "c20" },
            ],
            "plate",
            "chassis",
          ),
        },
      },
    },
    workshop: {
      sdl: `${FEDERATION}
        type Car @key(fields: "chassis") @key(fields: "ticket") { chassis: ID! ticket: ID! mileage: Int }`,
      resolvers: {
        Car: {
          __resolveReference: entity(
            [
              { chassis: "c10", ticket: "t100", mileage: 7 },
              { chassis: "c20", ticket: "t200", mileage: 8 },
            ],
            "chassis",
            "ticket",
          ),
        },
      },
    },
    billing: {
      sdl: `${FEDERATION}
        type Car @key(fields: "ticket") { ticket: ID! due: Float }`,
      resolvers: {
        Car: {
          __resolveReference: entity(
            [
              { ticket: "t100", due: 1.5 },
              { ticket: "t200", due: 2.5 },
            ],
            "ticket",
          ),
        },
      },
    },
  },
  cases: [
    { query: "{ car { plate due } }", data: { car: { plate: "A-1", due: 1.5 } }, requests: 4 },
    { query: "{ car { due } }", data: { car: { due: 1.5 } } },
    {
      query: "{ cars { due mileage chassis } }",
      data: {
        cars: [
          { due: 1.5, mileage: 7, chassis: "c10" },
          { due: 2.5, mileage: 8, chassis: "c20" },
        ],
      },
      requests: 4,
    },
    {
      query: "{ cars { plate: due due: plate } }",
      data: {
        cars: [
          { plate: 1.5, due: "A-1" },
          { plate: 2.5, due: "B-2" },
        ],
      },
    },
  ],
};

const compoundKeys: AuditSuite = {
  name: "compound-and-nested-keys",
  about: "a key of several fields, some of them inside an object of another type",
  subgraphs: {
    tracking: {
      sdl: `${FEDERATION}
        type Query { parcels: [Parcel] }
        type Parcel @key(fields: "number depot { code region { id } }") { number: ID! depot: Depot! }
        type Depot @shareable { code: ID! region: Region! }
        type Region @shareable { id: ID! }`,
      resolvers: { Query: { parcels: () => parcels.map(({ number, depot }) => ({ number, depot })) } },
    },
    scales: {
      sdl: `${FEDERATION}
        type Parcel @key(fields: "number depot { code region { id } }") { number: ID! depot: Depot! weight: Int label: String }
        type Depot @shareable { code: ID! region: Region! }
        type Region @shareable { id: ID! }`,
      resolvers: {
        Parcel: {
          __resolveReference: (sent: { number: string; depot: { code: string; region: { id: string } } }) =>
            parcels.find(
              ({ number, depot }) =>
                number === sent.number &&
                depot.code === sent.depot.code &&
                depot.region.id === sent.depot.region.id,
            ) ?? null,
          label: (parcel: { number: string; depot: { code: string; region: { id: string } } }) =>
            `${parcel.depot.region.id}/${parcel.depot.code}/${parcel.number}`,
        },
      },
    },
  },
  cases: [
    { query: "{ parcels { weight } }", data: { parcels: [{ weight: 3 }, { weight: 5 }] }, requests: 2 },
    {
      query: "{ parcels { label depot { code } } }",
      data: {
        parcels: [
          { label: "north/d1/p1", depot: { code: "d1" } },
          { label: "south/d2/p2", depot: { code: "d2" } },
        ],
      },
    },
    {
      query: "{ parcels { number: weight depot { code: region { id } } } }",
      data: {
        parcels: [
          { number: 3, depot: { code: { id: "north" } } },
          { number: 5, depot: { code: { id: "south" } } },
        ],
      },
    },
  ],
};

const nullKeys: AuditSuite = {
  name: "null-keys",
  about: "an entity whose key is null cannot be looked up; its neighbours can",
  subgraphs: {
    shelf: {
      sdl: `${FEDERATION}
        type Query { slots: [Slot!] }
        type Slot { at: Int tool: Tool }
        type Tool @key(fields: "serial") { serial: ID }`,
      resolvers: {
        Query: {
          slots: () => [
            { at: 1, tool: { serial: "s1" } },
            { at: 2, tool: { serial: null } },
            { at: 3, tool: null },
            { at: 4, tool: { serial: "gone" } },
            { at: 5, tool: { serial: "s2" } },
          ],
        },
      },
    },
    maker: {
      sdl: `${FEDERATION}
        type Tool @key(fields: "serial") { serial: ID made: String }`,
      resolvers: {
        Tool: {
          __resolveReference: entity(
            [
              { serial: "s1", made: "hammer" },
              { serial: "s2", made: "saw" },
            ],
            "serial",
          ),
        },
      },
    },
  },
  cases: [
    {
      query: "{ slots { at tool { made } } }",
      data: {
        slots: [
          { at: 1, tool: { made: "hammer" } },
          { at: 2, tool: { made: null } },
          { at: 3, tool: null },
          { at: 4, tool: { made: null } },
          { at: 5, tool: { made: "saw" } },
        ],
      },
    },
    {
      query: "{ slots { tool { serial made } } }",
      data: {
        slots: [
          { tool: { serial: "s1", made: "hammer" } },
          { tool: { serial: null, made: null } },
          { tool: null },
          { tool: { serial: "gone", made: null } },
          { tool: { serial: "s2", made: "saw" } },
        ],
      },
    },
  ],
};

export const keySuites: readonly AuditSuite[] = [chainOfKeys, compoundKeys, nullKeys];
