import { type AuditSuite, entity, FEDERATION } from "../suite.js";

const rows = [
  { id: "1", price: 10, stock: 5 },
  { id: "2", price: 20, stock: 0 },
];
/** The old owner still answers, with values that must never be seen. */
const stale = { price: () => -1 };

const simple: AuditSuite = {
  name: "override",
  about: "a field that moved is fetched from its new owner, however the object was reached",
  subgraphs: {
    old: {
      sdl: `${FEDERATION}
        type Query { goods: [Good!]! }
        type Good @key(fields: "id") { id: ID! price: Int stock: Int }`,
      resolvers: { Query: { goods: () => rows }, Good: { __resolveReference: entity(rows, "id"), ...stale } },
    },
    new: {
      sdl: `${FEDERATION}
        type Query { cheapest: Good }
        type Good @key(fields: "id") { id: ID! price: Int @override(from: "old") }`,
      resolvers: {
        Query: { cheapest: () => ({ id: "1", price: 10 }) },
        Good: { __resolveReference: entity(rows, "id") },
      },
    },
  },
  cases: [
    { query: "{ goods { price } }", data: { goods: [{ price: 10 }, { price: 20 }] }, requests: 2 },
    {
      query: "{ goods { stock price } }",
      data: {
        goods: [
          { stock: 5, price: 10 },
          { stock: 0, price: 20 },
        ],
      },
    },
    { query: "{ cheapest { price stock } }", data: { cheapest: { price: 10, stock: 5 } }, requests: 2 },
    { query: "{ goods { stock } }", data: { goods: [{ stock: 5 }, { stock: 0 }] }, requests: 1 },
  ],
};

const required: AuditSuite = {
  name: "override-of-a-required-field",
  about: "the field a third subgraph requires has moved: the value sent must be the new owner's",
  subgraphs: {
    old: simple.subgraphs["old"] ?? { sdl: "", resolvers: {} },
    new: simple.subgraphs["new"] ?? { sdl: "", resolvers: {} },
    tax: {
      sdl: `${FEDERATION}
        type Good @key(fields: "id") { id: ID! price: Int @external tax: Int @requires(fields: "price") }`,
      resolvers: { Good: { __resolveReference: (sent) => sent, tax: ({ price }) => Number(price) / 10 } },
    },
  },
  cases: [
    { query: "{ goods { tax } }", data: { goods: [{ tax: 1 }, { tax: 2 }] }, requests: 3 },
    { query: "{ cheapest { tax } }", data: { cheapest: { tax: 1 } }, requests: 2 },
    {
      query: "{ goods { tax price: stock } }",
      data: {
        goods: [
          { tax: 1, price: 5 },
          { tax: 2, price: 0 },
        ],
      },
    },
    {
      query: "{ goods { id price tax stock } cheapest { id price tax } }",
      data: {
        goods: [
          { id: "1", price: 10, tax: 1, stock: 5 },
          { id: "2", price: 20, tax: 2, stock: 0 },
        ],
        cheapest: { id: "1", price: 10, tax: 1 },
      },
    },
  ],
};

const priced = [
  { __typename: "Cup", id: "1", price: 3, volume: 2 },
  { __typename: "Plate", id: "2", price: 4 },
];
const behindInterface: AuditSuite = {
  name: "override-behind-an-interface",
  about: "a type's field moved; selected through the interface it must not come from the old owner",
  subgraphs: {
    old: {
      sdl: `${FEDERATION}
        type Query { wares: [Ware!]! }
        interface Ware { id: ID! price: Int }
        type Cup implements Ware @key(fields: "id") { id: ID! price: Int volume: Int }
        type Plate implements Ware @key(fields: "id") { id: ID! price: Int }`,
      resolvers: {
        Query: { wares: () => priced },
        Cup: { __resolveReference: entity(priced, "id"), ...stale },
        Plate: { __resolveReference: entity(priced, "id") },
      },
    },
    new: {
      sdl: `${FEDERATION}
        type Query { cup: Cup }
        type Cup @key(fields: "id") { id: ID! price: Int @override(from: "old") }`,
      resolvers: {
        Query: { cup: () => ({ id: "1", price: 3 }) },
        Cup: { __resolveReference: ({ id }) => ({ id, price: 3 }) },
      },
    },
  },
  cases: [
    { query: "{ wares { price } }", data: { wares: [{ price: 3 }, { price: 4 }] } },
    { query: "{ wares { id ... on Cup { price } } }", data: { wares: [{ id: "1", price: 3 }, { id: "2" }] } },
    { query: "{ wares { ... on Plate { price } } }", data: { wares: [{}, { price: 4 }] }, requests: 1 },
    { query: "{ cup { price volume } }", data: { cup: { price: 3, volume: 2 } } },
  ],
};

const fromNowhere: AuditSuite = {
  name: "override-from-a-subgraph-that-is-gone",
  about: "`from` names nobody any more; the field is simply the subgraph's own",
  subgraphs: {
    only: {
      sdl: `${FEDERATION}
        type Query { good: Good @override(from: "gone") }
        type Good @key(fields: "id") { id: ID! price: Int @override(from: "gone") }`,
      resolvers: { Query: { good: () => rows[0] }, Good: { __resolveReference: entity(rows, "id") } },
    },
    extra: {
      sdl: `${FEDERATION} type Good @key(fields: "id") { id: ID! colour: String }`,
      resolvers: { Good: { __resolveReference: ({ id }) => ({ id, colour: "red" }) } },
    },
  },
  cases: [
    { query: "{ good { price } }", data: { good: { price: 10 } }, requests: 1 },
    { query: "{ good { colour price } }", data: { good: { colour: "red", price: 10 } }, requests: 2 },
  ],
};

export const overrideSuites: readonly AuditSuite[] = [simple, required, behindInterface, fromNowhere];
