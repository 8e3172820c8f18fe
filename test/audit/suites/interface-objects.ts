import { type AuditSuite, entity, FEDERATION } from "../suite.js";

const vehicles = [
  { __typename: "Van", id: "v1", wheels: 4, load: 900 },
  { __typename: "Bike", id: "b1", wheels: 2, gears: 21 },
];
// Of an interface object the gateway always asks the concrete type: guards and hidden types depend on it.
const fleet = {
  sdl: `${FEDERATION}
    type Query { vehicles: [Vehicle!]! }
    interface Vehicle @key(fields: "id") { id: ID! wheels: Int }
    type Van implements Vehicle @key(fields: "id") { id: ID! wheels: Int load: Int }
    type Bike implements Vehicle @key(fields: "id") { id: ID! wheels: Int gears: Int }`,
  resolvers: {
    Query: { vehicles: () => vehicles },
    Vehicle: { __resolveReference: entity(vehicles, "id") },
    Van: { __resolveReference: entity(vehicles, "id") },
    Bike: { __resolveReference: entity(vehicles, "id") },
  },
} as const;

const simple: AuditSuite = {
  name: "interface-object",
  about: "a subgraph adds fields to all types of an interface without knowing them",
  subgraphs: {
    fleet,
    tracker: {
      sdl: `${FEDERATION}
        type Query { tracked: [Vehicle!]! }
        type Vehicle @key(fields: "id") @interfaceObject { id: ID! position: String alarms: [String!] }`,
      resolvers: {
        Query: { tracked: () => [{ id: "b1" }, { id: "v1" }] },
        Vehicle: {
          __resolveReference: (sent) => sent,
          position: ({ id }) => `@${String(id)}`,
          alarms: ({ id }) => (id === "v1" ? ["low fuel"] : []),
        },
      },
    },
  },
  cases: [
    {
      query: "{ vehicles { id position } }",
      data: {
        vehicles: [
          { id: "v1", position: "@v1" },
          { id: "b1", position: "@b1" },
        ],
      },
      requests: 2,
    },
    { query: "{ vehicles { position } }", data: { vehicles: [{ position: "@v1" }, { position: "@b1" }] } },
    {
      query: "{ tracked { id position } }",
      data: {
        tracked: [
          { id: "b1", position: "@b1" },
          { id: "v1", position: "@v1" },
        ],
      },
      requests: 2,
    },
    { query: "{ tracked { wheels } }", data: { tracked: [{ wheels: 2 }, { wheels: 4 }] }, requests: 2 },
    {
      query: "{ tracked { __typename } }",
      data: { tracked: [{ __typename: "Bike" }, { __typename: "Van" }] },
      requests: 2,
    },
    {
      query: "{ tracked { __typename position wheels } }",
      data: {
        tracked: [
          { __typename: "Bike", position: "@b1", wheels: 2 },
          { __typename: "Van", position: "@v1", wheels: 4 },
        ],
      },
    },
    {
      query: "{ vehicles { ... on Van { position load } } }",
      data: { vehicles: [{ position: "@v1", load: 900 }, {}] },
    },
    {
      query: "{ vehicles { ... on Van { alarms } ... on Bike { position gears } } }",
      data: { vehicles: [{ alarms: ["low fuel"] }, { position: "@b1", gears: 21 }] },
    },
    {
      query: "{ vehicles { x: position ... on Bike { y: position } } }",
      data: { vehicles: [{ x: "@v1" }, { x: "@b1", y: "@b1" }] },
    },
    {
      query: "{ tracked { ... on Vehicle { alarms wheels } } }",
      data: {
        tracked: [
          { alarms: [], wheels: 2 },
          { alarms: ["low fuel"], wheels: 4 },
        ],
      },
    },
    { query: "{ tracked { ... on Van { alarms } } }", data: { tracked: [{}, { alarms: ["low fuel"] }] } },
    {
      query: "{ tracked { ... on Bike { wheels position } id } }",
      data: { tracked: [{ wheels: 2, position: "@b1", id: "b1" }, { id: "v1" }] },
    },
    { query: "{ tracked { ... on Van { load } } }", data: { tracked: [{}, { load: 900 }] } },
  ],
};

const requiring: AuditSuite = {
  name: "interface-object-that-requires",
  about: "a field of an interface object requires one the concrete types own",
  subgraphs: {
    fleet,
    tolls: {
      sdl: `${FEDERATION}
        type Query { charged: [Vehicle!]! }
        type Vehicle @key(fields: "id") @interfaceObject { id: ID! wheels: Int @external toll: Int @requires(fields: "wheels") pass: String }`,
      resolvers: {
        Query: { charged: () => [{ id: "v1" }, { id: "b1" }] },
        Vehicle: {
          __resolveReference: (sent) => sent,
          toll: ({ wheels }) => Number(wheels) * 5,
          pass: ({ id }) => `pass ${String(id)}`,
        },
      },
    },
  },
  cases: [
    { query: "{ vehicles { toll } }", data: { vehicles: [{ toll: 20 }, { toll: 10 }] }, requests: 2 },
    {
      query: "{ charged { pass } }",
      data: { charged: [{ pass: "pass v1" }, { pass: "pass b1" }] },
      requests: 2,
    },
    { query: "{ charged { toll } }", data: { charged: [{ toll: 20 }, { toll: 10 }] } },
    {
      query: "{ charged { __typename toll } }",
      data: {
        charged: [
          { __typename: "Van", toll: 20 },
          { __typename: "Bike", toll: 10 },
        ],
      },
    },
    { query: "{ vehicles { ... on Van { toll } } }", data: { vehicles: [{ toll: 20 }, {}] } },
    {
      query: "{ vehicles { wheels: toll toll: wheels } }",
      data: {
        vehicles: [
          { wheels: 20, toll: 4 },
          { wheels: 10, toll: 2 },
        ],
      },
    },
    {
      query: "{ charged { ... on Bike { toll pass } } }",
      data: { charged: [{}, { toll: 10, pass: "pass b1" }] },
    },
    {
      query: "{ charged { ... on Bike { gears } toll } }",
      data: { charged: [{ toll: 20 }, { gears: 21, toll: 10 }] },
    },
  ],
};

const pointing: AuditSuite = {
  name: "interface-object-that-only-points",
  about:
    "an interface object with a key that resolves nothing: it names entities and is never asked for them",
  subgraphs: {
    fleet,
    rides: {
      sdl: `${FEDERATION}
        type Query { rides: [Ride!]! last: Vehicle }
        type Ride { km: Int vehicle: Vehicle! }
        type Vehicle @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }`,
      resolvers: {
        Query: {
          rides: () => [
            { km: 3, vehicle: { id: "b1" } },
            { km: 90, vehicle: { id: "v1" } },
          ],
          last: () => ({ id: "v1" }),
        },
      },
    },
  },
  cases: [
    {
      query: "{ rides { km vehicle { id } } }",
      data: {
        rides: [
          { km: 3, vehicle: { id: "b1" } },
          { km: 90, vehicle: { id: "v1" } },
        ],
      },
      requests: 2,
    },
    {
      query: "{ rides { vehicle { wheels } } }",
      data: { rides: [{ vehicle: { wheels: 2 } }, { vehicle: { wheels: 4 } }] },
      requests: 2,
    },
    {
      query: "{ rides { vehicle { __typename id } } }",
      data: {
        rides: [{ vehicle: { __typename: "Bike", id: "b1" } }, { vehicle: { __typename: "Van", id: "v1" } }],
      },
      requests: 2,
    },
    { query: "{ last { __typename } }", data: { last: { __typename: "Van" } } },
    { query: "{ last { ... on Van { load } } }", data: { last: { load: 900 } } },
    { query: "{ last { ... on Bike { gears } } }", data: { last: {} } },
    {
      query: "{ rides { vehicle { ... on Van { load } ... on Bike { gears } } } }",
      data: { rides: [{ vehicle: { gears: 21 } }, { vehicle: { load: 900 } }] },
    },
    {
      query: "{ rides { vehicle { wheels ... on Bike { gears } } } }",
      data: { rides: [{ vehicle: { wheels: 2, gears: 21 } }, { vehicle: { wheels: 4 } }] },
    },
  ],
};

const indirect: AuditSuite = {
  name: "interface-object-in-two-subgraphs",
  about: "two subgraphs extend one interface, and a concrete type is extended by a third",
  subgraphs: {
    fleet,
    names: {
      sdl: `${FEDERATION} type Vehicle @key(fields: "id") @interfaceObject { id: ID! nick: String }`,
      resolvers: { Vehicle: { __resolveReference: (sent) => sent, nick: ({ id }) => `nick-${String(id)}` } },
    },
    garage: {
      sdl: `${FEDERATION}
        type Query { parked: Vehicle }
        type Vehicle @key(fields: "id") @interfaceObject { id: ID! bay: Int }`,
      resolvers: {
        Query: { parked: () => ({ id: "b1" }) },
        Vehicle: { __resolveReference: (sent) => sent, bay: ({ id }) => (id === "b1" ? 7 : 8) },
      },
    },
    cycling: {
      sdl: `${FEDERATION} type Bike @key(fields: "id") { id: ID! frame: String }`,
      resolvers: { Bike: { __resolveReference: (sent) => sent, frame: () => "steel" } },
    },
  },
  cases: [
    {
      query: "{ vehicles { nick bay } }",
      data: {
        vehicles: [
          { nick: "nick-v1", bay: 8 },
          { nick: "nick-b1", bay: 7 },
        ],
      },
      requests: 3,
    },
    { query: "{ parked { nick bay } }", data: { parked: { nick: "nick-b1", bay: 7 } } },
    {
      query: "{ parked { __typename nick wheels } }",
      data: { parked: { __typename: "Bike", nick: "nick-b1", wheels: 2 } },
    },
    {
      query: "{ vehicles { ... on Bike { frame nick } bay } }",
      data: { vehicles: [{ bay: 8 }, { frame: "steel", nick: "nick-b1", bay: 7 }] },
    },
    { query: "{ parked { ... on Bike { frame gears } } }", data: { parked: { frame: "steel", gears: 21 } } },
  ],
};

export const interfaceObjectSuites: readonly AuditSuite[] = [simple, requiring, pointing, indirect];
