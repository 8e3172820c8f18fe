import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Asked, startTwoPaths, type TwoPaths } from "../support/two-paths.js";

let two: TwoPaths;
beforeAll(async () => {
  two = await startTwoPaths();
});
afterAll(() => two.stop());

const json = (...more: string[]): readonly string[] => ["content-type", "application/json", ...more];
const ME = "query Me { me { id name } }";
const BOTH = "query One { hello } query Two { list }";
const hash = (text: string): string => createHash("sha256").update(text).digest("hex");
const persisted = (sha256Hash: string, version = 1) => ({ persistedQuery: { version, sha256Hash } });
const search = (parameters: Record<string, string>): string => `?${new URLSearchParams(parameters)}`;

const plain: Readonly<Record<string, Asked>> = {
  "a query": { body: { query: ME } },
  "a query with other members beside it": { body: { query: ME, more: 1, documentId: null } },
  "an operation name of null": { body: { query: ME, operationName: null } },
  "its operation name": { body: { query: ME, operationName: "Me" } },
  "another operation's name": { body: { query: ME, operationName: "You" } },
  "an empty operation name": { body: { query: ME, operationName: "" } },
  "an operation name that is a number": { body: { query: ME, operationName: 1 } },
  "the first of two operations": { body: { query: BOTH, operationName: "One" } },
  "the second of two operations": { body: { query: BOTH, operationName: "Two" } },
  "neither of two operations": { body: { query: BOTH } },
  "a name of the prototype": { body: { query: BOTH, operationName: "constructor" } },
  "extensions of a client": { body: { query: ME, extensions: { clientLibrary: { name: "x" } } } },
  "extensions of null": { body: { query: ME, extensions: null } },
  "extensions that are a list": { body: { query: ME, extensions: [1] } },
  "extensions that are a text": { body: { query: ME, extensions: "{}" } },
  variables: { body: { query: "query H($n: String) { hello(name: $n) }", variables: { n: "Bo" } } },
  "no variables": { body: { query: "query H($n: String) { hello(name: $n) }" } },
  "variables of null": { body: { query: "query H($n: String) { hello(name: $n) }", variables: null } },
  "variables that are a list": { body: { query: "query H($n: String) { hello(name: $n) }", variables: [1] } },
  "variables that are a text": {
    body: { query: "query H($n: String) { hello(name: $n) }", variables: "{}" },
  },
  "a variable of another type": {
    body: { query: "query L($n: Int!) { list(first: $n) }", variables: { n: "x" } },
  },
  "a variable that is missing": { body: { query: "query L($n: Int!) { list(first: $n) }" } },
  conditions: {
    body: { query: "query C($c: Boolean!) { hello @include(if: $c) list }", variables: { c: false } },
  },
  "aliases, fragments and typenames": {
    body: { query: "{ __typename a: me { ...F } b: me { __typename id } } fragment F on User { n: name }" },
  },
  introspection: { body: { query: "{ __schema { queryType { name } } }" } },
  "introspection beside data": { body: { query: '{ hello __type(name: "User") { name } }' } },
  "a guarded field, nobody asking": { body: { query: "{ secret hello }" } },
  "nothing but a guarded field, nobody asking": { body: { query: "{ secret }" } },
  "a fresh field, nobody asking": { body: { query: "{ recent }" } },
  "a field that fails": { body: { query: "{ boom hello }" } },
  "a field that fails where null is not allowed": { body: { query: "{ hello strict }" } },
  "an unknown field": { body: { query: "{ nothing }" } },
  "a text that does not parse": { body: { query: "{ me" } },
  "an empty text": { body: { query: "" } },
  "no text": { body: { variables: {} } },
  "a text that is a number": { body: { query: 1 } },
  "an empty object": { body: {} },
  "a body of null": { body: "null" },
  "a body that is a text": { body: '"{ me }"' },
  "a body that is not JSON": { body: "{ me }" },
  "a body nested too deep": {
    body: `{"query":"{ hello }","variables":${"[".repeat(200)}${"]".repeat(200)}}`,
  },
  "a body that is too large": { body: { query: ME, more: "x".repeat(30_000) } },
  "too many levels": { body: { query: `{ me ${"{ ...on User ".repeat(9)}{ id }${" }".repeat(9)} }` } },
  "too many aliases": { body: { query: "{ a:hello b:hello c:hello d:hello e:hello f:hello }" } },
  "an operation in parts": { body: { query: "{ hello ...F @defer } fragment F on Query { list }" } },
  "a mutation": { body: { query: "mutation T { touch }" } },
  "a subscription": { body: { query: "subscription { touch }" } },
  "a long text": { body: { query: `${ME} #${" ".repeat(17_000)}` } },
  "a query over GET": {
    method: "GET",
    search: search({ query: ME }),
    headers: ["apollo-require-preflight", "1"],
  },
  "a query over GET from a form": { method: "GET", search: search({ query: ME }), headers: [] },
  "a mutation over GET": { method: "GET", search: search({ query: "mutation { touch }" }), headers: json() },
  "another method": { method: "PUT", body: { query: ME } },
  "a preflight": { method: "OPTIONS", headers: ["origin", "https://app.example.test"] },
  "a hash nobody registered": { body: { extensions: persisted(hash("{ list }")) } },
  "a hash with its text": { body: { query: ME, extensions: persisted(hash(ME)) } },
  "a hash alone": { body: { extensions: persisted(hash(ME)) } },
  "a hash of another text": { body: { query: ME, extensions: persisted(hash("{ list }")) } },
  "a hash of another version": { body: { query: ME, extensions: persisted(hash(ME), 2) } },
  "a persisted query of null": { body: { query: ME, extensions: { persistedQuery: null } } },
  "a batch": { body: [{ query: ME }, { query: "{ secret }" }, { query: ME, operationName: "You" }] },
  "a batch of one": { body: [{ query: ME }] },
  "an empty batch": { body: [] },
};

const forms: Readonly<Record<string, readonly string[]>> = {
  "no type": [],
  "a type with a charset": ["content-type", "application/json; charset=utf-8"],
  "a type in capitals": ["content-type", "Application/JSON;charset=UTF-8"],
  "a type with a parameter": ["content-type", "application/json; v=1"],
  "a type with a charset of the past": ["content-type", "application/json; charset=latin1"],
  "a form's type": ["content-type", "text/plain"],
  "a type of two": ["content-type", "application/json, text/plain"],
  "an encoding": json("content-encoding", "gzip"),
  "an accept of GraphQL": json("accept", "application/graphql-response+json"),
  "an accept of either": json("accept", "application/graphql-response+json;q=0.5, application/json"),
  "an accept of anything": json("accept", "*/*"),
  "an accept of nothing": json("accept", ""),
  "an accept of a page": json("accept", "text/html"),
  "two accepts": json("accept", "text/html", "accept", "application/json"),
  "an accept in parts": json("accept", "multipart/mixed, application/json"),
  "an accept that is long": json("accept", `application/json;x=${"y".repeat(300)}`),
  "no token where one is awaited": json("authorization", ""),
  "a token that is none": json("authorization", "Bearer nonsense"),
  "another scheme": json("authorization", "Basic dXNlcjpwYXNz"),
  "two tokens": json("authorization", "Bearer a", "authorization", "Bearer b"),
  "an origin that is listed": json("origin", "https://app.example.test"),
  "an origin that is not": json("origin", "https://evil.example"),
  "headers that pass on and some that do not": json(
    "traceparent",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "x-user-id",
    "admin",
    "cookie",
    "a=b",
    "x-cardea-passage",
    "forged",
  ),
};

/** Each three times: what is new, what is known, and what is known for sure. */
async function expectAlike(asked: Asked): Promise<void> {
  for (let time = 1; time <= 3; time += 1)
    expect(await two.direct.observe(asked)).toEqual(await two.piped.observe(asked));
}

describe("the direct path does what the pipeline does", () => {
  it.each(Object.entries(plain))("for %s", async (_name, asked) => {
    await expectAlike(asked);
  });

  it.each(Object.entries(forms))("for %s", async (_name, headers) => {
    await expectAlike({ headers, body: { query: ME } });
    await expectAlike({ headers, body: { query: "{ secret hello }" } });
    await expectAlike({ headers, body: { query: "{ boom hello }" } });
    await expectAlike({ headers, body: { query: "mutation T { touch }" } });
  });

  it.each([
    ["{ secret hello }", ["read:secret"], true],
    ["{ secret hello }", ["other"], true],
    ["{ secret }", ["other"], true],
    ["{ recent hello }", [], false],
    ["{ recent hello }", [], true],
    ["{ me { name email } }", ["read:email"], true],
    ["{ me { name email } }", [], true],
    ["{ me { name email } boom }", ["read:email"], true],
  ])("for a caller who asks %s with scopes %j, signed in lately: %s", async (query, scopes, fresh) => {
    const token = await two.token(scopes, fresh);
    await expectAlike({ headers: json("authorization", `Bearer ${token}`), body: { query } });
  });

  it("for callers who take turns, none of whom sees what another may", async () => {
    const [may, mayNot] = [await two.token(["read:secret"]), await two.token([])];
    const ask = (token: string) => ({
      headers: json("authorization", `Bearer ${token}`),
      body: { query: "query Turns { secret }" },
    });
    for (let turn = 0; turn < 3; turn += 1) {
      await expectAlike(ask(may));
      await expectAlike(ask(mayNot));
      expect((await two.direct.observe(ask(may))).reply.text).toBe('{"data":{"secret":"told"}}');
      expect((await two.direct.observe(ask(mayNot))).reply.text).not.toContain("told");
      await two.piped.observe(ask(may));
      await two.piped.observe(ask(mayNot));
    }
  });

  it("and tells a subgraph the id of the request once", async () => {
    for (const gateway of [two.direct, two.piped])
      expect((await gateway.observe({ body: { query: ME } })).calls).toMatchObject([{ requestIds: 1 }]);
  });

  it("and counts the same", async () => {
    expect(await two.direct.metrics()).toBe(await two.piped.metrics());
  });

  it("while the other gateway's pipeline saw each operation, known ones too", async () => {
    const before = two.pipelined();
    for (let time = 1; time <= 3; time += 1) await two.piped.observe({ body: { query: ME } });
    expect(two.pipelined() - before).toBe(3);
  });
});
