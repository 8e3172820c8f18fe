import { type AuditSuite, entity, FEDERATION } from "../suite.js";

const posts = [
  { __typename: "Note", id: "n1", text: "hi" },
  { __typename: "Clip", id: "c1", seconds: 9 },
];

const intersecting: AuditSuite = {
  name: "union-members-in-one-subgraph-only",
  about: "a union whose members differ by subgraph: fragments on unknown members must not be sent there",
  subgraphs: {
    wall: {
      sdl: `${FEDERATION}
        type Query { feed: [Post] top: Post @shareable wall: Wall }
        type Wall @key(fields: "id") { id: ID! pinned: Post @shareable }
        union Post = Note | Clip
        type Note @key(fields: "id") { id: ID! text: String @shareable }
        type Clip @key(fields: "id") { id: ID! seconds: Int }`,
      resolvers: {
        Query: { feed: () => posts, top: () => posts[0], wall: () => ({ id: "w", pinned: posts[0] }) },
        Wall: { __resolveReference: ({ id }) => ({ id, pinned: posts[0] }) },
        Note: { __resolveReference: entity(posts, "id") },
        Clip: { __resolveReference: entity(posts, "id") },
      },
    },
    polls: {
      sdl: `${FEDERATION}
        type Query { latest: Post top: Post @shareable }
        type Wall @key(fields: "id") { id: ID! pinned: Post @shareable recent: [Post] }
        union Post = Note | Poll
        type Note @key(fields: "id") { id: ID! text: String @shareable likes: Int }
        type Poll { question: String }`,
      resolvers: {
        Query: { latest: () => ({ __typename: "Poll", question: "why?" }), top: () => posts[0] },
        Wall: {
          __resolveReference: ({ id }) => ({
            id,
            pinned: posts[0],
            recent: [posts[0], { __typename: "Poll", question: "who?" }, null],
          }),
        },
        Note: { __resolveReference: ({ id }) => ({ id, text: "hi", likes: 2 }), likes: () => 2 },
      },
    },
  },
  cases: [
    {
      query: "{ feed { ... on Note { text } ... on Clip { seconds } ... on Poll { question } } }",
      data: { feed: [{ text: "hi" }, { seconds: 9 }] },
      requests: 1,
    },
    {
      query: "{ latest { ... on Note { text } ... on Clip { seconds } ... on Poll { question } } }",
      data: { latest: { question: "why?" } },
      requests: 1,
    },
    {
      query: "{ top { ... on Note { text } ... on Poll { question } ... on Clip { seconds } } }",
      data: { top: { text: "hi" } },
      requests: 1,
    },
    { query: "{ latest { ... on Clip { seconds id } } }", data: { latest: {} } },
    { query: "{ feed { ... on Poll { question } } }", data: { feed: [{}, {}] } },
    {
      query: "{ feed { __typename ... on Note { likes } } }",
      data: { feed: [{ __typename: "Note", likes: 2 }, { __typename: "Clip" }] },
      requests: 2,
    },
    {
      query: "{ wall { pinned { ... on Note { text likes } } } }",
      data: { wall: { pinned: { text: "hi", likes: 2 } } },
    },
    {
      query: "{ wall { recent { ... on Note { text } ... on Poll { question } ... on Clip { seconds } } } }",
      data: { wall: { recent: [{ text: "hi" }, { question: "who?" }, null] } },
      requests: 2,
    },
    {
      query: "{ wall { recent { __typename } pinned { __typename } } }",
      data: {
        wall: {
          recent: [{ __typename: "Note" }, { __typename: "Poll" }, null],
          pinned: { __typename: "Note" },
        },
      },
    },
    {
      query: "{ a: latest { __typename } b: feed { __typename } c: top { __typename } }",
      data: {
        a: { __typename: "Poll" },
        b: [{ __typename: "Note" }, { __typename: "Clip" }],
        c: { __typename: "Note" },
      },
    },
  ],
};

const distributed: AuditSuite = {
  name: "union-and-interface-spread",
  about: "a union of types that share an interface only in another subgraph",
  subgraphs: {
    search: {
      sdl: `${FEDERATION}
        type Query { hits: [Hit!]! }
        union Hit = Song | Film | Game
        type Song @key(fields: "id") { id: ID! }
        type Film @key(fields: "id") { id: ID! }
        type Game { id: ID! stars: Int }`,
      resolvers: {
        Query: {
          hits: () => [
            { __typename: "Film", id: "f" },
            { __typename: "Game", id: "g", stars: 4 },
            { __typename: "Song", id: "s" },
          ],
        },
      },
    },
    media: {
      sdl: `${FEDERATION}
        type Query { playing: Timed }
        interface Timed { id: ID! length: Int! }
        type Song implements Timed @key(fields: "id") { id: ID! length: Int! artist: String }
        type Film implements Timed @key(fields: "id") { id: ID! length: Int! }`,
      resolvers: {
        Query: { playing: () => ({ __typename: "Film", id: "f", length: 120 }) },
        Song: { __resolveReference: ({ id }) => ({ id, length: 3, artist: "Duo" }) },
        Film: { __resolveReference: ({ id }) => ({ id, length: 120 }) },
      },
    },
  },
  cases: [
    {
      query: "{ hits { ... on Timed { length } } }",
      data: { hits: [{ length: 120 }, {}, { length: 3 }] },
      requests: 2,
    },
    {
      query: "{ hits { ... on Timed { id } ... on Game { id stars } } }",
      data: { hits: [{ id: "f" }, { id: "g", stars: 4 }, { id: "s" }] },
    },
    {
      query: "{ hits { ... on Timed { ... on Song { artist length } } } }",
      data: { hits: [{}, {}, { artist: "Duo", length: 3 }] },
    },
    {
      query: "{ playing { length ... on Song { artist } } }",
      data: { playing: { length: 120 } },
      requests: 1,
    },
    { query: "{ playing { ... on Hit { ... on Film { id } } } }", data: { playing: { id: "f" } } },
    {
      query: "{ hits { ... on Film { length } ... on Song { l: length } ... on Game { stars } } }",
      data: { hits: [{ length: 120 }, { stars: 4 }, { l: 3 }] },
    },
    {
      query: "{ hits { ... on Timed { length length2: length } ... on Song { length } } }",
      data: { hits: [{ length: 120, length2: 120 }, {}, { length: 3, length2: 3 }] },
    },
    {
      query: "{ hits { __typename ... on Timed { __typename } } }",
      data: { hits: [{ __typename: "Film" }, { __typename: "Game" }, { __typename: "Song" }] },
      requests: 1,
    },
  ],
};

export const unionSuites: readonly AuditSuite[] = [intersecting, distributed];
