import { type AuditSuite, entity, FEDERATION } from "../suite.js";

const users = [
  { id: "1", email: "a@x", secret: 41 },
  { id: "2", email: "b@x", secret: 42 },
];

const hidden: AuditSuite = {
  name: "inaccessible",
  about: "hidden fields serve as keys and requirements, and can be neither fetched nor named",
  subgraphs: {
    a: {
      sdl: `${FEDERATION}
        type Query { users: [User!]! any: [Any!]! internal: Int @inaccessible }
        type User @key(fields: "id") { id: ID! email: String secret: Int! @inaccessible }
        union Any = User | Hidden
        type Hidden @inaccessible { id: ID! }`,
      resolvers: {
        Query: {
          users: () => users,
          any: () => [
            { __typename: "User", ...users[0] },
            { __typename: "User", ...users[1] },
          ],
          internal: () => 7,
        },
        User: { __resolveReference: entity(users, "id") },
      },
    },
    b: {
      sdl: `${FEDERATION}
        type User @key(fields: "id") { id: ID! secret: Int! @external age: Int @requires(fields: "secret") }`,
      resolvers: { User: { __resolveReference: (sent) => sent, age: ({ secret }) => secret } },
    },
  },
  cases: [
    { query: "{ users { age } }", data: { users: [{ age: 41 }, { age: 42 }] }, requests: 2 },
    { query: "{ users { secret: age } }", data: { users: [{ secret: 41 }, { secret: 42 }] } },
    {
      query: "{ any { ... on User { age email } } }",
      data: {
        any: [
          { age: 41, email: "a@x" },
          { age: 42, email: "b@x" },
        ],
      },
    },
    {
      query: '{ __type(name: "User") { fields { name } } }',
      data: { __type: { fields: [{ name: "id" }, { name: "email" }, { name: "age" }] } },
      requests: 0,
    },
    { query: '{ __type(name: "Hidden") { name } }', data: { __type: null }, requests: 0 },
    {
      query: '{ __type(name: "Any") { possibleTypes { name } } users { id } }',
      data: { __type: { possibleTypes: [{ name: "User" }] }, users: [{ id: "1" }, { id: "2" }] },
      requests: 1,
    },
  ],
};

/** Nothing here is representable as an integer of GraphQL, and all of it must arrive as it was sent. */
const anything = {
  list: [1, "2", null, { "a.b": [] }],
  __proto: 1,
  text: "\u2028</script>\ud83d\ude00",
  float: 0.1,
  e: 1e21,
};
const scalars: AuditSuite = {
  name: "scalars-untouched",
  about: "custom scalars are passed through; big integers in identifiers and strings keep every digit",
  subgraphs: {
    a: {
      sdl: `${FEDERATION}
        scalar Json
        scalar Long
        type Query { thing: Thing echo(value: Json): Json long(value: Long): Long id(id: ID!): ID float(value: Float!): Float }
        type Thing @key(fields: "id") { id: ID! json: Json long: Long }`,
      resolvers: {
        Query: {
          thing: () => ({ id: "90071992547409931234", json: anything, long: "9223372036854775807" }),
          echo: (_source, { value }) => value,
          long: (_source, { value }) => value,
          id: (_source, { id }) => id,
          float: (_source, { value }) => value,
        },
      },
    },
    b: {
      sdl: `${FEDERATION}
        scalar Json
        type Thing @key(fields: "id") { id: ID! json: Json @external same: String @requires(fields: "json") seen: ID }`,
      resolvers: {
        Thing: {
          __resolveReference: (sent) => sent,
          same: ({ json }) => JSON.stringify(json),
          seen: ({ id }) => id,
        },
      },
    },
  },
  cases: [
    {
      query: "{ thing { id json long } }",
      data: { thing: { id: "90071992547409931234", json: anything, long: "9223372036854775807" } },
    },
    {
      query: "{ thing { same seen } }",
      data: { thing: { same: JSON.stringify(anything), seen: "90071992547409931234" } },
      requests: 2,
    },
    {
      query: "query ($value: Json) { echo(value: $value) }",
      variables: { value: anything },
      data: { echo: anything },
    },
    {
      query: 'query ($value: Long) { a: long(value: $value) b: long(value: "18446744073709551615") }',
      variables: { value: "9007199254740993" },
      data: { a: "9007199254740993", b: "18446744073709551615" },
    },
    {
      query: "{ id(id: 90071992547409931234) small: id(id: -9223372036854775808) }",
      data: { id: "90071992547409931234", small: "-9223372036854775808" },
    },
    {
      query: "{ float(value: 100000000000000000000) exact: id(id: 9223372036854775807) }",
      data: { float: 1e20, exact: "9223372036854775807" },
    },
    {
      query: "query ($f: Float!) { float(value: $f) literal: float(value: 1e-7) }",
      variables: { f: 123456789.125 },
      data: { float: 123456789.125, literal: 1e-7 },
    },
  ],
};

const typenames: AuditSuite = {
  name: "typename-everywhere",
  about:
    "`__typename` is decided by the gateway: at the root, under aliases, beside introspection, of every object",
  subgraphs: {
    a: {
      sdl: `${FEDERATION}
        type Query { box: Box boxes: [Content!]! }
        type Mutation { noop: Boolean }
        type Box @key(fields: "id") { id: ID! inside: Content }
        union Content = Box | Leaf
        type Leaf { v: Int }`,
      resolvers: {
        Query: {
          box: () => ({ id: "1", inside: { __typename: "Leaf", v: 1 } }),
          boxes: () => [
            { __typename: "Leaf", v: 2 },
            { __typename: "Box", id: "3", inside: null },
          ],
        },
      },
    },
    b: {
      sdl: `${FEDERATION} type Box @key(fields: "id") { id: ID! weight: Weight } type Weight { grams: Int }`,
      resolvers: { Box: { __resolveReference: ({ id }) => ({ id, weight: { grams: 5 } }) } },
    },
  },
  cases: [
    { query: "{ __typename }", data: { __typename: "Query" }, requests: 0 },
    { query: "query { a: __typename b: __typename }", data: { a: "Query", b: "Query" }, requests: 0 },
    { query: "mutation { __typename }", data: { __typename: "Mutation" }, requests: 0 },
    {
      query: "{ box { t: __typename inside { t: __typename } } }",
      data: { box: { t: "Box", inside: { t: "Leaf" } } },
      requests: 1,
    },
    {
      query: "{ box { weight { __typename } } }",
      data: { box: { weight: { __typename: "Weight" } } },
      requests: 2,
    },
    {
      query: "{ boxes { __typename ... on Box { kind: __typename weight { kind: __typename grams } } } }",
      data: {
        boxes: [
          { __typename: "Leaf" },
          { __typename: "Box", kind: "Box", weight: { kind: "Weight", grams: 5 } },
        ],
      },
    },
    {
      query: '{ __schema { queryType { name __typename } } q: __typename __type(name: "Leaf") { kind } }',
      data: {
        __schema: { queryType: { name: "Query", __typename: "__Type" } },
        q: "Query",
        __type: { kind: "OBJECT" },
      },
      requests: 0,
    },
  ],
};

export const valueSuites: readonly AuditSuite[] = [hidden, scalars, typenames];
