import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  CANARY_PASSWORD,
  codeOf,
  type Installation,
  installCardea,
  type Tokens,
} from "../support/installation.js";
import { rawBytes, rawRequest } from "../support/raw-http.js";

let cardea: Installation;
let ada: Tokens;
let bob: Tokens;

beforeAll(async () => {
  cardea = await installCardea({ kind: "memory" });
  ada = await cardea.login("ada");
  bob = await cardea.login("bob");
});
afterAll(() => cardea.close());
beforeEach(() => {
  cardea.shop.forget();
  cardea.stock.forget();
});

const JSON_TYPE = ["content-type", "application/json"];
const post = (body: unknown, headers: readonly string[] = []) =>
  rawRequest(cardea.gateway.url, "POST", [...JSON_TYPE, ...headers], JSON.stringify(body));
const bearer = (token: string) => ["authorization", `Bearer ${token}`];
const parsed = (reply: { text: string }) => JSON.parse(reply.text);

/** The identity token the shop received for Ada, as a thief at that subgraph would hold it. */
const identityToken = async (): Promise<string> => {
  await cardea.send("{ profile }", {}, ada.accessToken);
  return cardea.shop.requests.at(-1)?.headers.authorization?.replace("Bearer ", "") ?? "";
};

describe("credentials", () => {
  it.each([
    ["another scheme", () => ["authorization", "Basic YWRhOnNlY3JldA=="]],
    ["two headers, one of them good", () => [...bearer(ada.accessToken), ...bearer(bob.accessToken)]],
    ["two credentials in one header", () => ["authorization", `Bearer ${ada.accessToken}, Bearer x`]],
    ["a scheme without a token", () => ["authorization", "Bearer"]],
    ["a token with white space in it", () => ["authorization", `Bearer ${ada.accessToken} x`]],
    ["a refresh token", () => bearer(ada.refreshToken)],
    ["a cut token", () => bearer(ada.accessToken.slice(0, -1))],
    ["a token of 100 kB", () => bearer("e".repeat(10_000))],
  ])("refuses %s before anything runs", async (_what, headers) => {
    const reply = await post({ query: "{ products { id } profile }" }, headers());
    expect(reply.status).toBe(401);
    expect(parsed(reply).errors[0].extensions).toMatchObject({
      code: "UNAUTHENTICATED",
      reason: "TOKEN_INVALID",
    });
    expect(reply.headers["www-authenticate"]).toBe('Bearer error="invalid_token"');
    expect(cardea.shop.requests).toEqual([]);
  });

  it("refuses an identity token of a subgraph, and the passage token, at the GraphQL endpoint", async () => {
    const stolen = await identityToken();
    expect(stolen.split(".")).toHaveLength(3);
    expect((await post({ query: "{ profile }" }, bearer(stolen))).status).toBe(401);
    await cardea.send("{ products { id } }");
    const passage = String(cardea.shop.requests.at(-1)?.headers["x-cardea-passage"]);
    expect(passage.split(".")).toHaveLength(3);
    expect((await post({ query: "{ profile }" }, bearer(passage))).status).toBe(401);
  });

  it("takes no credential from the query string, a cookie or the body", async () => {
    const query = encodeURIComponent("{ profile }");
    const url = `${cardea.gateway.url}?query=${query}&access_token=${ada.accessToken}&authorization=Bearer%20${ada.accessToken}`;
    const viaQuery = await rawRequest(url, "GET", ["apollo-require-preflight", "1"]);
    expect(viaQuery.status).toBe(401);
    const cookie = ["cookie", `access_token=${ada.accessToken}; Authorization=Bearer ${ada.accessToken}`];
    expect((await post({ query: "{ profile }" }, cookie)).status).toBe(401);
    const body = { query: "{ profile }", extensions: { authorization: `Bearer ${ada.accessToken}` } };
    expect((await post(body)).status).toBe(401);
  });

  it("sets a stale credential aside for a login alone, and judges the whole operation as a stranger's", async () => {
    const stale = `${ada.accessToken.slice(0, -4)}AAAA`;
    const login = `mutation ($p: Secret!) { again: login(input: { username: "ada", password: $p }) { __typename } __typename }`;
    const variables = { p: CANARY_PASSWORD };
    expect(parsed(await post({ query: login, variables }, bearer(stale))).data.again.__typename).toBe(
      "AuthPayload",
    );
    const smuggling = `mutation ($p: Secret!) { login(input: { username: "ada", password: $p }) { __typename } note }`;
    expect((await post({ query: smuggling, variables }, bearer(stale))).status).toBe(401);
    // Exempt, hence anonymous: a good header beside the login lends it nothing.
    const skipped = `mutation ($p: Secret!, $no: Boolean!) {
      login(input: { username: "ada", password: $p }) { __typename }
      ... on Mutation @include(if: $no) { note }
    }`;
    const asLogin = await post({ query: skipped, variables: { ...variables, no: false } }, bearer(stale));
    expect(asLogin.status).toBe(200);
    const asBoth = await post({ query: skipped, variables: { ...variables, no: true } }, bearer(stale));
    expect(asBoth.status).toBe(401);
    expect(cardea.shop.sideEffects).toEqual([]);
  });
});

describe("what reaches a subgraph", () => {
  it("carries nothing a client says about its identity, however it is spelt", async () => {
    const spoofed = [
      ...[
        "x-cardea-passage",
        "forged",
        "X-Cardea-Identity",
        "forged",
        "x-user-id",
        "root",
        "x-user-scopes",
        "ledger",
      ],
      ...["x_cardea_passage", "forged", "x-forwarded-user", "root", "proxy-authorization", "Basic forged"],
      ...["cookie", "session=forged", "connection", "keep-alive, authorization, x-cardea-passage"],
    ];
    await post({ query: "{ products { id inStock } }", extensions: { identity: "forged" } }, spoofed);
    const sent = [...cardea.shop.requests, ...cardea.stock.requests];
    expect(sent).toHaveLength(2);
    for (const { headers, query, variables } of sent) {
      expect(JSON.stringify([headers, query, variables])).not.toMatch(/forged|root/);
      expect(headers.authorization).toBeUndefined();
      expect(headers["x-cardea-passage"]).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    }
  });

  it("is signed for one subgraph: the audiences differ, and no client token is among them", async () => {
    await cardea.send("{ profile products { inStock } }", {}, ada.accessToken);
    const tokens = [...cardea.shop.requests, ...cardea.stock.requests].map(
      ({ headers }) => headers.authorization ?? "",
    );
    expect(new Set(tokens).size).toBe(2);
    expect(tokens.join()).not.toContain(ada.accessToken);
  });

  it("never lends one caller's identity to another in parallel requests", async () => {
    const asks = Array.from({ length: 60 }, (_, at) => [ada, bob, undefined][at % 3]);
    await Promise.all(asks.map((who) => cardea.send("{ products { id } }", {}, who?.accessToken)));
    const counts = new Map<string, number>();
    for (const { headers } of cardea.shop.requests) {
      const payload = headers.authorization?.split(".")[1];
      const sub =
        payload === undefined ? "nobody" : JSON.parse(Buffer.from(payload, "base64url").toString()).sub;
      counts.set(sub, (counts.get(sub) ?? 0) + 1);
    }
    expect([...counts.values()]).toEqual([20, 20, 20]);
  });
});

describe("the wire", () => {
  it("does not let a second request hide in the body of the first", async () => {
    const { host, pathname } = new URL(cardea.gateway.url);
    const hidden = JSON.stringify({ query: "mutation { note }" });
    const second = `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\ncontent-length: ${hidden.length}\r\n\r\n${hidden}`;
    const head = `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\n`;
    const both = `${head}content-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n${second}`;
    const twice = `${head}content-length: 2\r\ncontent-length: ${second.length + 2}\r\n\r\n{}${second}`;
    const odd = `${head}transfer-encoding: identity, chunked, identity\r\n\r\n0\r\n\r\n${second}`;
    for (const bytes of [both, twice, odd]) {
      const received = await rawBytes(cardea.gateway.url, bytes);
      expect(received).toMatch(/^HTTP\/1\.1 400/);
      expect(received.match(/HTTP\/1\.1/g)).toHaveLength(1);
    }
    expect(cardea.shop.sideEffects).toEqual([]);
  });

  it.each(["PUT", "DELETE", "PATCH", "TRACE"])("answers %s with 405", async (method) => {
    const reply = await rawRequest(cardea.gateway.url, method, ["x-http-method-override", "POST"]);
    expect(reply.status).toBe(405);
  });

  it("runs no mutation by GET, with and without a preflight", async () => {
    const url = `${cardea.gateway.url}?query=${encodeURIComponent("mutation { note }")}`;
    for (const headers of [[], ["apollo-require-preflight", "1"], ["x-http-method-override", "POST"]]) {
      const reply = await rawRequest(url, "GET", headers);
      expect([400, 405]).toContain(reply.status);
    }
    expect(cardea.shop.sideEffects).toEqual([]);
  });

  it("ignores an operation in the query string of a POST", async () => {
    const url = `${cardea.gateway.url}?query=${encodeURIComponent("mutation { note }")}`;
    const reply = await rawRequest(url, "POST", JSON_TYPE, JSON.stringify({ query: "{ warehouse }" }));
    expect(parsed(reply).data).toEqual({ warehouse: expect.any(String) });
    expect(cardea.shop.sideEffects).toEqual([]);
  });

  it.each(["__proto__", "constructor", "toString", "hasOwnProperty"])(
    "finds no operation named %s that the document does not hold",
    async (operationName) => {
      const reply = await post({ query: "query A { warehouse }", operationName });
      expect(reply.status).toBe(400);
      expect(parsed(reply).errors[0].extensions.code).toBe("OPERATION_RESOLUTION_FAILURE");
      expect(cardea.stock.requests).toEqual([]);
    },
  );

  it("asks for a name where the document holds several operations", async () => {
    const reply = await post({ query: "query A { warehouse } query B { profile }" });
    expect(reply.status).toBe(400);
    expect(parsed(reply).errors[0].extensions.code).toBe("OPERATION_RESOLUTION_FAILURE");
  });

  it("treats prototype names of operations, fragments, variables and keys as names", async () => {
    const query = `query constructor($__proto__x: Boolean!, $toString: Boolean!) {
      __proto__: warehouse @include(if: $toString)
      ...hasOwnProperty @skip(if: $__proto__x)
    } fragment hasOwnProperty on Query { valueOf: profile }`;
    const variables = JSON.parse('{ "__proto__x": false, "toString": true, "__proto__": { "polluted": 1 } }');
    const reply = await post({ query, operationName: "constructor", variables });
    const answer = parsed(reply);
    expect(Object.keys(answer.data).sort()).toEqual(["__proto__", "valueOf"]);
    expect(answer.data.valueOf).toBeNull();
    expect(answer.errors[0]).toMatchObject({ path: ["valueOf"], extensions: { code: "UNAUTHENTICATED" } });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("refuses incremental delivery and subscriptions instead of ignoring them", async () => {
    const deferred = await post({ query: "{ ... @defer { profile } }" }, bearer(ada.accessToken));
    expect(deferred.status).toBe(400);
    const streamed = await post({ query: "{ products @stream { id } }" });
    expect(streamed.status).toBe(400);
    expect(cardea.shop.requests).toEqual([]);
  });

  it("forbids shared caches to keep what was judged, and any cache to keep tokens", async () => {
    const guarded = await post({ query: "{ products { id } profile }" });
    expect(guarded.headers["cache-control"]).toMatch(/private|no-store/);
    expect(String(guarded.headers["vary"]).toLowerCase()).toContain("authorization");
    const refused = await post({ query: "{ profile }" }, bearer("x"));
    expect(refused.headers["cache-control"]).toMatch(/private|no-store/);
    const login = `mutation ($p: Secret!) { login(input: { username: "ada", password: $p }) { ... on AuthPayload { accessToken } } }`;
    const tokens = await post({ query: login, variables: { p: CANARY_PASSWORD } });
    expect(parsed(tokens).data.login.accessToken).toEqual(expect.any(String));
    expect(tokens.headers["cache-control"]).toContain("no-store");
  });

  it("answers a wrong password and an unknown user alike", async () => {
    const login = (username: string) =>
      cardea.send(
        `mutation ($u: String!, $p: Secret!) { login(input: { username: $u, password: $p }) { __typename } }`,
        { u: username, p: "wrong" },
      );
    const [known, unknown] = [await login("ada"), await login("nobody-by-that-name")];
    expect(codeOf(known)).toBe("INVALID_CREDENTIALS");
    const shape = (text: string) => text.replace(/"requestId":"[^"]*"/, "");
    expect(shape(unknown.text)).toBe(shape(known.text));
    expect(unknown.status).toBe(known.status);
  });
});
