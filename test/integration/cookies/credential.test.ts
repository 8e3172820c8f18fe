import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type CookieGateway,
  changesOf,
  LOGIN,
  OWN,
  REFRESH,
  refusalOf,
  SESSION,
  SHOP,
  SIGN_OUT,
  startCookieGateway,
  WEB,
} from "../../support/cookie-gateway.js";

const AT = "__Host-web-at";
const RT = "__Host-web-rt";
const DT = "__Host-web-dt";
let gateway: CookieGateway;
beforeAll(async () => {
  gateway = await startCookieGateway();
});
afterAll(() => gateway.stop());

const signedIn = async () => {
  const jar = gateway.jar();
  await jar.login();
  return jar;
};

/** The same cookies in another browser: what was lost or added is then known. */
const copyOf = (cookies: ReadonlyMap<string, string>, without: readonly string[] = []) => {
  const jar = gateway.jar();
  for (const [name, value] of cookies) if (!without.includes(name)) jar.cookies.set(name, value);
  return jar;
};

const NOTHING = { set: [], cleared: [] };
const EXPIRED = { status: 401, code: "UNAUTHENTICATED", reason: "TOKEN_EXPIRED" };
const INVALID = { status: 401, code: "UNAUTHENTICATED", reason: "TOKEN_INVALID" };

describe("a login from the origin of a cookie client", () => {
  it("sets three cookies with exactly these attributes, and no token is in the body", async () => {
    const jar = gateway.jar();
    const reply = await jar.login();
    expect(reply.status).toBe(200);
    const sessionSeconds = 604_800;
    expect(reply.setCookies).toEqual([
      expect.stringMatching(
        new RegExp(`^${AT}=\\S+; Path=/; Max-Age=${sessionSeconds}; HttpOnly; Secure; SameSite=Lax$`),
      ),
      expect.stringMatching(
        new RegExp(`^${RT}=crt_\\S+; Path=/; Max-Age=${sessionSeconds}; HttpOnly; Secure; SameSite=Lax$`),
      ),
      expect.stringMatching(
        new RegExp(`^${DT}=cdt_\\S+; Path=/; Max-Age=34560000; HttpOnly; Secure; SameSite=Lax$`),
      ),
    ]);
    expect(reply.body.data?.["login"]).toMatchObject({
      accessToken: null,
      refreshToken: null,
      deviceToken: null,
      expiresIn: 300,
    });
    for (const value of jar.cookies.values()) expect(reply.text).not.toContain(value);
    expect(reply.headers["cache-control"]).toBe("no-store");
  });

  it("gives opaque tokens, though bearer clients get signed ones", async () => {
    const jar = await signedIn();
    expect(jar.cookies.get(AT)).not.toMatch(/^ey/);
    expect((await gateway.login()).accessToken).toMatch(/^ey/);
  });

  it("is of the client of the origin: each has its own names and attributes", async () => {
    const jar = gateway.jar();
    const reply = await jar.login({}, { origin: SHOP });
    expect(changesOf(reply).set).toEqual(["__Host-shop-at", "__Host-shop-rt", "__Host-shop-dt"]);
    expect(reply.setCookies[0]).toContain("SameSite=Strict");
  });

  it.each([
    ["another cookie client", WEB, "shop"],
    ["a cookie client, from an unknown origin", "https://evil.example", "web"],
    ["a cookie client, without an origin", null, "web"],
  ])("as %s is refused, and sets nothing", async (_name, origin, clientId) => {
    const reply = await gateway.jar().login({ clientId }, { origin });
    expect(refusalOf(reply)).toEqual({ status: 200, code: "INVALID_CREDENTIALS" });
    expect(reply.setCookies).toEqual([]);
    expect(gateway.events.at(-1)).toMatchObject({ type: "client.refused", clientId });
  });

  it("as a named bearer client has its tokens in the body, and no cookie is touched", async () => {
    const jar = await signedIn();
    const reply = await jar.login({ clientId: "default" });
    expect(reply.setCookies).toEqual([]);
    expect(String(reply.body.data?.["login"]?.["refreshToken"])).toMatch(/^crt_/);
    expect((await jar.send({ query: SESSION })).status).toBe(200);
  });

  it("with a wrong password sets nothing", async () => {
    const reply = await gateway.jar().login({ password: "wrong" });
    expect(refusalOf(reply).code).toBe("INVALID_CREDENTIALS");
    expect(changesOf(reply)).toEqual(NOTHING);
  });

  it("ends the session whose cookies it replaces, and says so", async () => {
    const jar = await signedIn();
    const before = copyOf(jar.cookies);
    await jar.login();
    expect(gateway.events.filter(({ type }) => type === "session.replaced")).not.toHaveLength(0);
    expect(refusalOf(await before.send({ query: SESSION }))).toMatchObject({ reason: "TOKEN_REVOKED" });
    expect((await jar.send({ query: SESSION })).status).toBe(200);
  });
});

describe("the credential in cookies", () => {
  it("is the principal, for POST and for a GET of the gateway's own origin", async () => {
    const jar = await signedIn();
    const id = (await jar.send({ query: SESSION })).body.data?.["session"]?.["id"];
    expect(id).toEqual(expect.any(String));
    const own = await jar.send({
      query: SESSION,
      method: "GET",
      origin: null,
      headers: { "sec-fetch-site": "same-origin" },
    });
    expect(own.body.data?.["session"]?.["id"]).toBe(id);
    expect(own.headers).toMatchObject({
      "cache-control": "no-store",
      vary: "Origin, Cookie, Authorization",
    });
  });

  it.each([
    ["its cookie is absent", [AT]],
    ["its cookie and that of the device are absent", [AT, DT]],
  ])("is expired, never anonymous, when %s", async (_name, without) => {
    const jar = copyOf((await signedIn()).cookies, without);
    const reply = await jar.send({ query: "{ a }" });
    expect(refusalOf(reply)).toEqual(EXPIRED);
    expect(changesOf(reply)).toEqual(NOTHING);
  });

  it("is expired when its token is, whether the refresh token is there or not", async () => {
    const jar = await signedIn();
    const alone = copyOf(jar.cookies, [RT]);
    gateway.clock.advanceMs(301_000);
    expect(refusalOf(await jar.send({ query: "{ a }" }))).toEqual(EXPIRED);
    expect(refusalOf(await alone.send({ query: "{ a }" }))).toEqual(EXPIRED);
  });

  it("is anonymous without both cookies", async () => {
    const jar = copyOf((await signedIn()).cookies, [AT, RT]);
    const reply = await jar.send({ query: "{ __typename }" });
    expect(reply).toMatchObject({ status: 200, body: { data: { __typename: "Query" } } });
  });

  it.each(["nonsense", "crt_AAAA", "ey.ey.ey"])("is refused when it is malformed: %s", async (token) => {
    const jar = await signedIn();
    jar.cookies.set(AT, token);
    const reply = await jar.send({ query: "{ a }" });
    expect(refusalOf(reply)).toEqual(INVALID);
    expect(changesOf(reply)).toEqual(NOTHING);
  });

  it("is refused when its token was issued to a bearer client, or to another cookie client", async () => {
    const jar = await signedIn();
    jar.cookies.set(AT, (await gateway.login()).accessToken);
    expect(refusalOf(await jar.send({ query: "{ a }" }))).toEqual(INVALID);
    const shop = gateway.jar();
    await shop.login({}, { origin: SHOP });
    jar.cookies.set(AT, shop.cookies.get("__Host-shop-at") ?? "");
    expect(refusalOf(await jar.send({ query: "{ a }" }))).toEqual(INVALID);
  });

  it("is refused in Authorization, before and after it was used as a cookie", async () => {
    const jar = await signedIn();
    const token = jar.cookies.get(AT) ?? "";
    const bearer = async () => refusalOf(await gateway.ask("{ a }", {}, token));
    expect(await bearer()).toEqual(INVALID);
    expect((await jar.send({ query: SESSION })).status).toBe(200);
    expect(await bearer()).toEqual(INVALID);
  });

  it("gives way to Authorization: the cookies are not looked at", async () => {
    const jar = await signedIn();
    const { accessToken } = await gateway.login();
    const own = (await gateway.ask(SESSION, {}, accessToken)).body.data?.["session"]?.["id"];
    const headers = { authorization: `Bearer ${accessToken}` };
    const both = await jar.send({ query: SESSION, headers });
    expect(both.body.data?.["session"]?.["id"]).toBe(own);
    const bad = await jar.send({ query: SESSION, headers: { authorization: "Bearer nonsense" } });
    expect(refusalOf(bad)).toEqual(INVALID);
    // Nor is their origin judged: no cookie is used.
    const foreign = await jar.send({ query: SESSION, origin: "https://evil.example", headers });
    expect(foreign.body.data?.["session"]?.["id"]).toBe(own);
  });

  it("twice is refused, and both variants of the cookies are cleared", async () => {
    const jar = await signedIn();
    const twice = copyOf(jar.cookies);
    twice.cookies.set("x", `1; ${AT}=other`);
    const reply = await twice.send({ query: "{ a }" });
    expect(refusalOf(reply)).toEqual(INVALID);
    for (const name of [AT, RT])
      expect(reply.setCookies.filter((each) => each.startsWith(`${name}=;`))).toEqual([
        `${name}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax; Partitioned`,
        `${name}=; Path=/; Max-Age=0; HttpOnly; Secure; SameSite=Lax`,
      ]);
  });

  it.each([REFRESH, SIGN_OUT])("twice is refused for %s too", async (query) => {
    const jar = await signedIn();
    const twice = copyOf(jar.cookies);
    twice.cookies.set("x", `1; ${RT}=other`);
    const reply = await twice.send({ query });
    expect(refusalOf(reply)).toEqual(INVALID);
    expect(changesOf(reply).set).toEqual([]);
    expect((await jar.send({ query: SESSION })).status).toBe(200);
  });

  it("twice does not keep anybody from signing in: the new cookies replace both", async () => {
    const jar = await signedIn();
    const twice = copyOf(jar.cookies);
    twice.cookies.set("x", `1; ${RT}=other`);
    const reply = await twice.login();
    expect(reply.setCookies.filter((each) => each.includes("Max-Age=0"))).toHaveLength(3);
    expect(
      reply.setCookies
        .filter((each) => each.includes("Max-Age=0"))
        .every((each) => each.endsWith("; Partitioned")),
    ).toBe(true);
    expect(changesOf(reply).set).toEqual([AT, RT, DT]);
  });

  it("of the name of another cookie, or with another case, is not ours", async () => {
    const jar = await signedIn();
    const token = jar.cookies.get(AT) ?? "";
    const other = gateway.jar();
    other.cookies.set(`x${AT}`, token);
    other.cookies.set(AT.toLowerCase(), token);
    other.cookies.set("web-at", token);
    const reply = await other.send({ query: SESSION });
    expect(reply.body.errors?.[0]?.extensions["reason"]).toBeUndefined();
    expect(reply.body.data?.["session"] ?? null).toBeNull();
  });
});

describe("the origin of a request with cookies", () => {
  const origins: readonly (readonly [string, Parameters<ReturnType<CookieGateway["jar"]>["send"]>[0]])[] = [
    ["an unknown origin", { origin: "https://evil.example" }],
    ["a sibling host", { origin: "https://other.example.com" }],
    ["the listed host with http", { origin: "http://app.example.com" }],
    ["the listed host with a port", { origin: "https://app.example.com:8443" }],
    ["a longer host", { origin: "https://app.example.com.evil.example" }],
    ["null", { origin: "null" }],
    ["two origins", { origin: `${WEB}, https://evil.example` }],
    ["no origin, POST", { origin: null }],
    ["no origin, POST, same-origin", { origin: null, headers: { "sec-fetch-site": "same-origin" } }],
    ["no origin, GET", { origin: null, method: "GET" }],
    [
      "no origin, GET, same-site",
      { origin: null, method: "GET", headers: { "sec-fetch-site": "same-site" } },
    ],
    [
      "no origin, GET, cross-site",
      { origin: null, method: "GET", headers: { "sec-fetch-site": "cross-site" } },
    ],
    ["no origin, GET, none", { origin: null, method: "GET", headers: { "sec-fetch-site": "none" } }],
    [
      "another origin, GET, same-origin",
      { origin: "https://evil.example", method: "GET", headers: { "sec-fetch-site": "same-origin" } },
    ],
  ];

  it.each(origins)("is refused before execution: %s", async (_name, sending) => {
    const jar = await signedIn();
    const reply = await jar.send({ query: SESSION, ...sending });
    expect(refusalOf(reply)).toEqual({ status: 403, code: "ORIGIN_REFUSED" });
    expect(reply.setCookies).toEqual([]);
    expect(reply.body.data).toBeUndefined();
    expect(reply.headers["access-control-allow-credentials"]).toBeUndefined();
    expect(reply.headers).toMatchObject({
      "cache-control": "no-store",
      vary: "Origin, Cookie, Authorization",
    });
    expect(gateway.events.at(-1)).toMatchObject({ type: "origin.refused" });
    expect((await jar.send({ query: SESSION })).status).toBe(200);
  });

  it("is refused with only the cookie of a device, and for a login", async () => {
    const jar = await signedIn();
    const device = copyOf(jar.cookies, [AT, RT]);
    expect(refusalOf(await device.login({}, { origin: "https://evil.example" }))).toMatchObject({
      status: 403,
    });
  });

  it("is refused whatever the body is: it is not read", async () => {
    const jar = await signedIn();
    const reply = await jar.send({ body: "x".repeat(2_000_000), origin: "https://evil.example" });
    expect(reply.status).toBe(403);
  });

  it("decides whose cookies count: those of another client are not looked at", async () => {
    const jar = await signedIn();
    expect((await jar.send({ query: "{ __typename }", origin: SHOP })).status).toBe(200);
    const reply = await jar.send({ query: SESSION, origin: SHOP });
    expect(reply.body.data?.["session"] ?? null).toBeNull();
  });

  it("does not matter without cookies of ours", async () => {
    const reply = await gateway.jar().send({ query: "{ __typename }", origin: "https://evil.example" });
    expect(reply.status).toBe(200);
    expect(reply.headers["access-control-allow-origin"]).toBeUndefined();
  });
});

describe("CORS", () => {
  const preflight = (origin: string) =>
    gateway.jar().send({ method: "OPTIONS", origin, headers: { "access-control-request-method": "POST" } });

  it.each([WEB, SHOP, OWN])("allows credentials for %s, never beside *", async (origin) => {
    for (const reply of [await preflight(origin), await gateway.jar().send({ query: "{ a }", origin })])
      expect(reply.headers).toMatchObject({
        "access-control-allow-origin": origin,
        "access-control-allow-credentials": "true",
      });
  });

  it("allows nothing for any other origin, and no cookies at the OAuth endpoints", async () => {
    expect((await preflight("https://evil.example")).headers["access-control-allow-origin"]).toBeUndefined();
    const token = await fetch(`${gateway.origin}/oauth/token`, {
      method: "OPTIONS",
      headers: { origin: WEB },
    });
    expect(token.headers.get("access-control-allow-credentials")).toBeNull();
    const keys = await fetch(`${gateway.origin}/.well-known/jwks.json`, { headers: { origin: WEB } });
    expect(keys.headers.get("access-control-allow-origin")).toBe("*");
    expect(keys.headers.get("access-control-allow-credentials")).toBeNull();
  });
});

describe("refresh and sign-out", () => {
  it("read the refresh token from its cookie and rotate it", async () => {
    const jar = await signedIn();
    const before = jar.cookies.get(RT);
    const reply = await jar.send({ query: REFRESH });
    expect(changesOf(reply)).toEqual({ set: [AT, RT], cleared: [] });
    expect(jar.cookies.get(RT)).not.toBe(before);
    expect(reply.body.data?.["refreshToken"]).toMatchObject({ accessToken: null, refreshToken: null });
  });

  it("answers a lost answer with the same successor", async () => {
    const jar = await signedIn();
    const lost = copyOf(jar.cookies);
    await jar.send({ query: REFRESH });
    await lost.send({ query: REFRESH });
    expect(lost.cookies.get(RT)).toBe(jar.cookies.get(RT));
  });

  it("answers it hours later too, while nobody has used the successor", async () => {
    const jar = await signedIn();
    const lost = copyOf(jar.cookies);
    await jar.send({ query: REFRESH });
    gateway.clock.advanceMs(2 * 3_600_000);
    const late = await lost.send({ query: REFRESH });
    expect(changesOf(late)).toEqual({ set: [AT, RT], cleared: [] });
    expect(lost.cookies.get(RT)).toBe(jar.cookies.get(RT));
    expect(gateway.events.some(({ type }) => type === "session.late")).toBe(true);
    expect((await lost.send({ query: SESSION })).status).toBe(200);
  });

  it("takes it for theft once the successor was used: the session ends, and its cookies are cleared", async () => {
    const jar = await signedIn();
    const thief = copyOf(jar.cookies);
    await jar.send({ query: REFRESH });
    await jar.send({ query: REFRESH });
    gateway.clock.advanceMs(31_000);
    const reply = await thief.send({ query: REFRESH });
    expect(refusalOf(reply)).toEqual({ status: 200, code: "INVALID_GRANT", reason: "SESSION_REUSED" });
    expect(changesOf(reply)).toEqual({ set: [], cleared: [AT, RT] });
    expect(refusalOf(await jar.send({ query: REFRESH }))).toMatchObject({ reason: "SESSION_REUSED" });
  });

  it("does not count a token as used that was refused in Authorization", async () => {
    const jar = await signedIn();
    const lost = copyOf(jar.cookies);
    await jar.send({ query: REFRESH });
    const stranger = copyOf(new Map());
    const authorization = `Bearer ${jar.cookies.get(AT) ?? ""}`;
    const refused = await stranger.send({ query: SESSION, headers: { authorization } });
    expect(refused.status).toBe(401);
    await new Promise((resolve) => setTimeout(resolve, 200)); // uses are written 50 ms later
    gateway.clock.advanceMs(31_000);
    expect(changesOf(await lost.send({ query: REFRESH }))).toEqual({ set: [AT, RT], cleared: [] });
  });

  it("clear both cookies when the session is over, with its reason", async () => {
    const jar = await signedIn();
    const other = copyOf(jar.cookies);
    await jar.send({ query: SIGN_OUT });
    const reply = await other.send({ query: REFRESH });
    expect(refusalOf(reply)).toEqual({ status: 200, code: "INVALID_GRANT", reason: "SESSION_REVOKED" });
    expect(changesOf(reply)).toEqual({ set: [], cleared: [AT, RT] });
  });

  it.each([
    ["nothing is presented", undefined],
    ["it does not parse", "nonsense"],
    ["its MAC is wrong", `crt_${"A".repeat(116)}`],
  ])("set nothing when %s", async (_name, token) => {
    const jar = await signedIn();
    if (token === undefined) jar.cookies.delete(RT);
    else jar.cookies.set(RT, token);
    const reply = await jar.send({ query: REFRESH });
    expect(refusalOf(reply)).toEqual({ status: 200, code: "INVALID_GRANT" });
    expect(changesOf(reply)).toEqual(NOTHING);
  });

  it("refuse the refresh token of another client in the cookie, and change nothing", async () => {
    const shop = gateway.jar();
    await shop.login({}, { origin: SHOP });
    const jar = gateway.jar();
    jar.cookies.set(RT, shop.cookies.get("__Host-shop-rt") ?? "");
    const before = gateway.events.length;
    const reply = await jar.send({ query: REFRESH });
    expect(gateway.events.slice(before).map(({ type }) => type)).toEqual(["session.refused"]);
    expect(refusalOf(reply)).toEqual({ status: 200, code: "INVALID_GRANT" });
    expect(changesOf(reply)).toEqual(NOTHING);
    expect((await shop.send({ query: REFRESH, origin: SHOP })).body.errors).toBeUndefined();
  });

  it("refuse the token of a cookie session in the body and at /oauth/token, untouched", async () => {
    const jar = await signedIn();
    const token = jar.cookies.get(RT) ?? "";
    const input = { refreshToken: token };
    const query = "mutation ($input: RefreshTokenInput) { refreshToken(input: $input) { accessToken } }";
    expect(refusalOf(await gateway.jar().send({ query, variables: { input } }))).toEqual({
      status: 200,
      code: "INVALID_GRANT",
    });
    const oauth = await fetch(`${gateway.origin}/oauth/token`, {
      method: "POST",
      body: new URLSearchParams({ grant_type: "refresh_token", refresh_token: token, client_id: "web" }),
    });
    expect(oauth.status).toBe(400);
    expect(await oauth.json()).toMatchObject({ error: "invalid_grant" });
    expect((await jar.send({ query: REFRESH })).body.errors).toBeUndefined();
  });

  it("end the session and clear the cookies, also with an expired access token", async () => {
    const jar = await signedIn();
    const other = copyOf(jar.cookies);
    gateway.clock.advanceMs(301_000);
    const reply = await jar.send({ query: SIGN_OUT });
    expect(reply.body.data?.["signOut"]).toMatchObject({ status: "DONE", revoked: 1 });
    expect(changesOf(reply)).toEqual({ set: [], cleared: [AT, RT] });
    expect(refusalOf(await other.send({ query: REFRESH }))).toMatchObject({ reason: "SESSION_REVOKED" });
  });
});

describe("remember: false", () => {
  it("leaves Max-Age off, at the login and at every refresh, and shortens the session", async () => {
    const jar = gateway.jar();
    const login = await jar.login({ remember: false });
    const refresh = await jar.send({ query: REFRESH });
    for (const each of [...login.setCookies, ...refresh.setCookies]) expect(each).not.toContain("Max-Age");
    expect(jar.cookies.get(RT)).toMatch(/~$/);
    expect((await jar.send({ query: SESSION })).status).toBe(200);
    gateway.clock.advanceMs(43_201_000);
    expect(refusalOf(await jar.send({ query: REFRESH }))).toMatchObject({ reason: "SESSION_EXPIRED" });
  });
});

describe("more than one field that issues tokens", () => {
  const input = { username: "ada", password: "wrong" };

  it.each([
    [
      "aliases",
      {
        query: `mutation ($input: LoginInput!) { a: login(input: $input) { __typename } b: login(input: $input) { __typename } }`,
        variables: { input },
      },
    ],
    [
      "a login and a refresh",
      {
        query: `mutation ($input: LoginInput!) { login(input: $input) { __typename } refreshToken { __typename } }`,
        variables: { input },
      },
    ],
    [
      "a fragment",
      {
        query: `mutation ($input: LoginInput!) { ...f b: login(input: $input) { __typename } } fragment f on Mutation { a: login(input: $input) { __typename } }`,
        variables: { input },
      },
    ],
  ])("is refused before any work: %s", async (_name, sending) => {
    const before = gateway.events.length;
    const reply = await gateway.jar().send(sending);
    expect(refusalOf(reply)).toEqual({ status: 400, code: "BAD_REQUEST" });
    expect(reply.setCookies).toEqual([]);
    expect(gateway.events.slice(before).filter(({ type }) => type.startsWith("login."))).toEqual([]);
  });

  it("is refused for the second member of a batch", async () => {
    const jar = await signedIn();
    const before = gateway.events.length;
    const reply = await jar.send({
      body: [{ query: REFRESH }, { query: REFRESH }, { query: "{ __typename }" }],
    });
    expect(reply.status).toBe(200);
    expect(changesOf(reply)).toEqual({ set: [AT, RT], cleared: [] });
    expect(reply.text).toContain("BAD_REQUEST");
    expect(gateway.events.slice(before).filter(({ type }) => type === "session.refreshed")).toHaveLength(1);
  });

  it.each([
    ["in one operation", { query: "mutation { refreshToken(input: {}) { __typename } signOut { status } }" }],
    ["in a batch", { body: [{ query: REFRESH }, { query: SIGN_OUT }] }],
  ])("is refused for one that ends the session beside one that issues tokens, %s", async (_name, sending) => {
    const jar = await signedIn();
    const reply = await jar.send(sending);
    expect(reply.text).toContain("BAD_REQUEST");
    expect(changesOf(reply).cleared).toEqual([]);
    // Whatever ran, the browser still holds the session that the gateway knows.
    expect((await jar.send({ query: SESSION })).status).toBe(200);
  });

  it("is allowed where the tokens are in the body", async () => {
    const reply = await gateway.jar().send({
      query:
        "mutation ($input: LoginInput!) { a: login(input: $input) { __typename } b: login(input: $input) { __typename } }",
      variables: { input },
      origin: null,
    });
    expect(reply.status).toBe(200);
    expect(reply.body.errors).toHaveLength(2);
  });
});

describe("secrets", () => {
  it("are in no log line and no event", async () => {
    const jar = await signedIn();
    await jar.send({ query: REFRESH });
    await jar.send({ query: SESSION, origin: "https://evil.example" });
    for (const value of jar.cookies.values()) {
      expect(gateway.log()).not.toContain(value);
      expect(JSON.stringify(gateway.events)).not.toContain(value);
    }
    expect(LOGIN).not.toBe("");
  });
});
