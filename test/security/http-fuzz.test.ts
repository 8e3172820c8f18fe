import { mkdtempSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hashPassword } from "../../src/credentials/password-hash.js";
import { createGateway, type DomainEvent, type RunningGateway } from "../../src/index.js";
import { type RecordingSubgraph, startRecordingSubgraph } from "../support/recording-subgraph.js";

const SDL = `extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
  @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])
  @composeDirective(name: "@auth")
directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION
input Filter { name: String tags: [String!] inner: Filter limit: Int }
type Query { items(filter: Filter, ids: [ID!]): [Item] guarded: Int @auth }
type Item { id: ID name: String next: Item }
type Mutation { change(filter: Filter!): Boolean @auth(fresh: true) }
`;
const CANARY = "canary-Pa55word-31c2";
const SEED = 20_261_122;
const RUNS = 600;

let subgraph: RecordingSubgraph;
let gateway: RunningGateway;
const events: DomainEvent[] = [];

beforeAll(async () => {
  subgraph = await startRecordingSubgraph({ name: "a", sdl: SDL });
  const folder = mkdtempSync(join(tmpdir(), "cardea-fuzz-"));
  const user = {
    id: "u1",
    username: "ann",
    passwordHash: await hashPassword("another password"),
    scopes: [],
  };
  writeFileSync(join(folder, "users.yaml"), JSON.stringify({ users: [{ ...user, status: "active" }] }));
  gateway = await createGateway({
    config: {
      subgraphs: [{ name: "a", url: subgraph.url }],
      users: { path: "users.yaml" },
      server: { port: 0, batching: true },
      ops: { port: 0 },
      // A login that is counted would end the fuzzing of logins, and argon2id is slow on purpose.
      limits: { loginPerAccount: 5, loginPerAddress: 20, loginPerDevice: 5, maxBodyBytes: 20_000 },
      log: { level: "silent" },
    },
    folder,
    environment: {},
    listener: (event) => events.push(event),
  });
});
afterAll(async () => {
  await gateway.stop();
  await subgraph.close();
});

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const send = (method: string, path: string, headers: readonly string[], body: Buffer): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const outgoing = request(
      { host: "127.0.0.1", port: gateway.port, method, path, headers: ["host", "x", ...headers] },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers["content-type"] ?? "",
            body: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });

/** For any request: an answer in JSON, no internal error, and no part of the secret. */
function expectCalm(answer: Answer): void {
  expect(answer.status, answer.body).not.toBe(500);
  // RFC 7009 §2.2: a successful revocation has no body, and neither has a preflight.
  if (![200, 204].includes(answer.status) || answer.body !== "") {
    expect(answer.type).toContain("json");
    expect(() => JSON.parse(answer.body)).not.toThrow();
  }
  expect(answer.body).not.toContain(CANARY);
}

const prototypeNames = fc.constantFrom("__proto__", "constructor", "toString", "hasOwnProperty");
const json = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom(null, true, 0, -1, 1e300, "", CANARY, "ann", "default", "crt_AQ", "1"),
    fc.string({ maxLength: 12 }),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(
      fc.oneof(prototypeNames, fc.constantFrom("username", "password", "usrname", "filter", "inner", "name")),
      tie("value"),
      { maxKeys: 4 },
    ),
  ),
})).value;

const queries = fc.constantFrom(
  "{ __typename }",
  "query ($filter: Filter, $ids: [ID!]) { items(filter: $filter, ids: $ids) { id next { name } } }",
  "{ items { id } guarded }",
  "mutation ($input: LoginInput!) { login(input: $input) { __typename } }",
  "mutation ($input: RefreshTokenInput) { refreshToken(input: $input) { accessToken } }",
  `mutation { login(input: { usrname: "x", password: "${CANARY}" }) { __typename } }`,
  "mutation ($filter: Filter!) { change(filter: $filter) }",
  "mutation ($id: ID) { revokeSession(id: $id) { status } }",
  "query A { guarded } query B { items { name } }",
  "{ __proto__: guarded constructor: items { id } }",
  "{ items { id ...F } } fragment F on Item { next { ...F } }",
  "subscription { x }",
  "{ items @skip(if: $x) { id } }",
  "{",
  "",
);
const headers = fc
  .tuple(
    fc.constantFrom<readonly string[]>(
      [],
      ["authorization", "Bearer x"],
      ["authorization", "Basic eDp5"],
      ["authorization", `Bearer ${"a".repeat(4000)}.b.c`],
      ["authorization", "Bearer eyJhbGciOiJub25lIn0.e30."],
      ["authorization", "Bearer a", "authorization", "Bearer b"],
    ),
    fc.constantFrom<readonly string[]>(
      [],
      ["accept", "application/graphql-response+json"],
      ["accept", "text/html;q=x, */*"],
    ),
    fc.constantFrom<readonly string[]>(
      ["content-type", "application/json"],
      ["content-type", "application/json; charset=utf-8"],
    ),
  )
  .map((parts) => parts.flat());

describe("the HTTP endpoints", () => {
  it("handles any JSON in a POST without a fault", async () => {
    const body = fc.oneof(
      fc.record(
        {
          query: fc.oneof({ weight: 8, arbitrary: queries }, { weight: 1, arbitrary: json }),
          variables: json,
          operationName: fc.constantFrom("A", "B", "C", null, 3),
          extensions: json,
        },
        { requiredKeys: [] },
      ),
      json,
      fc.array(fc.record({ query: queries, variables: json }), { maxLength: 3 }),
    );
    await fc.assert(
      fc.asyncProperty(body, headers, async (value, sent) => {
        expectCalm(await send("POST", "/graphql", sent, Buffer.from(JSON.stringify(value) ?? "")));
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it("handles any bytes in a POST without a fault", async () => {
    const cut = fc
      .tuple(
        fc.constantFrom(
          '{"query":"{ items { id } }","variables":{"a":[1,2,{"b":null}]}}',
          '[{"query":"{ __typename }"}]',
        ),
        fc.nat(80),
        fc.uint8Array({ maxLength: 6 }),
      )
      .map(([text, at, noise]) =>
        Buffer.concat([Buffer.from(text.slice(0, at)), noise, Buffer.from(text.slice(at))]),
      );
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(cut, fc.uint8Array({ maxLength: 200 }).map(Buffer.from)),
        headers,
        async (bytes, sent) => {
          expectCalm(await send("POST", "/graphql", sent, bytes));
        },
      ),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it("handles any GET without a fault", async () => {
    const parameters = fc.array(
      fc.tuple(
        fc.constantFrom("query", "variables", "operationName", "extensions", "documentId"),
        fc.oneof(
          queries,
          fc.constantFrom("{}", "[", "null", '{"persistedQuery":{"version":1,"sha256Hash":"x"}}'),
          fc.string({ maxLength: 10 }),
        ),
      ),
      { maxLength: 4 },
    );
    await fc.assert(
      fc.asyncProperty(parameters, headers, async (pairs, sent) => {
        const path = `/graphql?${new URLSearchParams(pairs.map(([name, value]) => [name, value]))}`;
        expectCalm(await send("GET", path, [...sent, "apollo-require-preflight", "1"], Buffer.alloc(0)));
      }),
      { seed: SEED, numRuns: RUNS },
    );
  });

  it("handles any method and path without a fault", async () => {
    const endpoints = fc.constantFrom(
      "/oauth/token",
      "/.well-known/jwks.json",
      "/identity/.well-known/openid-configuration",
      "/",
      "/graphql/",
      "//graphql",
      "/graphql/../graphql",
      "/%2e%2e/",
      "/__proto__",
      "/constructor",
      "*",
    );
    const methods = fc.constantFrom("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE");
    const forms = fc.constantFrom(
      "",
      "grant_type=refresh_token&refresh_token=crt_AQ",
      `grant_type=password&password=${CANARY}`,
      "grant_type=refresh_token&grant_type=x",
    );
    await fc.assert(
      fc.asyncProperty(endpoints, methods, forms, async (path, method, form) => {
        const sent = ["content-type", "application/x-www-form-urlencoded"];
        expectCalm(await send(method, path, sent, method === "GET" ? Buffer.alloc(0) : Buffer.from(form)));
      }),
      { seed: SEED, numRuns: RUNS / 2 },
    );
  });

  it("has caused no fault of ours by all that, and revealed nothing of the secret", () => {
    expect(events.filter(({ type }) => type === "fault")).toEqual([]);
    expect(JSON.stringify(events)).not.toContain(CANARY);
    expect(subgraph.requests.map(({ headers: received }) => received.authorization).filter(Boolean)).toEqual(
      [],
    );
  });
});
