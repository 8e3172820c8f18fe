import { type AuditSuite, entity, FEDERATION } from "../suite.js";

const boats = [
  { hull: "h1", name: "Ada", berth: "north-1" },
  { hull: "h2", name: "Bo", berth: "south-2" },
];
const harbour = {
  Query: { boats: () => boats.map(({ hull, name }) => ({ hull, name })) },
  Boat: { __resolveReference: entity(boats, "hull") },
};
const marina = {
  Query: { moored: () => boats.map(({ hull, berth }) => ({ hull, berth })) },
  Boat: {
    __resolveReference: ({ hull }: { hull: string }) => {
      const found = boats.find((boat) => boat.hull === hull);
      return found === undefined ? null : { hull, berth: found.berth };
    },
  },
};

const BOATS = { boats: [{ name: "Ada" }, { name: "Bo" }] };
const cases: AuditSuite["cases"] = [
  { query: "{ boats { name } }", data: BOATS, requests: 1 },
  {
    query: "{ boats { name berth } }",
    data: {
      boats: [
        { name: "Ada", berth: "north-1" },
        { name: "Bo", berth: "south-2" },
      ],
    },
    requests: 2,
  },
  {
    query: "{ moored { hull berth } }",
    data: {
      moored: [
        { hull: "h1", berth: "north-1" },
        { hull: "h2", berth: "south-2" },
      ],
    },
    requests: 1,
  },
  {
    query: "{ moored { berth: name hull: berth } }",
    data: {
      moored: [
        { berth: "Ada", hull: "north-1" },
        { berth: "Bo", hull: "south-2" },
      ],
    },
  },
];

const HARBOUR = "type Query { boats: [Boat!]! }";
const OWNER = '@key(fields: "hull") { hull: ID! name: String! }';
const styles: readonly (readonly [name: string, about: string, owner: string, extension: string])[] = [
  [
    "first-version-extend-keyword",
    "federation 1: `extend type` with an external key",
    `${HARBOUR} type Boat ${OWNER}`,
    'extend type Query { moored: [Boat!]! } extend type Boat @key(fields: "hull") { hull: ID! @external berth: String }',
  ],
  [
    "first-version-extends-directive",
    "federation 1: `@extends` in place of the keyword",
    `${HARBOUR} type Boat ${OWNER}`,
    'type Query { moored: [Boat!]! } type Boat @extends @key(fields: "hull") { hull: ID! @external berth: String }',
  ],
  [
    "second-version-extend-keyword",
    "federation 2: the old habit of an external key still means a key",
    `${FEDERATION} ${HARBOUR} type Boat ${OWNER}`,
    `${FEDERATION} type Query { moored: [Boat!]! } extend type Boat @key(fields: "hull") { hull: ID! @external berth: String }`,
  ],
  [
    "second-version-extends-directive",
    "federation 2 with `@extends`",
    `${FEDERATION} ${HARBOUR} type Boat ${OWNER}`,
    `${FEDERATION} type Query { moored: [Boat!]! } type Boat @extends @key(fields: "hull") { hull: ID! @external berth: String }`,
  ],
  [
    "mixed-versions",
    "one subgraph of each version",
    `${FEDERATION} ${HARBOUR} type Boat ${OWNER}`,
    'extend type Query { moored: [Boat!]! } extend type Boat @key(fields: "hull") { hull: ID! @external berth: String }',
  ],
];

const styled = styles.map(
  ([name, about, owner, extension]): AuditSuite => ({
    name,
    about,
    subgraphs: {
      harbour: { sdl: owner, resolvers: harbour },
      marina: { sdl: extension, resolvers: marina },
    },
    cases,
  }),
);

const unresolvable: AuditSuite = {
  name: "key-that-resolves-nothing",
  about: "a subgraph with `resolvable: false` may refer to an entity and must never be called for it",
  subgraphs: {
    diary: {
      sdl: `${FEDERATION}
        type Query { entries: [Entry!]! }
        type Entry { day: Int! place: Place! }
        type Place @key(fields: "id", resolvable: false) { id: ID! }`,
      resolvers: {
        Query: {
          entries: () => [
            { day: 1, place: { id: "x" } },
            { day: 2, place: { id: "y" } },
            { day: 3, place: { id: "x" } },
          ],
        },
      },
    },
    atlas: {
      sdl: `${FEDERATION}
        type Query { place(id: ID!): Place }
        type Place @key(fields: "id") { id: ID! title: String }`,
      resolvers: {
        Query: { place: (_source, { id }: { id: string }) => ({ id, title: id.toUpperCase() }) },
        Place: { __resolveReference: ({ id }: { id: string }) => ({ id, title: id.toUpperCase() }) },
      },
    },
  },
  cases: [
    {
      query: "{ entries { day place { id title } } }",
      data: {
        entries: [
          { day: 1, place: { id: "x", title: "X" } },
          { day: 2, place: { id: "y", title: "Y" } },
          { day: 3, place: { id: "x", title: "X" } },
        ],
      },
      requests: 2,
    },
    {
      query: '{ place(id: "z") { title } }',
      data: { place: { title: "Z" } },
      requests: 1,
    },
    {
      query: '{ a: place(id: "a") { title } b: place(id: "b") { id } }',
      data: { a: { title: "A" }, b: { id: "b" } },
      requests: 1,
    },
  ],
};

const unusedExternal: AuditSuite = {
  name: "external-in-one-place-only",
  about:
    "a field that is external here and owned there comes from there, whichever way the object was reached",
  subgraphs: {
    club: {
      sdl: `${FEDERATION}
        type Query { captain: Member }
        type Member @key(fields: "id") { id: ID! nick: String @external badge: String @requires(fields: "nick") }`,
      resolvers: {
        Query: { captain: () => ({ id: "m1" }) },
        Member: {
          __resolveReference: (sent) => sent,
          badge: ({ nick }) => `*${String(nick)}*`,
        },
      },
    },
    people: {
      sdl: `${FEDERATION}
        type Query { oldest: Member }
        type Member @key(fields: "id") { id: ID! nick: String }`,
      resolvers: {
        Query: { oldest: () => ({ id: "m2", nick: "Gran" }) },
        Member: {
          __resolveReference: entity(
            [
              { id: "m1", nick: "Cap" },
              { id: "m2", nick: "Gran" },
            ],
            "id",
          ),
        },
      },
    },
  },
  cases: [
    { query: "{ captain { nick } }", data: { captain: { nick: "Cap" } }, requests: 2 },
    { query: "{ captain { badge } }", data: { captain: { badge: "*Cap*" } }, requests: 3 },
    { query: "{ oldest { badge nick } }", data: { oldest: { badge: "*Gran*", nick: "Gran" } }, requests: 2 },
    {
      query: "{ captain { nick: badge id: nick } oldest { badge } }",
      data: { captain: { nick: "*Cap*", id: "Cap" }, oldest: { badge: "*Gran*" } },
    },
  ],
};

export const externalSuites: readonly AuditSuite[] = [...styled, unresolvable, unusedExternal];
