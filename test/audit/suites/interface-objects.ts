import { type AuditSuite, FEDERATION } from "../suite.js";
import { fleet } from "./fleet.js";

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
      query: "{ charged { ... on Van { load toll pass } ... on Bike { toll gears } id } }",
      data: {
        charged: [
          { load: 900, toll: 20, pass: "pass v1", id: "v1" },
          { toll: 10, gears: 21, id: "b1" },
        ],
      },
    },
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

export const interfaceObjectSuites: readonly AuditSuite[] = [simple, requiring];
