import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ADAS_PASSWORD, type AuthGateway, startAuthGateway } from "../support/auth-gateway.js";
import { askFrom, type Sites, startSites } from "../support/browser-sites.js";

const LOGIN =
  "mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken refreshToken deviceToken } } }";
const REFRESH = "mutation { refreshToken { accessToken expiresIn } }";
const SESSION = "{ session { id } }";
const SIGN_OUT = "mutation { signOut { status revoked } }";
const INPUT = { input: { username: "ada", password: ADAS_PASSWORD } };

let sites: Sites;
let gateway: AuthGateway;
let context: BrowserContext;

beforeAll(async () => {
  sites = await startSites();
  gateway = await startAuthGateway({
    server: { port: 0, publicUrls: [sites.origin("api.example.test"), sites.origin("app.example.test")] },
    clients: {
      web: { delivery: "cookie", origins: [sites.origin("app.example.test")] },
      widget: {
        delivery: "cookie",
        origins: [sites.origin("widget.test")],
        cookie: { name: "widget", sameSite: "none", partitioned: true },
      },
      spa: { origins: [sites.origin("other.test")], dpop: "required" },
    },
  });
  sites.serve(gateway.gateway.url);
});
afterAll(async () => {
  await sites?.close();
  await gateway?.stop();
});
beforeEach(async () => {
  context = await sites.context();
  return () => context.close();
});

const cookiesOf = async (): Promise<readonly string[]> =>
  (await context.cookies()).map(({ name }) => name).sort();

describe("a front end on the gateway's own origin, or on a sibling host of its site", () => {
  it.each([
    ["behind one origin", "app.example.test"],
    ["on a sibling host, with credentials: include", "api.example.test"],
  ])("signs in, asks, refreshes and signs out, %s", async (_, host) => {
    const page = await sites.open(context, "app.example.test");
    const url = `${sites.origin(host)}/graphql`;
    const login = await askFrom(page, url, LOGIN, INPUT);
    expect(login.body.data?.["login"]).toEqual({ accessToken: null, refreshToken: null, deviceToken: null });
    expect(await cookiesOf()).toEqual(["__Host-cardea-at", "__Host-cardea-dt", "__Host-cardea-rt"]);
    for (const cookie of await context.cookies())
      expect(cookie).toMatchObject({
        domain: host,
        path: "/",
        httpOnly: true,
        secure: true,
        sameSite: "Lax",
      });
    expect(await page.evaluate("document.cookie")).toBe("");

    const { body } = await askFrom(page, url, SESSION);
    expect(body.data?.["session"]).toHaveProperty("id");
    await page.reload();
    expect((await askFrom(page, url, SESSION)).body).toEqual(body);
    const before = (await context.cookies()).find(({ name }) => name.endsWith("-rt"))?.value;
    expect((await askFrom(page, url, REFRESH)).body.data?.["refreshToken"]).toMatchObject({
      accessToken: null,
    });
    expect((await context.cookies()).find(({ name }) => name.endsWith("-rt"))?.value).not.toBe(before);
    expect((await askFrom(page, url, SESSION)).body).toEqual(body);

    expect((await askFrom(page, url, SIGN_OUT)).body.data?.["signOut"]).toEqual({
      status: "DONE",
      revoked: 1,
    });
    expect(await cookiesOf()).toEqual(["__Host-cardea-dt"]);
    expect((await askFrom(page, url, SESSION)).status).toBe(401);
  });

  it("is told that its token expired, never served as a stranger, and goes on after a refresh", async () => {
    const page = await sites.open(context, "app.example.test");
    const url = `${sites.origin("app.example.test")}/graphql`;
    await askFrom(page, url, LOGIN, INPUT);
    gateway.clock.advanceSeconds(301);
    const expired = await askFrom(page, url, "{ __typename session { id } }");
    expect(expired).toMatchObject({ status: 401 });
    expect(expired.body.errors?.[0]?.extensions).toMatchObject({ reason: "TOKEN_EXPIRED" });
    await context.clearCookies({ name: "__Host-cardea-at" });
    expect((await askFrom(page, url, "{ __typename }")).body.errors?.[0]?.extensions).toMatchObject({
      reason: "TOKEN_EXPIRED",
    });
    await askFrom(page, url, REFRESH);
    expect((await askFrom(page, url, SESSION)).body.data?.["session"]).toHaveProperty("id");
  });
});

describe("a front end on another site", () => {
  it("uses bearer tokens bound to a key that its scripts cannot read out (DPoP)", async () => {
    const page = await sites.open(context, "other.test");
    await page.addScriptTag({ type: "module", content: 'globalThis.dpop = await import("/dpop.js")' });
    await page.waitForFunction("globalThis.dpop");
    const result = await page.evaluate(
      async ([url, login, variables]) => {
        const { generateKeyPair, generateProof } = (globalThis as unknown as { dpop: typeof import("dpop") })
          .dpop;
        const keys = await generateKeyPair("ES256");
        let nonce: string | undefined;
        const ask = async (body: string, token?: string): Promise<{ status: number; body: unknown }> => {
          const proof = await generateProof(keys, url, "POST", nonce, token);
          const headers = {
            "content-type": "application/json",
            dpop: proof,
            ...(token === undefined ? {} : { authorization: `DPoP ${token}` }),
          };
          const response = await fetch(url, { method: "POST", headers, body });
          const given = response.headers.get("dpop-nonce");
          const isNew = given !== null && given !== nonce;
          nonce = given ?? nonce;
          return isNew && response.status === 401
            ? ask(body, token)
            : { status: response.status, body: await response.json() };
        };
        const signedIn = (await ask(JSON.stringify({ query: login, variables }))) as {
          body: { data: { login: { accessToken: string } } };
        };
        const { accessToken } = signedIn.body.data.login;
        const answer = await ask(JSON.stringify({ query: "{ session { id } }" }), accessToken);
        const stolen = await fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json", authorization: `Bearer ${accessToken}` },
          body: JSON.stringify({ query: "{ session { id } }" }),
        });
        return { answer, stolen: stolen.status };
      },
      [
        `${sites.origin("api.example.test")}/graphql`,
        LOGIN,
        { input: { ...INPUT.input, clientId: "spa" } },
      ] as const,
    );
    expect(result.answer).toMatchObject({
      status: 200,
      body: { data: { session: { id: expect.any(String) } } },
    });
    expect(result.stolen).toBe(401);
    expect(await context.cookies()).toEqual([]);
  });
});

describe("a front end that foreign pages embed", () => {
  it("signs in within the page that embeds it, and is nobody within another one", async () => {
    const url = `${sites.origin("api.example.test")}/graphql`;
    const embed = `<!doctype html><iframe src="${sites.origin("widget.test")}/"></iframe>`;
    sites.page("other.test", "/embeds", embed);
    sites.page("evil.test", "/embeds", embed);
    const widgetIn = async (host: string) => {
      const page = await sites.open(context, host, "/embeds");
      const [, frame] = page.frames();
      if (frame === undefined) throw new Error("no frame");
      await frame.waitForLoadState();
      return frame;
    };
    const here = await widgetIn("other.test");
    await askFrom(here, url, LOGIN, INPUT);
    expect((await askFrom(here, url, SESSION)).body.data?.["session"]).toHaveProperty("id");
    expect((await askFrom(here, url, REFRESH)).body.data?.["refreshToken"]).toMatchObject({
      accessToken: null,
    });
    const there = await widgetIn("evil.test");
    expect((await askFrom(there, url, SESSION)).status).toBe(401);
    expect((await askFrom(here, url, SESSION)).body.data?.["session"]).toHaveProperty("id");
  });
});
