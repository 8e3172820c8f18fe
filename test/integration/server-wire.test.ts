import { GraphQLError } from "graphql";
import { afterEach, describe, expect, it } from "vitest";
import { AuthError, FaultError } from "../../src/domain/errors.js";
import { type Answering, type SmallGateway, startSmallGateway } from "../support/small-gateway.js";

const SECRET = "hunter2-canary";
let gateway: SmallGateway;
afterEach(() => gateway.stop());

const start = async (answering: Answering, settings = {}): Promise<void> => {
  gateway = await startSmallGateway(answering, settings);
};
const post = (body: unknown, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(gateway.url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: typeof body === "string" ? body : JSON.stringify(body),
  });
const denied = (code: string, ...path: string[]): GraphQLError =>
  new GraphQLError(code, { path, extensions: { code } });
const ok: Answering = () => ({ data: { a: 1 } });

describe("the status contract over a real socket", () => {
  it("answers a refused credential 401 before execution, uncached, with a challenge", async () => {
    await start(({ context }) => {
      context.outcome.credentialRefused = "TOKEN_EXPIRED";
      throw new AuthError("UNAUTHENTICATED", `inner text with ${SECRET}`, { reason: "TOKEN_EXPIRED" });
    });
    const response = await post({ query: "{ a }" }, { authorization: `Bearer ${SECRET}` });
    const text = await response.text();
    expect(response.status).toBe(401);
    expect(response.headers.get("www-authenticate")).toBe('Bearer error="invalid_token"');
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(JSON.parse(text)).toEqual({
      errors: [
        { message: "Sign in to see this.", extensions: { code: "UNAUTHENTICATED", reason: "TOKEN_EXPIRED" } },
      ],
    });
    expect(text + JSON.stringify(gateway.events)).not.toContain(SECRET);
  });

  it("negotiates the content type on a 401 as on any other answer", async () => {
    await start(() => {
      throw new AuthError("UNAUTHENTICATED", "no");
    });
    const type = async (accept: string) =>
      (await post({ query: "{ a }" }, { accept })).headers.get("content-type");
    expect(await type("application/graphql-response+json, application/json;q=0.9")).toContain(
      "application/graphql-response+json",
    );
    expect(await type("application/json")).toContain("application/json");
  });

  it("serves partial data 200 and private, with the challenge beside it", async () => {
    await start(({ context }) => {
      context.outcome.touchedGuarded = true;
      context.outcome.challenge = { code: "UNAUTHENTICATED" };
      return { data: { a: 1, b: null }, errors: [denied("UNAUTHENTICATED", "b")] };
    });
    const response = await post({ query: "{ a b }" });
    expect(response.status).toBe(200);
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect(response.headers.get("cache-control")).toBe("private");
    expect(response.headers.get("vary")).toBe("Authorization, Cookie");
  });

  it.each([
    ["UNAUTHENTICATED", 401, "Bearer"],
    ["FORBIDDEN", 403, 'Bearer error="insufficient_scope"'],
    ["STEP_UP_REQUIRED", 403, 'Bearer error="insufficient_user_authentication", max_age="300"'],
  ] as const)("answers %s %i when nothing is served", async (code, status, challenge) => {
    await start(({ context }) => {
      context.outcome.challenge = { code, maxAge: 300 };
      return { data: { a: null }, errors: [denied(code, "a")] };
    });
    const response = await post({ query: "{ a }" });
    expect([response.status, response.headers.get("www-authenticate")]).toEqual([status, challenge]);
  });

  it("answers 503 with Retry-After and a masked text when the store is down, and leaves cookies alone", async () => {
    await start(() => {
      throw new FaultError("SERVICE_UNAVAILABLE", "redis at 10.1.2.3 timed out", {
        details: { retryAfter: 3 },
      });
    });
    const response = await post({ query: "mutation { pay }" });
    const body = await response.text();
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "3"]);
    expect(response.headers.get("set-cookie")).toBeNull();
    expect(body).toContain("SERVICE_UNAVAILABLE");
    expect(body).not.toContain("10.1.2.3");
    expect(JSON.stringify(gateway.events)).toContain("10.1.2.3");
  });

  it("masks what nobody expected, and gives the client the id to quote", async () => {
    await start(() => {
      throw new TypeError(`cannot read properties of ${SECRET}`);
    });
    const response = await post({ query: "{ a }" });
    const text = await response.text();
    expect(response.status).toBe(500);
    expect(text).not.toContain(SECRET);
    expect(text).not.toContain("stack");
    expect(JSON.parse(text).errors[0]).toMatchObject({
      message: "Something went wrong on our side.",
      extensions: { code: "INTERNAL_SERVER_ERROR", requestId: response.headers.get("x-request-id") },
    });
    expect(gateway.events).toContainEqual(expect.objectContaining({ type: "fault" }));
  });

  it("never lets an answer with tokens be stored", async () => {
    await start(({ context }) => {
      context.outcome.carriesTokens = true;
      return { data: { login: "t" } };
    });
    const response = await post({
      query: "mutation L($i: LoginInput!) { login(input: $i) }",
      variables: { i: {} },
    });
    expect(response.headers.get("cache-control")).toBe("no-store");
  });
});

describe("bad input", () => {
  it.each([
    ["no JSON", "{", 400],
    ["not UTF-8", Buffer.from([0x7b, 0xff, 0x7d]), 400],
    ["no object", "3", 400],
    ["no query", "{}", 400],
    ["a query that is no text", '{"query":{"kind":"Document"}}', 400],
    ["variables that are text", '{"query":"{ a }","variables":"{}"}', 400],
    ["a document that does not parse", '{"query":"{"}', 400],
    ["a field that does not exist", '{"query":"{ nope }"}', 400],
    ["a batch, when batching is off", '[{"query":"{ a }"}]', 400],
  ])("answers %s with a JSON error and nothing executed", async (_, body, status) => {
    let executed = 0;
    await start(() => {
      executed++;
      return { data: {} };
    });
    const response = await fetch(gateway.url, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/graphql-response+json" },
      body,
    });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toContain("application/graphql-response+json");
    expect((await response.json()).errors[0].extensions.code).toEqual(expect.any(String));
    expect(executed).toBe(0);
  });

  it("refuses a body beyond the limit with 413, declared or streamed", async () => {
    await start(ok);
    const large = JSON.stringify({ query: `{ a } # ${"x".repeat(20_000)}` });
    expect((await post(large)).status).toBe(413);
    const streamed = await fetch(gateway.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: new Blob([large]).stream(),
      duplex: "half",
    } as RequestInit);
    expect(streamed.status).toBe(413);
    expect((await streamed.json()).errors).toHaveLength(1);
  });

  it.each([
    ["text/plain"],
    ["application/x-www-form-urlencoded"],
    ["multipart/form-data; boundary=x"],
    ["application/json; charset=utf-16"],
    [""],
  ])("refuses a POST of type %j, which a browser could send across sites", async (type) => {
    await start(ok);
    const response = await fetch(gateway.url, {
      method: "POST",
      headers: { "content-type": type },
      body: JSON.stringify({ query: "mutation { pay }" }),
    });
    expect(response.status).toBe(415);
  });

  it("refuses a GET without preflight, a GET of a wrong type, and mutations over GET", async () => {
    let executed = 0;
    await start(() => {
      executed++;
      return { data: { a: 1 } };
    });
    const get = async (query: string, headers: Record<string, string> = {}) =>
      (await fetch(`${gateway.url}?query=${encodeURIComponent(query)}`, { headers })).status;
    const preflighted = { "apollo-require-preflight": "1" };
    expect(await get("{ a }")).toBe(400);
    expect(await get("{ a }", { "content-type": "text/plain" })).toBe(400);
    expect(await get("mutation { pay }", preflighted)).toBe(405);
    expect(await get("mutation { pay }")).toBe(405);
    expect(await get("subscription { pay }")).toBe(405);
    const chosen = new URLSearchParams({ query: "query A { a } mutation B { pay }", operationName: "B" });
    expect((await fetch(`${gateway.url}?${chosen}`)).status).toBe(405);
    expect(executed).toBe(0);
    expect(await get("{ a }", preflighted)).toBe(200);
  });

  it("refuses other methods and unknown paths in JSON", async () => {
    await start(ok);
    const put = await fetch(gateway.url, { method: "PUT", body: "{}" });
    expect([put.status, put.headers.get("allow")]).toEqual([405, "GET, POST"]);
    const nowhere = await fetch(gateway.url.replace("/graphql", "/nowhere"));
    expect([nowhere.status, (await nowhere.json()).errors.length]).toEqual([404, 1]);
  });

  it("refuses a document over the limits before anything is executed", async () => {
    await start(ok);
    const query = `{ ${Array.from({ length: 11 }, (_, index) => `x${index}: a`).join(" ")} }`;
    const response = await post({ query });
    expect([response.status, (await response.json()).errors[0].extensions.code]).toEqual([
      400,
      "OPERATION_TOO_COMPLEX",
    ]);
    const get = await fetch(`${gateway.url}?query=${encodeURIComponent(query)}`, {
      headers: { "apollo-require-preflight": "1" },
    });
    expect((await get.json()).errors[0].extensions.code).toBe("OPERATION_TOO_COMPLEX");
  });

  it("quotes no secret beside a misspelt field, inline or in a text that does not parse", async () => {
    await start(ok);
    for (const query of [
      `mutation { login(input: { usrname: "u", password: "${SECRET}" }) }`,
      `mutation { login(input: "${SECRET}") }`,
      `mutation { login(input: { password: "a"${SECRET} }`,
    ]) {
      const response = await post({ query });
      expect(response.status).toBe(400);
      expect(await response.text()).not.toContain(SECRET);
    }
    expect(JSON.stringify(gateway.events)).not.toContain(SECRET);
  });
});

describe("a slow client", () => {
  it("is cut when its body does not come in time, and nothing runs", async () => {
    let executed = 0;
    await start(
      () => {
        executed++;
        return { data: { a: 1 } };
      },
      { requestTimeoutMs: 500 },
    );
    const { connect } = await import("node:net");
    const answer = await new Promise<string>((resolve, reject) => {
      let text = "";
      const socket = connect(Number(new URL(gateway.url).port), "127.0.0.1", () => {
        socket.write(
          'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"query":',
        );
      });
      socket.on("data", (chunk: Buffer) => {
        text += chunk.toString("utf8");
      });
      socket.on("close", () => resolve(text));
      socket.on("error", reject);
    });
    expect(answer).toContain("HTTP/1.1 408");
    expect(answer).toContain('"errors"');
    expect(executed).toBe(0);
  });
});

describe("one request, one context", () => {
  it("reads the credential once and takes two Authorization headers for malformed", async () => {
    const seen: string[] = [];
    await start(({ context }) => {
      seen.push(context.credential.kind);
      return { data: { a: 1 } };
    });
    await post({ query: "{ a }" });
    await post({ query: "{ a }" }, { authorization: "Bearer abc" });
    await post({ query: "{ a }" }, { authorization: "Basic abc" });
    await twoAuthorizations();
    expect(seen).toEqual(["none", "bearer", "malformed", "malformed"]);
  });

  it("gives members of a batch nothing in common, and the whole the strictest caching", async () => {
    const contexts = new Set<unknown>();
    await start(
      ({ name, context }) => {
        contexts.add(context.outcome);
        if (name === "A") return { data: { a: 1 } };
        context.outcome.touchedGuarded = true;
        context.outcome.challenge = { code: "FORBIDDEN" };
        return { data: { b: null }, errors: [denied("FORBIDDEN", "b")] };
      },
      { maxBatch: 2 },
    );
    const response = await post([{ query: "query A { a }" }, { query: "query B { b }" }]);
    expect(response.status).toBe(200);
    expect(response.headers.get("cache-control")).toBe("private");
    const [first, second] = await response.json();
    expect(first).toEqual({ data: { a: 1 } });
    expect(second.errors[0].extensions.code).toBe("FORBIDDEN");
    expect(contexts.size).toBe(2);
    expect((await post([1, 2, 3].map(() => ({ query: "{ a }" })))).status).toBe(400);
  });

  it("tells the executor when the client has gone", async () => {
    let gone: Promise<unknown> = Promise.resolve();
    let arrived: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    await start(({ context }) => {
      gone = new Promise((resolve) => context.signal.addEventListener("abort", resolve));
      arrived();
      return gone.then(() => ({ data: { a: 1 } }));
    });
    const client = new AbortController();
    const request = fetch(gateway.url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"query":"{ a }"}',
      signal: client.signal,
    }).catch(() => "aborted");
    await inside;
    client.abort();
    expect(await request).toBe("aborted");
    await gone;
  });

  it("runs a persisted query by its hash, and never the text of a wrong hash", async () => {
    await start(ok);
    const { createHash } = await import("node:crypto");
    const persisted = (text: string) => ({
      persistedQuery: { version: 1, sha256Hash: createHash("sha256").update(text).digest("hex") },
    });
    const unknown = await post({ extensions: persisted("{ b }") });
    expect((await unknown.json()).errors[0].extensions.code).toBe("PERSISTED_QUERY_NOT_FOUND");
    expect((await post({ query: "{ b }", extensions: persisted("{ a }") })).status).toBe(400);
    expect((await post({ query: "{ a }", extensions: persisted("{ a }") })).status).toBe(200);
    expect(await (await post({ extensions: persisted("{ a }") })).json()).toEqual({ data: { a: 1 } });
  });
});

/** Two headers of one name, which fetch would join. */
async function twoAuthorizations(): Promise<void> {
  const { request } = await import("node:http");
  await new Promise<void>((resolve, reject) => {
    const outgoing = request(
      gateway.url,
      {
        method: "POST",
        headers: [
          "Host",
          "x",
          "Content-Type",
          "application/json",
          "Authorization",
          "Bearer a",
          "Authorization",
          "Bearer b",
        ],
      },
      (response) => {
        response.resume();
        response.on("end", resolve);
      },
    );
    outgoing.on("error", reject);
    outgoing.end('{"query":"{ a }"}');
  });
}
