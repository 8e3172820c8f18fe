import { inspect } from "node:util";
import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import { createAuthSubgraph } from "../../../src/auth-subgraph/auth-subgraph.js";
import type { AuthSubgraphNaming } from "../../../src/auth-subgraph/naming.js";
import { Secret, SecretScalar } from "../../../src/auth-subgraph/secret.js";
import { userId } from "../../../src/domain/brand.js";
import { FaultError } from "../../../src/domain/errors.js";
import type { DomainEvent } from "../../../src/domain/events.js";
import { ANONYMOUS, type Authenticated, type Principal } from "../../../src/domain/principal.js";
import type { LocalRequest } from "../../../src/federation/subgraph/local.js";
import type { RequestOrigin } from "../../../src/sessions/delivery.js";
import type { SessionService } from "../../../src/sessions/session-service.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { MAX_TOKEN_LENGTH } from "../../../src/tokens/jws.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { aRequestOrigin, aUser, createSessionBench, PASSWORD } from "../../support/session-bench.js";

const ADMIN = "cardea:sessions:admin";

function aSubgraph(
  naming: AuthSubgraphNaming = {},
  change: (service: SessionService) => SessionService = (same) => same,
) {
  const clock = createFakeClock();
  const bench = createSessionBench(createMemoryStores({ clock }), clock, {
    users: [aUser("ada"), aUser("bob"), aUser("root", { scopes: [ADMIN] })],
  });
  const events: DomainEvent[] = [];
  const subgraph = createAuthSubgraph({
    sessions: change(bench.service),
    clock,
    emit: (event) => events.push(event),
    naming,
  });
  let tokens = 0;
  const ask = async (
    query: string,
    variables: Record<string, unknown> = {},
    principal: Principal = ANONYMOUS,
    changes: Partial<LocalRequest<RequestOrigin>> = {},
  ) =>
    subgraph.execute({
      document: parse(query),
      operationName: undefined,
      variables,
      principal,
      requestId: "r1",
      origin: aRequestOrigin(),
      onTokens: () => {
        tokens += 1;
      },
      ...changes,
    });
  const login = async (
    username: string,
  ): Promise<{ readonly principal: Authenticated; readonly refreshToken: string }> => {
    const { pair } = await bench.service.login({ username, password: PASSWORD }, aRequestOrigin());
    return { principal: bench.issuer.principal(pair.accessToken), refreshToken: pair.refreshToken ?? "" };
  };
  return { ...bench, ask, login, clock, events, tokensHandedOut: () => tokens };
}

const LOGIN = `mutation ($input: LoginInput!) { login(input: $input) {
  __typename
  ... on AuthPayload { accessToken refreshToken tokenType expiresIn expiresAt scope session { id current device scopes metadata } }
  ... on SecondFactorChallenge { challenge methods expiresIn }
} }`;

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("login", () => {
  it("answers with a pair of tokens and the session", async () => {
    const { ask, clock, tokensHandedOut } = aSubgraph();
    const now = clock.nowMs() / 1000;
    const input = { username: "ada", password: PASSWORD, device: "laptop", scope: "orders:read" };
    const result = await ask(LOGIN, { input });
    expect(plain(result)).toEqual({
      data: {
        login: {
          __typename: "AuthPayload",
          accessToken: "access-0",
          refreshToken: expect.stringMatching(/^crt_/),
          tokenType: "Bearer",
          expiresIn: 300,
          expiresAt: now + 300,
          scope: "orders:read",
          session: {
            id: expect.any(String),
            current: true,
            device: "laptop",
            scopes: ["orders:read"],
            metadata: null,
          },
        },
      },
    });
    expect(tokensHandedOut()).toBe(1);
  });

  it.each([
    ["a wrong password", { username: "ada", password: "wrong" }],
    ["an unknown user", { username: "eve", password: PASSWORD }],
    ["an unknown client", { username: "ada", password: PASSWORD, clientId: "nobody" }],
  ])("refuses %s with one and the same face", async (_, input) => {
    const { ask, tokensHandedOut } = aSubgraph();
    expect(plain(await ask(LOGIN, { input }))).toEqual({
      data: { login: null },
      errors: [
        {
          message: "The credentials are not valid.",
          path: ["login"],
          extensions: { code: "INVALID_CREDENTIALS" },
        },
      ],
    });
    expect(tokensHandedOut()).toBe(0);
  });

  it("refuses one alias and serves the other", async () => {
    const { ask } = aSubgraph();
    const result = await ask(
      `mutation ($a: LoginInput!, $b: LoginInput!) {
        a: login(input: $a) { __typename } b: login(input: $b) { __typename }
      }`,
      { a: { username: "ada", password: "wrong" }, b: { username: "ada", password: PASSWORD } },
    );
    expect(plain(result)).toMatchObject({
      data: { a: null, b: { __typename: "AuthPayload" } },
      errors: [{ path: ["a"] }],
    });
  });

  it("counts every alias", async () => {
    const { ask } = aSubgraph();
    const aliases = Array.from(
      { length: 12 },
      (_, index) => `a${index}: login(input: $i) { __typename }`,
    ).join(" ");
    const result = await ask(`mutation ($i: LoginInput!) { ${aliases} }`, {
      i: { username: "ada", password: "wrong" },
    });
    const codes = (result.errors ?? []).map((error) => error.extensions["code"]);
    expect(codes.filter((code) => code === "INVALID_CREDENTIALS")).toHaveLength(5);
    expect(codes.filter((code) => code === "RATE_LIMITED")).toHaveLength(7);
    expect(result.errors?.at(-1)?.extensions["retryAfter"]).toBeGreaterThan(0);
  });
});

describe("completeLogin and second factors", () => {
  it("are refused while none is configured", async () => {
    const { ask, login } = aSubgraph();
    const complete = await ask(`mutation ($i: CompleteLoginInput!) { completeLogin(input: $i) { scope } }`, {
      i: { challenge: "x", method: "TOTP", code: "123456" },
    });
    expect(complete.errors?.[0]?.extensions).toEqual({ code: "SECOND_FACTOR_INVALID" });
    const { principal } = await login("ada");
    const again = await ask(
      `mutation ($i: ReauthenticateInput!) { reauthenticate(input: $i) { scope } }`,
      { i: { method: "TOTP", code: "123456", password: PASSWORD } },
      principal,
    );
    expect(again.errors?.[0]?.extensions).toEqual({ code: "SECOND_FACTOR_INVALID" });
  });
});

describe("refreshToken", () => {
  const REFRESH = `mutation ($i: RefreshTokenInput) { refreshToken(input: $i) { accessToken refreshToken scope } }`;

  it("answers with a new pair", async () => {
    const { ask, login } = aSubgraph();
    const { refreshToken } = await login("ada");
    const result = await ask(REFRESH, { i: { refreshToken, scope: "orders:read" } });
    expect(plain(result)).toMatchObject({
      data: { refreshToken: { accessToken: "access-1", scope: "orders:read" } },
    });
  });

  it("gives the reason to one who proved possession, and none to anybody else", async () => {
    const { ask, login, clock } = aSubgraph();
    const { refreshToken } = await login("ada");
    await ask(REFRESH, { i: { refreshToken } });
    clock.advanceSeconds(31);
    const reused = await ask(REFRESH, { i: { refreshToken } });
    expect(reused.errors?.[0]?.extensions).toEqual({ code: "INVALID_GRANT", reason: "SESSION_REUSED" });
    for (const variables of [{}, { i: null }, { i: { refreshToken: "crt_forged" } }]) {
      expect((await ask(REFRESH, variables)).errors?.[0]?.extensions).toEqual({ code: "INVALID_GRANT" });
    }
  });

  it("answers SERVICE_UNAVAILABLE while the store is down, hides the cause, and never signs anybody out", async () => {
    const down = (service: SessionService): SessionService => ({
      ...service,
      refresh: async () => {
        throw new FaultError("SERVICE_UNAVAILABLE", "redis at 10.0.0.7 does not answer", {
          details: { retryAfter: 2 },
        });
      },
    });
    const { ask, events } = aSubgraph({}, down);
    const result = await ask(REFRESH, { i: { refreshToken: "crt_x" } });
    expect(result.errors?.[0]?.extensions).toEqual({ code: "SERVICE_UNAVAILABLE", retryAfter: 2 });
    expect(JSON.stringify(result)).not.toContain("10.0.0.7");
    expect(events).toEqual([{ type: "fault", reason: "redis at 10.0.0.7 does not answer", requestId: "r1" }]);
  });

  it("masks unexpected errors, in the log too", async () => {
    const broken = (service: SessionService): SessionService => ({
      ...service,
      refresh: async (command) => {
        throw new Error(`cannot digest ${command.refreshToken}`);
      },
    });
    const { ask, events } = aSubgraph({}, broken);
    const result = await ask(REFRESH, { i: { refreshToken: "crt_secret" } });
    expect(result.errors?.[0]?.extensions).toEqual({ code: "INTERNAL_SERVER_ERROR" });
    expect(JSON.stringify([result, events])).not.toContain("crt_secret");
  });
});

describe("the fields of a signed-in user", () => {
  const FIELDS: readonly [string, string][] = [
    ["session", "{ session { id } }"],
    ["sessions", "{ sessions { id } }"],
    ["reauthenticate", "mutation { reauthenticate(input: {}) { scope } }"],
    ["revokeSession", "mutation { revokeSession { status } }"],
    ["revokeOtherSessions", "mutation { revokeOtherSessions { status } }"],
    ["revokeAllSessions", "mutation { revokeAllSessions { status } }"],
  ];

  it.each(FIELDS)("%s is refused to nobody, guards or no guards", async (name, query) => {
    const { ask } = aSubgraph();
    const result = await ask(query);
    expect(plain(result)).toMatchObject({
      data: { [name]: null },
      errors: [{ extensions: { code: "UNAUTHENTICATED" } }],
    });
  });

  it.each(FIELDS)(
    "%s is refused to an outside caller whom no rule maps, whatever their subject and sid",
    async (name, query) => {
      const { ask, login } = aSubgraph();
      const { principal } = await login("ada");
      const result = await ask(query, {}, { ...principal, issuer: "https://idp.example" });
      expect(plain(result)).toMatchObject({
        data: { [name]: null },
        errors: [{ extensions: { code: "FORBIDDEN" } }],
      });
    },
  );

  it("serve a mapped outside caller as the local user, without a session of their own", async () => {
    const { ask, login } = aSubgraph();
    const { principal } = await login("ada");
    const mapped = { ...principal, issuer: "https://idp.example", localUserId: userId("ada") };
    const result = await ask("{ session { id } sessions { id current } }", {}, mapped);
    expect(plain(result)).toEqual({
      data: { session: null, sessions: [{ id: principal.sessionId, current: false }] },
    });
  });

  it("show the caller's own sessions, asking the store once however often they are asked for", async () => {
    let asked = 0;
    const counting = (service: SessionService): SessionService => ({
      ...service,
      current: (principal) => {
        asked += 1;
        return service.current(principal);
      },
    });
    const { ask, login } = aSubgraph({}, counting);
    const { principal } = await login("ada");
    await login("bob");
    const result = await ask(
      "{ a: session { id authTime } b: session { id } c: session { current } sessions { id } }",
      {},
      principal,
    );
    expect(plain(result)).toMatchObject({
      data: { a: { id: principal.sessionId }, c: { current: true }, sessions: [{ id: principal.sessionId }] },
    });
    expect(asked).toBe(1);
  });

  it("step up with the password", async () => {
    const { ask, login, clock } = aSubgraph();
    const { principal } = await login("ada");
    clock.advanceSeconds(1000);
    const query = `mutation ($i: ReauthenticateInput!) { reauthenticate(input: $i) { accessToken session { authTime } } }`;
    const result = await ask(query, { i: { password: PASSWORD } }, principal);
    expect(plain(result)).toMatchObject({
      data: { reauthenticate: { session: { authTime: clock.nowMs() / 1000 } } },
    });
    for (const i of [{ password: "wrong" }, {}, { password: null }]) {
      expect((await ask(query, { i }, principal)).errors?.[0]?.extensions["code"]).toBe(
        "INVALID_CREDENTIALS",
      );
    }
  });

  it("log out, and call the revoking of an unknown session done", async () => {
    const { ask, login } = aSubgraph();
    const { principal } = await login("ada");
    const query = "mutation ($id: ID) { revokeSession(id: $id) { status revoked } }";
    expect(plain(await ask(query, { id: "AAAAAAAAAAAAAAAAAAAAAAA" }, principal))).toEqual({
      data: { revokeSession: { status: "DONE", revoked: 0 } },
    });
    expect(plain(await ask(query, {}, principal))).toEqual({
      data: { revokeSession: { status: "DONE", revoked: 1 } },
    });
    expect(plain(await ask("{ session { id } }", {}, principal))).toEqual({ data: { session: null } });
  });

  it("end everybody else's sessions only for an administrator", async () => {
    const { ask, login } = aSubgraph();
    const [ada, root] = [await login("ada"), await login("root")];
    const query = "mutation ($id: ID) { revokeAllSessions(userId: $id) { status revoked } }";
    expect((await ask(query, { id: "bob" }, ada.principal)).errors?.[0]?.extensions["code"]).toBe(
      "FORBIDDEN",
    );
    expect((await ask(query, { id: "ada" }, ada.principal)).errors?.[0]?.extensions["code"]).toBe(
      "FORBIDDEN",
    );
    expect(plain(await ask(query, { id: "ada" }, root.principal))).toEqual({
      data: { revokeAllSessions: { status: "DONE", revoked: 1 } },
    });
  });
});

describe("a secret", () => {
  it("is never shown by printing, inspecting or serialising it", () => {
    const secret = new Secret("hunter2");
    for (const shown of [
      String(secret),
      `${secret}`,
      JSON.stringify({ secret }),
      inspect({ secret }, { depth: 9, showHidden: true }),
    ]) {
      expect(shown).not.toContain("hunter2");
    }
    expect(secret.reveal()).toBe("hunter2");
  });

  it("does not leave through any other field than those made for it", () => {
    for (const value of ["hunter2", new Secret("hunter2"), { toString: () => "hunter2" }]) {
      expect(() => SecretScalar.serialize(value)).toThrow(/not an OutgoingSecret/);
    }
  });

  it("is refused inline, without being echoed", async () => {
    const { ask } = aSubgraph();
    const result = await ask(
      'mutation { login(input: { username: "ada", password: "hunter2" }) { __typename } }',
    );
    expect(result.data?.["login"]).toBeNull();
    expect(result.errors?.map((error) => error.extensions["code"])).toEqual(["BAD_USER_INPUT"]);
    expect(JSON.stringify(result)).not.toContain("hunter2");
  });

  it.each([
    ["a misspelt neighbour", { username: "ada", password: "hunter2", devise: "x" }],
    ["a missing neighbour", { password: "hunter2" }],
    ["a wrong type", { username: "ada", password: ["hunter2"] }],
  ])("is not echoed beside %s", async (_, input) => {
    const { ask } = aSubgraph();
    const result = await ask(LOGIN, { input });
    expect(result.errors?.[0]?.extensions["code"]).toBe("BAD_USER_INPUT");
    expect(JSON.stringify(result)).not.toContain("hunter2");
  });

  it("is refused like any other wrong one where it is too long, and not echoed", async () => {
    const { ask } = aSubgraph();
    const [long, wrong] = await Promise.all(
      ["hunter2".repeat(10_000), "hunter2"].map((password) =>
        ask(LOGIN, { input: { username: "ada", password } }),
      ),
    );
    expect(plain(long)).toEqual(plain(wrong));
    expect(long?.errors?.[0]?.extensions["code"]).toBe("INVALID_CREDENTIALS");
    expect(JSON.stringify(long)).not.toContain("hunter2");
  });

  it("is carried whole as far as the longest token, and not much further", () => {
    const carried = [1, MAX_TOKEN_LENGTH, MAX_TOKEN_LENGTH + 1, 1_000_000].map(
      (length) => SecretScalar.parseValue("x".repeat(length)).reveal().length,
    );
    expect(carried).toEqual([1, MAX_TOKEN_LENGTH, MAX_TOKEN_LENGTH + 1, MAX_TOKEN_LENGTH + 1]);
  });
});

describe("names under a prefix", () => {
  it("serve the same fields, unions included", async () => {
    const { ask } = aSubgraph({ prefix: "cardea" });
    const query = `mutation ($input: CardeaLoginInput!) {
      cardeaLogin(input: $input) { __typename ... on CardeaAuthPayload { accessToken session { id } } }
    }`;
    expect(plain(await ask(query, { input: { username: "ada", password: PASSWORD } }))).toMatchObject({
      data: { cardeaLogin: { __typename: "CardeaAuthPayload", accessToken: "access-0" } },
    });
  });
});

describe("a call without a request origin", () => {
  it("is a fault of ours", async () => {
    const { ask } = aSubgraph();
    await expect(
      ask("{ session { id } }", {}, ANONYMOUS, { origin: undefined as unknown as RequestOrigin }),
    ).rejects.toMatchObject({
      code: "INTERNAL_SERVER_ERROR",
    });
  });
});

describe("the sessions of a user", () => {
  const PAGE = "query ($first: Int, $after: ID) { sessions(first: $first, after: $after) { id } }";
  type Told = { data: { sessions: { id: string }[] | null }; errors?: unknown };

  it("are returned page by page, the oldest first", async () => {
    const { ask, login, clock } = aSubgraph();
    const ids: (string | undefined)[] = [];
    for (let count = 0; count < 5; count += 1) {
      ids.push((await login("ada")).principal.sessionId);
      clock.advanceSeconds(1);
    }
    const { principal } = await login("ada");
    ids.push(principal.sessionId);
    const page = async (variables: Record<string, unknown>) =>
      (plain(await ask(PAGE, variables, principal)) as Told).data.sessions?.map(({ id }) => id);
    expect(await page({})).toEqual(ids);
    expect(await page({ first: 4 })).toEqual(ids.slice(0, 4));
    expect(await page({ first: 4, after: ids[3] })).toEqual(ids.slice(4));
    expect(await page({ after: null })).toEqual(ids);
    expect(await page({ after: ids[5] })).toEqual([]);
    const both = `{ a: sessions(first: 1) { id } b: sessions(first: 1, after: "${ids[0]}") { id } }`;
    expect(plain(await ask(both, {}, principal))).toEqual({
      data: { a: [{ id: ids[0] }], b: [{ id: ids[1] }] },
    });
  });

  it.each([
    ["too many", { first: 101 }, "`first` must be from 1 to 100."],
    ["none", { first: 0 }, "`first` must be from 1 to 100."],
    ["fewer than none", { first: -1 }, "`first` must be from 1 to 100."],
    [
      "what follows no id",
      { after: "no id" },
      expect.stringContaining("`after` is not the id of one of your sessions"),
    ],
  ])("are not told where it is asked for %s", async (_what, variables, message) => {
    const { ask, login } = aSubgraph();
    const { principal } = await login("ada");
    expect(plain(await ask(PAGE, variables, principal))).toMatchObject({
      data: { sessions: null },
      errors: [{ message, path: ["sessions"], extensions: { code: "BAD_USER_INPUT" } }],
    });
  });

  it("are not returned after a session of another user", async () => {
    const { ask, login } = aSubgraph();
    const { principal } = await login("ada");
    const stranger = await login("bob");
    expect(plain(await ask(PAGE, { after: stranger.principal.sessionId }, principal))).toMatchObject({
      data: { sessions: null },
      errors: [{ extensions: { code: "BAD_USER_INPUT" } }],
    });
  });
});

describe("the history of a session", () => {
  const EVENTS = "{ sessions { id current events { reason firstAt lastAt count } } }";

  it("is returned to its owner, with times and counts", async () => {
    const { ask, login, service, clock } = aSubgraph();
    const { principal, refreshToken } = await login("ada");
    const created = clock.nowMs() / 1000;
    clock.advanceSeconds(10);
    await service.refresh({ refreshToken }, aRequestOrigin());
    await service.refresh({ refreshToken }, aRequestOrigin());
    clock.advanceSeconds(5);
    await service.refresh({ refreshToken }, aRequestOrigin());
    clock.advanceSeconds(5);
    await service.reauthenticate(principal, PASSWORD, aRequestOrigin());
    const { data } = (await ask(EVENTS, {}, principal)) as { data: { sessions: { events: unknown }[] } };
    const at = (reason: string, firstAt: number, lastAt = firstAt, count = 1) => ({
      reason,
      firstAt,
      lastAt,
      count,
    });
    expect(plain(data.sessions[0]?.events)).toEqual([
      at("CREATED", created),
      at("REFRESH_REPEATED", created + 10, created + 15, 2),
      at("STEPPED_UP", created + 20),
    ]);
  });

  it("counts plain refreshes without keeping each", async () => {
    const { ask, login, service, clock } = aSubgraph();
    const { principal, refreshToken } = await login("ada");
    const created = clock.nowMs() / 1000;
    let token = refreshToken;
    for (let i = 0; i < 40; i += 1) {
      clock.advanceSeconds(60);
      token = (await service.refresh({ refreshToken: token }, aRequestOrigin())).pair.refreshToken ?? "";
    }
    const { data } = (await ask(EVENTS, {}, principal)) as { data: { sessions: { events: unknown }[] } };
    expect(plain(data.sessions[0]?.events)).toEqual([
      { reason: "CREATED", firstAt: created, lastAt: created, count: 1 },
      { reason: "REFRESHED", firstAt: created, lastAt: created + 2400, count: 40 },
    ]);
  });

  it("is returned for a session that has ended, to its owner and nobody else", async () => {
    const { ask, login, service } = aSubgraph();
    const { principal } = await login("ada");
    const [next, stranger] = [await login("ada"), await login("bob")];
    await service.revoke(principal, undefined, aRequestOrigin());
    const query = "query ($id: ID!) { sessions { id } sessionEvents(id: $id) { reason } }";
    const told = async (who: Authenticated, id: string | undefined) =>
      (plain(await ask(query, { id }, who)) as { data: { sessionEvents: unknown } }).data.sessionEvents;
    expect(await told(next.principal, principal.sessionId)).toEqual([
      { reason: "CREATED" },
      { reason: "REVOKED" },
    ]);
    expect(await told(stranger.principal, principal.sessionId)).toEqual([]);
    // An outside caller owns no session here, even if its subject and `sid` look like ours.
    const outside = { ...principal, issuer: "https://login.outside.example" };
    expect(plain(await ask(query, { id: principal.sessionId }, outside))).toMatchObject({
      data: { sessionEvents: null },
      errors: expect.arrayContaining([expect.objectContaining({ path: ["sessionEvents"] })]),
    });
    for (const id of ["", "no id", "A".repeat(23), "x".repeat(10_000)])
      expect(await told(next.principal, id)).toEqual([]);
  });

  it("is nobody else's, even by id", async () => {
    const { login, service } = aSubgraph();
    const { principal } = await login("ada");
    const id = principal.sessionId;
    if (id === undefined) throw new Error("a login has a session");
    expect(await service.timeline(id, userId("ada"))).toHaveLength(1);
    expect(await service.timeline(id, userId("bob"))).toEqual([]);
  });

  it("comes with the list, without asking for each", async () => {
    const { ask, login, service } = aSubgraph({}, (whole) => ({
      ...whole,
      timeline: () => Promise.reject(new Error("asked for one")),
    }));
    const { refreshToken } = await login("ada");
    const { principal } = await login("ada");
    await service.refresh({ refreshToken }, aRequestOrigin());
    await service.refresh({ refreshToken }, aRequestOrigin());
    const result = plain(
      await ask("{ session { events { reason } } sessions { current events { reason } } }", {}, principal),
    );
    expect(result).toEqual({
      data: {
        session: { events: [{ reason: "CREATED" }] },
        sessions: expect.arrayContaining([
          { current: true, events: [{ reason: "CREATED" }] },
          {
            current: false,
            events: ["CREATED", "REFRESH_REPEATED", "REFRESHED"].map((reason) => ({ reason })),
          },
        ]),
      },
    });
  });

  it("is null while the store does not answer, and the session is still returned", async () => {
    const { ask, login } = aSubgraph({}, (service) => ({
      ...service,
      list: async (...args) => (await service.list(...args))?.map(({ timeline: _, ...untold }) => untold),
      timeline: () => Promise.reject(new FaultError("SERVICE_UNAVAILABLE", "no answer")),
    }));
    const { principal } = await login("ada");
    const result = plain(await ask(EVENTS, {}, principal)) as Record<string, unknown>;
    expect(result["data"]).toMatchObject({ sessions: [{ current: true, events: null }] });
    expect(result["errors"]).toMatchObject([{ extensions: { code: "SERVICE_UNAVAILABLE" } }]);
  });
});
