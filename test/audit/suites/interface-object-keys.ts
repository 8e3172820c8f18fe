import { type AuditSuite, FEDERATION } from "../suite.js";
import { fleet } from "./fleet.js";

const pointing: AuditSuite = {
  name: "interface-object-that-only-points",
  about:
    "an interface object with a key that resolves nothing: it refers to entities and is never called for them",
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

const alone: AuditSuite = {
  name: "interface-object-nobody-implements",
  about: "an interface without any type: only the subgraphs that know it as one object can answer",
  subgraphs: {
    owner: {
      sdl: `${FEDERATION}
        type Query { first: Boat }
        interface Boat @key(fields: "id") { id: ID! }`,
      resolvers: { Query: { first: () => ({ __typename: "Boat", id: "x1" }) } },
    },
    harbour: {
      sdl: `${FEDERATION}
        type Query { moored: Boat }
        type Boat @key(fields: "id", resolvable: false) @interfaceObject { id: ID! berth: Int }`,
      resolvers: { Query: { moored: () => ({ id: "x1", berth: 12 }) } },
    },
    registry: {
      sdl: `${FEDERATION} type Boat @key(fields: "id") @interfaceObject { id: ID! flag: String }`,
      resolvers: { Boat: { __resolveReference: (sent) => sent, flag: ({ id }) => `flag of ${String(id)}` } },
    },
  },
  cases: [
    { query: "{ moored { id berth } }", data: { moored: { id: "x1", berth: 12 } }, requests: 1 },
    { query: "{ moored { ... on Boat { number: berth } } }", data: { moored: { number: 12 } }, requests: 1 },
    {
      query: "{ moored { berth flag } }",
      data: { moored: { berth: 12, flag: "flag of x1" } },
      requests: 2,
    },
    // Whoever knows the interface as an interface has no object of it.
    { query: "{ first { id } }", data: { first: null }, errors: ["first"], requests: 1 },
    {
      query: "{ first { berth } }",
      data: undefined,
      errors: ["This operation cannot be served."],
      requests: 0,
    },
  ],
};

export const interfaceObjectKeySuites: readonly AuditSuite[] = [pointing, indirect, alone];
