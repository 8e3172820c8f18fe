import { type AuditSuite, entity, FEDERATION } from "../suite.js";

const sharedRoot: AuditSuite = {
  name: "shared-root-field",
  about: "one root field that several subgraphs answer, each with its own part of a value without a key",
  subgraphs: {
    names: {
      sdl: `${FEDERATION}
        type Query { shop: Shop @shareable }
        type Shop { id: ID! @shareable title: String address: Address @shareable }
        type Address { street: String }`,
      resolvers: { Query: { shop: () => ({ id: "s", title: "Corner", address: { street: "Main" } }) } },
    },
    hours: {
      sdl: `${FEDERATION}
        type Query { shop: Shop @shareable }
        type Shop { id: ID! @shareable opens: Int address: Address @shareable }
        type Address { city: String }`,
      resolvers: { Query: { shop: () => ({ id: "s", opens: 9, address: { city: "Rome" } }) } },
    },
    staff: {
      sdl: `${FEDERATION}
        type Query { shop: Shop @shareable }
        type Shop { id: ID! @shareable team: [Person!] }
        type Person { name: String }`,
      resolvers: { Query: { shop: () => ({ id: "s", team: [{ name: "Al" }, { name: "Bo" }] }) } },
    },
  },
  cases: [
    { query: "{ shop { id } }", data: { shop: { id: "s" } }, requests: 1 },
    {
      query: "{ shop { title opens team { name } } }",
      data: { shop: { title: "Corner", opens: 9, team: [{ name: "Al" }, { name: "Bo" }] } },
      requests: 3,
    },
    {
      query: "{ shop { address { street city } } }",
      data: { shop: { address: { street: "Main", city: "Rome" } } },
      requests: 2,
    },
    {
      query: "{ one: shop { opens } two: shop { title: id } }",
      data: { one: { opens: 9 }, two: { title: "s" } },
    },
    { query: "{ shop { opens: title title: opens } }", data: { shop: { opens: "Corner", title: 9 } } },
  ],
};

const nodes = [
  { __typename: "User", id: "u1", name: "Uma" },
  { __typename: "Team", id: "t1", motto: "go" },
];
const NODE = "interface Node { id: ID! }";

const nodeRoot: AuditSuite = {
  name: "node-root-in-two-subgraphs",
  about: "`node(id:)` belongs to one subgraph and may answer a type that only another completes",
  subgraphs: {
    lookup: {
      sdl: `${FEDERATION} ${NODE}
        type Query { node(id: ID!): Node nodes(ids: [ID!]!): [Node]! }
        type User implements Node @key(fields: "id") { id: ID! }
        type Team implements Node @key(fields: "id") { id: ID! }`,
      resolvers: {
        Query: {
          node: (_source, { id }) => nodes.find((one) => one.id === id) ?? null,
          nodes: (_source, { ids }) =>
            (ids as readonly string[]).map((id) => nodes.find((one) => one.id === id) ?? null),
        },
      },
    },
    users: {
      sdl: `${FEDERATION} ${NODE}
        type Query { me: User }
        type User implements Node @key(fields: "id") { id: ID! name: String friend: Node team: Team }
        type Team implements Node @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: {
        Query: { me: () => ({ id: "u1", name: "Uma" }) },
        User: {
          __resolveReference: entity(nodes, "id"),
          friend: () => ({ __typename: "Team", id: "t1" }),
          team: () => ({ id: "t1" }),
        },
      },
    },
    teams: {
      sdl: `${FEDERATION} ${NODE} type Team implements Node @key(fields: "id") { id: ID! motto: String }`,
      resolvers: { Team: { __resolveReference: entity(nodes, "id") } },
    },
  },
  cases: [
    {
      query: '{ node(id: "u1") { id ... on User { name } } }',
      data: { node: { id: "u1", name: "Uma" } },
      requests: 2,
    },
    {
      query: '{ node(id: "t1") { ... on User { name } ... on Team { motto } } }',
      data: { node: { motto: "go" } },
    },
    { query: '{ node(id: "none") { id } }', data: { node: null } },
    {
      query:
        '{ nodes(ids: ["t1", "x", "u1", "t1"]) { __typename ... on Team { motto } ... on User { name } } }',
      data: {
        nodes: [
          { __typename: "Team", motto: "go" },
          null,
          { __typename: "User", name: "Uma" },
          { __typename: "Team", motto: "go" },
        ],
      },
      requests: 3,
    },
    {
      query: "{ me { friend { id ... on Team { motto } } } }",
      data: { me: { friend: { id: "t1", motto: "go" } } },
    },
    {
      query: '{ a: node(id: "u1") { ... on User { friend { ... on Team { motto } } team { motto id } } } }',
      data: { a: { friend: { motto: "go" }, team: { motto: "go", id: "t1" } } },
    },
    {
      query: '{ node(id: "u1") { ...U } me { ...U } } fragment U on User { id: name name: id }',
      data: { node: { id: "Uma", name: "u1" }, me: { id: "Uma", name: "u1" } },
    },
    {
      query: '{ node(id: "u1") { __typename id } __typename }',
      data: { node: { __typename: "User", id: "u1" }, __typename: "Query" },
      requests: 1,
    },
  ],
};

/** What was done, in order, and the sum so far; every case begins by clearing it. */
const ledger: string[] = [];
const mutations: AuditSuite = {
  name: "mutations",
  about: "root fields run one after the other across subgraphs, each complete before the next begins",
  subgraphs: {
    cart: {
      sdl: `${FEDERATION}
        type Query { ledger: [String!]! }
        type Mutation { clear: Boolean add(item: ID!, units: Int = 1): Cart }
        type Cart @key(fields: "id") { id: ID! items: [String!]! }`,
      resolvers: {
        Query: { ledger: () => ledger },
        Mutation: {
          clear: () => ledger.splice(0).length >= 0,
          add: (_source, { item, units }) => {
            ledger.push(`add ${String(item)} x${String(units)}`);
            return { id: "c", items: [...ledger] };
          },
        },
      },
    },
    till: {
      sdl: `${FEDERATION}
        type Mutation { pay(sum: Int!): Receipt fail: Int }
        type Receipt { text: String cart: Cart }
        type Cart @key(fields: "id") { id: ID! due: String }`,
      resolvers: {
        Mutation: {
          pay: (_source, { sum }) => {
            ledger.push(`pay ${String(sum)}`);
            return { text: `paid ${String(sum)}`, cart: { id: "c" } };
          },
          fail: () => {
            ledger.push("fail");
            throw new Error("no");
          },
        },
        Cart: {
          __resolveReference: ({ id }) => ({ id }),
          due: () => {
            ledger.push("due");
            return `after ${ledger.length}`;
          },
        },
      },
    },
  },
  cases: [
    {
      query:
        'mutation { clear add(item: "a") { items } pay(sum: 3) { text } b: add(item: "b", units: 2) { items } }',
      data: {
        clear: true,
        add: { items: ["add a x1"] },
        pay: { text: "paid 3" },
        b: { items: ["add a x1", "pay 3", "add b x2"] },
      },
      requests: 4,
    },
    {
      query: 'mutation { clear a: add(item: "a") { due items } b: add(item: "b") { items due } }',
      data: {
        clear: true,
        a: { due: "after 2", items: ["add a x1"] },
        b: { items: ["add a x1", "due", "add b x1"], due: "after 4" },
      },
    },
    {
      query: 'mutation { clear add(item: "a") { id } fail last: add(item: "z") { items } }',
      data: { clear: true, add: { id: "c" }, fail: null, last: { items: ["add a x1", "fail", "add z x1"] } },
      errors: ["fail"],
    },
    {
      query:
        "mutation ($sum: Int!, $no: Boolean = false) { clear pay(sum: $sum) { cart { due } } fail @include(if: $no) }",
      variables: { sum: 7 },
      data: { clear: true, pay: { cart: { due: "after 2" } } },
    },
    { query: "{ ledger }", data: { ledger: ["pay 7", "due"] } },
  ],
};

const halfKnown: AuditSuite = {
  name: "shared-root-of-half-known-types",
  about: "no subgraph can say all of what a shared root field may answer: two half answers are no answer",
  subgraphs: {
    people: {
      sdl: `${FEDERATION}
        type Query { thing(id: ID!): Thing @shareable person: Person }
        interface Thing { id: ID! }
        type Person implements Thing @key(fields: "id") { id: ID! name: String }
        type Room implements Thing @key(fields: "id") { id: ID! @external tenant: Person }`,
      resolvers: {
        Query: {
          thing: (_source, { id }) =>
            id === "p1" ? { __typename: "Person", id, name: "Ada" } : { __typename: "Room", id: "not mine" },
          person: () => ({ id: "p1", name: "Ada" }),
        },
        Person: { __resolveReference: ({ id }) => ({ id, name: "Ada" }) },
        Room: { __resolveReference: ({ id }) => ({ id, tenant: { id: "p1", name: "Ada" } }) },
      },
    },
    rooms: {
      sdl: `${FEDERATION}
        type Query { thing(id: ID!): Thing @shareable room: Room }
        interface Thing { id: ID! }
        type Room implements Thing @key(fields: "id") { id: ID! floor: Int }
        type Person implements Thing @key(fields: "id") { id: ID! @external rooms: [Room!] }`,
      resolvers: {
        Query: {
          thing: (_source, { id }) =>
            id === "r1" ? { __typename: "Room", id, floor: 3 } : { __typename: "Person", id: "not mine" },
          room: () => ({ id: "r1", floor: 3 }),
        },
        Room: { __resolveReference: ({ id }) => ({ id, floor: 3 }) },
        Person: { __resolveReference: ({ id }) => ({ id, rooms: [{ id: "r1", floor: 3 }] }) },
      },
    },
  },
  cases: [
    {
      query: '{ thing(id: "r1") { id } }',
      data: undefined,
      errors: ["This operation cannot be served."],
      requests: 0,
    },
    { query: '{ thing(id: "r1") { ... on Room { floor id } } }', data: { thing: { floor: 3, id: "r1" } } },
    {
      query: "{ person { name rooms { id floor } } }",
      data: { person: { name: "Ada", rooms: [{ id: "r1", floor: 3 }] } },
      requests: 2,
    },
    { query: "{ room { floor tenant { name } } }", data: { room: { floor: 3, tenant: { name: "Ada" } } } },
  ],
};

export const rootSuites: readonly AuditSuite[] = [sharedRoot, nodeRoot, mutations, halfKnown];
