import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ADAS_PASSWORD } from "../support/auth-gateway.js";
import { aClientKey, anAssertion } from "../support/client-assertions.js";
import { eventually } from "../support/eventually.js";
import {
  basic,
  ISSUER,
  LOGIN,
  type OAuthGateway,
  type OAuthHarness,
  SECRETS,
  startOAuthHarness,
} from "../support/oauth-gateways.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";

let redis: RedisServer;
let harness: OAuthHarness;
let here: OAuthGateway;
let there: OAuthGateway;
beforeAll(async () => {
  redis = await startRedis();
  harness = await startOAuthHarness(redis);
  here = await harness.start({ limits: { clientAuthFailures: 1000, requestsPerAddress: 1000 } });
  there = await harness.start();
});
afterAll(async () => {
  redis.resume();
  await harness.stop();
  await redis.close();
});

const API = basic("api", SECRETS.api);
const REFRESH = "mutation ($input: RefreshTokenInput) { refreshToken(input: $input) { accessToken } }";
const SIGN_OUT = "mutation ($input: SignOutInput) { signOut(input: $input) { status revoked } }";
const STEP_UP = "mutation ($input: ReauthenticateInput!) { reauthenticate(input: $input) { accessToken } }";
const input = { username: "ada", password: ADAS_PASSWORD, clientId: "bff" };
const codeOf = (answer: Awaited<ReturnType<OAuthGateway["graphql"]>>): unknown =>
  answer.body.errors?.[0]?.extensions["code"];
const withAssertion = (assertion: string) => ({ "cardea-client-assertion": assertion });

describe("a client is who it says", () => {
  const now = (): number => Math.floor(Date.now() / 1000);

  it.each<[string, () => string]>([
    ["aud as a list", () => harness.assertion({ aud: [ISSUER] })],
    ["aud of another server", () => harness.assertion({ aud: "https://other.example" })],
    ["another client as iss", () => harness.assertion({ iss: "app" })],
    ["a life of an hour", () => harness.assertion({ exp: now() + 3600 })],
    ["a past expiry", () => harness.assertion({ iat: now() - 400, exp: now() - 200 })],
    ["no jti", () => harness.assertion({ jti: undefined })],
    ["the key of somebody else", () => anAssertion(aClientKey("bff-1"), "bff", ISSUER, now())],
    ["a client with a secret", () => harness.assertion({}, "api")],
    ["nonsense", () => "nonsense"],
  ])("an assertion with %s opens no door", async (_, assertion) => {
    const form = {
      token: "x",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion(),
    };
    expect(await here.post("introspect", form)).toMatchObject({
      status: 401,
      body: { error: "invalid_client" },
    });
    expect(codeOf(await here.graphql(LOGIN, { input }, withAssertion(assertion())))).toBe(
      "INVALID_CREDENTIALS",
    );
  });

  it("an assertion is used once, at whichever gateway", async () => {
    const assertion = harness.assertion();
    const form = {
      token: "x",
      client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
      client_assertion: assertion,
    };
    expect((await here.post("introspect", form)).status).toBe(200);
    expect((await there.post("introspect", form)).status).toBe(401);
    expect((await here.post("introspect", form)).status).toBe(401);
    expect(codeOf(await there.graphql(LOGIN, { input }, withAssertion(assertion)))).toBe(
      "INVALID_CREDENTIALS",
    );
  });

  it("at the GraphQL endpoint everything that gives or ends tokens waits for the client", async () => {
    expect(codeOf(await here.graphql(LOGIN, { input }))).toBe("INVALID_CREDENTIALS");
    const { accessToken, refreshToken } = await here.signIn("bff");
    const token = { input: { refreshToken } };
    const bearer = { authorization: `Bearer ${accessToken}` };
    for (const headers of [{}, withAssertion("nonsense")]) {
      const refreshed = await here.graphql(REFRESH, token, headers);
      expect(codeOf(refreshed)).toBe("INVALID_GRANT");
      expect(refreshed.body.errors?.[0]?.extensions).not.toHaveProperty("reason");
      const signedOut = await here.graphql(SIGN_OUT, token, headers);
      expect(signedOut.body.data?.["signOut"]).toEqual({ status: "DONE", revoked: 0 });
      const password = { input: { password: ADAS_PASSWORD } };
      const steppedUp = await here.graphql(STEP_UP, password, { ...bearer, ...headers });
      expect(codeOf(steppedUp)).toBe("INVALID_CREDENTIALS");
    }
    expect(await here.lives(accessToken)).toBe(true);
    const refreshed = await here.graphql(REFRESH, token, withAssertion(harness.assertion()));
    expect(refreshed.body.data?.["refreshToken"]).toMatchObject({ accessToken: expect.any(String) });
  });

  it("a client that has proven itself gets no tokens of another client", async () => {
    const assertion = () => withAssertion(harness.assertion());
    const asApp = { input: { ...input, clientId: "app" } };
    expect(codeOf(await here.graphql(LOGIN, asApp, assertion()))).toBe("INVALID_CREDENTIALS");
    const { refreshToken } = await here.signIn("app");
    expect(codeOf(await here.graphql(REFRESH, { input: { refreshToken } }, assertion()))).toBe(
      "INVALID_GRANT",
    );
    expect(codeOf(await here.graphql(REFRESH, { input: { refreshToken } }))).toBeUndefined();
  });

  it("the address of the end user is believed of a client that has proven itself, and of nobody else", async () => {
    const session = "{ session { ip } }";
    const address = { "cardea-client-address": "203.0.113.9" };
    const ipOf = async (clientId: string, headers: Record<string, string>) => {
      const { body } = await here.graphql(LOGIN, { input: { ...input, clientId } }, headers);
      const token = String(body.data?.["login"]?.["accessToken"]);
      return (await here.ask(session, {}, token)).body.data?.["session"]?.["ip"];
    };
    expect(await ipOf("bff", { ...address, ...withAssertion(harness.assertion()) })).toBe("203.0.113.9");
    expect(await ipOf("app", address)).toBe("127.0.0.1");
  });

  it("guessing is limited per client and address, and reported without what was guessed", async () => {
    const guess = () =>
      there.post("introspect", { token: "x" }, basic("api", "guess-guess-guess-guess-guess-42"));
    for (let n = 0; n < 20; n += 1) await guess();
    expect(await guess()).toMatchObject({ status: 429, body: { error: "temporarily_unavailable" } });
    expect((await there.post("introspect", { token: "x" }, basic("shop", SECRETS.shop))).status).toBe(403);
    expect(there.log()).not.toContain("guess-guess");
    expect(there.log()).toContain("client.refused");
  });

  it("no secret and no assertion is in any log", async () => {
    const assertion = harness.assertion();
    await here.graphql(LOGIN, { input }, withAssertion(assertion));
    await here.graphql(LOGIN, { input }, withAssertion(assertion));
    const log = here.log() + there.log();
    for (const secret of [...Object.values(SECRETS), assertion, assertion.split(".")[2] ?? ""])
      expect(log).not.toContain(secret);
  });
});

describe("introspection never says that a dead token lives", () => {
  const activeAt = async (gateway: OAuthGateway, token: string): Promise<unknown> =>
    (await gateway.post("introspect", { token }, API)).body["active"];

  it("not at the gateway that revoked it, at once, nor at any other, soon after", async () => {
    const gateways = [here, await harness.start()];
    const { accessToken } = await here.signIn("app");
    expect(await Promise.all(gateways.map((each) => activeAt(each, accessToken)))).toEqual([true, true]);
    await here.post("revoke", { token: accessToken, client_id: "app" });
    expect(await activeAt(here, accessToken)).toBe(false);
    await eventually(async () =>
      expect(await Promise.all(gateways.map((each) => activeAt(each, accessToken)))).toEqual([false, false]),
    );
  });

  it("answers 503 while the view of revocations is stale, and still knows what is dead anyway", async () => {
    const { accessToken } = await here.signIn("app");
    const { refreshToken } = await here.signIn("bff");
    redis.pause();
    try {
      await eventually(async () =>
        expect(await here.post("introspect", { token: accessToken }, API)).toMatchObject({
          status: 503,
          body: { error: "temporarily_unavailable" },
        }),
      );
      expect((await here.post("introspect", { token: refreshToken }, API)).status).toBe(503);
      expect((await here.post("introspect", { token: "nonsense" }, API)).text).toBe('{"active":false}');
    } finally {
      redis.resume();
    }
    await eventually(async () => expect(await activeAt(here, accessToken)).toBe(true));
  });
});
