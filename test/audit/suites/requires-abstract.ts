import { type AuditSuite, entity, FEDERATION } from "../suite.js";

const jobs = [
  { id: "j1", site: { __typename: "Roof", code: "r", slope: 30 } },
  { id: "j2", site: { __typename: "Cellar", code: "c", damp: true } },
  { id: "j3", site: null },
];
const SITES = `
  interface Site { code: ID! }
  type Roof implements Site @shareable { code: ID! slope: Int }
  type Cellar implements Site @shareable { code: ID! damp: Boolean }`;

type Sent = {
  readonly site: {
    readonly __typename: string;
    readonly code: string;
    readonly slope?: number;
    readonly damp?: boolean;
  } | null;
};

/** What the subgraph was really sent, in words. */
const told = ({ site }: Sent): string =>
  site === null
    ? "no site"
    : [site.__typename, site.code, site.slope, site.damp].filter((part) => part !== undefined).join(" ");

const throughInterface: AuditSuite = {
  name: "requires-an-interface",
  about: "the required field is an interface; fragments in the selection apply to the type that is there",
  subgraphs: {
    planning: {
      sdl: `${FEDERATION} ${SITES}
        type Query { jobs: [Job!]! }
        type Job @key(fields: "id") { id: ID! site: Site }`,
      resolvers: { Query: { jobs: () => jobs }, Job: { __resolveReference: entity(jobs, "id") } },
    },
    crew: {
      sdl: `${FEDERATION} ${SITES}
        type Job @key(fields: "id") { id: ID! site: Site @external
          gear: String @requires(fields: "site { code ... on Roof { slope } ... on Cellar { damp } }")
          roofOnly: String @requires(fields: "site { ... on Roof { slope } }")
          codeOnly: String @requires(fields: "site { code }") }`,
      resolvers: {
        Job: {
          __resolveReference: (sent) => sent,
          gear: (sent: Sent) => told(sent),
          roofOnly: ({ site }: Sent) => (site?.slope === undefined ? "flat" : `slope ${site.slope}`),
          codeOnly: ({ site }: Sent) => site?.code ?? null,
        },
      },
    },
  },
  cases: [
    {
      query: "{ jobs { gear } }",
      data: { jobs: [{ gear: "Roof r 30" }, { gear: "Cellar c true" }, { gear: "no site" }] },
      requests: 2,
    },
    {
      query: "{ jobs { roofOnly } }",
      data: { jobs: [{ roofOnly: "slope 30" }, { roofOnly: "flat" }, { roofOnly: "flat" }] },
    },
    {
      query: "{ jobs { codeOnly } }",
      data: { jobs: [{ codeOnly: "r" }, { codeOnly: "c" }, { codeOnly: null }] },
    },
    {
      query: "{ jobs { gear roofOnly codeOnly site { __typename } } }",
      data: {
        jobs: [
          { gear: "Roof r 30", roofOnly: "slope 30", codeOnly: "r", site: { __typename: "Roof" } },
          { gear: "Cellar c true", roofOnly: "flat", codeOnly: "c", site: { __typename: "Cellar" } },
          { gear: "no site", roofOnly: "flat", codeOnly: null, site: null },
        ],
      },
    },
    {
      query: "{ jobs { site { code: __typename ... on Roof { slope: code } } gear } }",
      data: {
        jobs: [
          { site: { code: "Roof", slope: "r" }, gear: "Roof r 30" },
          { site: { code: "Cellar" }, gear: "Cellar c true" },
          { site: null, gear: "no site" },
        ],
      },
    },
    {
      query: "{ jobs { ... on Job @include(if: false) { gear } codeOnly @skip(if: true) id } }",
      data: { jobs: [{ id: "j1" }, { id: "j2" }, { id: "j3" }] },
      requests: 1,
    },
  ],
};

const messages = [
  { id: "m1", body: { __typename: "Text", words: 3 } },
  { id: "m2", body: { __typename: "Photo", pixels: 9, author: { name: "Ida" } } },
];
const BODIES = `
  union Body = Text | Photo
  type Text @shareable { words: Int! }
  type Photo @shareable { pixels: Int! author: Author }
  type Author @shareable { name: String }`;

const throughUnion: AuditSuite = {
  name: "requires-a-union",
  about: "the required selection is made of fragments alone, one of them with an object inside",
  subgraphs: {
    mail: {
      sdl: `${FEDERATION} ${BODIES}
        type Query { messages: [Message!]! }
        type Message @key(fields: "id") { id: ID! body: Body! }`,
      resolvers: {
        Query: { messages: () => messages },
        Message: { __resolveReference: entity(messages, "id") },
      },
    },
    quota: {
      sdl: `${FEDERATION} ${BODIES}
        type Message @key(fields: "id") { id: ID! body: Body! @external
          size: Int @requires(fields: "body { ... on Text { words } ... on Photo { pixels } }")
          credit: String @requires(fields: "body { ... on Photo { author { name } } }") }`,
      resolvers: {
        Message: {
          __resolveReference: (sent) => sent,
          size: ({ body }: { body: { words?: number; pixels?: number } }) =>
            body.words ?? body.pixels ?? null,
          credit: ({ body }: { body: { author?: { name: string } } }) => body.author?.name ?? "nobody",
        },
      },
    },
  },
  cases: [
    { query: "{ messages { size } }", data: { messages: [{ size: 3 }, { size: 9 }] }, requests: 2 },
    { query: "{ messages { credit } }", data: { messages: [{ credit: "nobody" }, { credit: "Ida" }] } },
    {
      query: "{ messages { size credit body { ... on Text { words: __typename } } } }",
      data: {
        messages: [
          { size: 3, credit: "nobody", body: { words: "Text" } },
          { size: 9, credit: "Ida", body: {} },
        ],
      },
    },
    {
      query: "query ($with: Boolean!) { messages { size @include(if: $with) id } }",
      variables: { with: true },
      data: {
        messages: [
          { size: 3, id: "m1" },
          { size: 9, id: "m2" },
        ],
      },
    },
    {
      query: "query ($with: Boolean!) { messages { size @include(if: $with) id } }",
      variables: { with: false },
      data: { messages: [{ id: "m1" }, { id: "m2" }] },
      requests: 1,
    },
  ],
};

const providedAndRequired: AuditSuite = {
  name: "requires-beside-provides",
  about: "a field is required in one subgraph and provided on one path of another",
  subgraphs: {
    trips: {
      sdl: `${FEDERATION}
        type Query { trips: [Trip!]! }
        type Trip { id: ID! from: Stop @provides(fields: "zone") to: Stop }
        type Stop @key(fields: "id") { id: ID! zone: Int @external }`,
      resolvers: {
        Query: { trips: () => [{ id: "t1", from: { id: "a", zone: 1 }, to: { id: "b" } }] },
      },
    },
    stops: {
      sdl: `${FEDERATION}
        type Stop @key(fields: "id") { id: ID! zone: Int @shareable title: String }`,
      resolvers: {
        Stop: {
          __resolveReference: entity(
            [
              { id: "a", zone: 1, title: "Alpha" },
              { id: "b", zone: 2, title: "Beta" },
            ],
            "id",
          ),
        },
      },
    },
    fares: {
      sdl: `${FEDERATION}
        type Stop @key(fields: "id") { id: ID! zone: Int @external title: String @external
          fare: Int @requires(fields: "zone") sign: String @requires(fields: "title zone") }`,
      resolvers: {
        Stop: {
          __resolveReference: (sent) => sent,
          fare: ({ zone }) => Number(zone) * 100,
          sign: ({ title, zone }) => `${String(title)} (${String(zone)})`,
        },
      },
    },
  },
  cases: [
    { query: "{ trips { from { zone } } }", data: { trips: [{ from: { zone: 1 } }] }, requests: 1 },
    { query: "{ trips { to { zone } } }", data: { trips: [{ to: { zone: 2 } }] }, requests: 2 },
    { query: "{ trips { from { fare } } }", data: { trips: [{ from: { fare: 100 } }] } },
    { query: "{ trips { to { fare } } }", data: { trips: [{ to: { fare: 200 } }] } },
    {
      query: "{ trips { from { fare sign } to { fare sign } } }",
      data: { trips: [{ from: { fare: 100, sign: "Alpha (1)" }, to: { fare: 200, sign: "Beta (2)" } }] },
    },
    {
      query: "{ trips { from { zone: sign } to { zone: fare title: zone } } }",
      data: { trips: [{ from: { zone: "Alpha (1)" }, to: { zone: 200, title: 2 } }] },
    },
    {
      query: "{ trips { x: from { sign } from { fare } } }",
      data: { trips: [{ x: { sign: "Alpha (1)" }, from: { fare: 100 } }] },
    },
  ],
};

export const abstractRequireSuites: readonly AuditSuite[] = [
  throughInterface,
  throughUnion,
  providedAndRequired,
];
