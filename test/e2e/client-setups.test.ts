import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createSession, type Session, type SessionOptions } from "cardea/client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { generateKey } from "../../src/tokens/generate-key.js";
import { formatKeyFile } from "../../src/tokens/key-file.js";
import {
  ADAS_PASSWORD,
  type AuthGateway,
  gatewayDirectory,
  startAuthGateway,
} from "../support/auth-gateway.js";
import { CLIENT_SETUPS } from "../support/client-setups.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { A_PEPPER } from "../support/secrets.js";
import { type FrontMode, startUnreliableFront, type UnreliableFront } from "../support/unreliable-front.js";

/** One field that needs a sign-in, one that needs a recent one, and one for everybody. */
const SDL = `
  extend schema
    @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@composeDirective"])
    @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])
    @composeDirective(name: "@auth")
  directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | FIELD_DEFINITION
  type Query { wallet: Int @auth(maxAge: 60) }
`;
const TOKEN_LIVES_SECONDS = 300;
const query = (name: string): string => `query ${name} { session { current } }`;
const CURRENT = { session: { current: true } };

let redis: RedisServer;
let directory: string;
let harness: AuthGateway;
let front: UnreliableFront;
let signedOut: (string | undefined)[];
let clientNowMs: number;

const start = (): Promise<AuthGateway> =>
  startAuthGateway(
    {
      store: { kind: "redis", url: redis.url },
      identity: { keys: [join(directory, "identity.json")] },
      tokens: { keys: [join(directory, "keys.json")], refreshPeppers: [{ id: 1, secret: A_PEPPER }] },
    },
    directory,
    { url: "http://127.0.0.1:9", sdl: SDL },
  );

beforeAll(async () => {
  redis = await startRedis();
  directory = gatewayDirectory();
  for (const name of ["keys.json", "identity.json"])
    writeFileSync(join(directory, name), formatKeyFile([await generateKey()]));
  harness = await start();
});
afterAll(async () => {
  await harness.stop();
  await redis.close();
});
beforeEach(async () => {
  front = await startUnreliableFront(harness.gateway.url);
  signedOut = [];
  clientNowMs = 1_000_000_000_000;
});
afterEach(() => front.stop());

const aSession = async (options: Partial<SessionOptions> = {}): Promise<Session> => {
  const session = createSession({
    url: front.url,
    onSignedOut: (reason) => signedOut.push(reason),
    now: () => clientNowMs,
    ...options,
  });
  await session.login({ username: "ada", password: ADAS_PASSWORD });
  return session;
};
const refreshes = (): number => front.bodies.filter((body) => body.includes("mutation RefreshToken")).length;

describe.each(Object.entries(CLIENT_SETUPS))("%s", (_name, through) => {
  it("sends three operations with an ended token: one refresh, three answers", async () => {
    const session = await aSession();
    const ask = through(session, front.url);
    expect(await ask(query("Before"))).toMatchObject(CURRENT);
    harness.clock.advanceSeconds(TOKEN_LIVES_SECONDS + 1);
    const answers = await Promise.all([ask(query("One")), ask(query("Two")), ask(query("Three"))]);
    expect(answers).toMatchObject([CURRENT, CURRENT, CURRENT]);
    expect(refreshes()).toBe(1);
  });

  it("does not refresh for a step-up that nobody is asked about", async () => {
    const session = await aSession();
    harness.clock.advanceSeconds(90);
    await through(session, front.url)("query Wallet { wallet session { current } }").catch(() => undefined);
    expect(front.bodies.filter((body) => body.includes("query Wallet"))).toHaveLength(1);
    expect(refreshes()).toBe(0);
    expect(signedOut).toEqual([]);
  });

  it("is signed out once when the session is revoked", async () => {
    const session = await aSession();
    const ask = through(session, front.url);
    await ask(query("Before"));
    const other = await aSession();
    const own = (await session.sessions()).find(({ current }) => current)?.id ?? "";
    await other.revokeSession(own);
    const outcomes = await Promise.all(
      [query("One"), query("Two")].map((each) => ask(each).catch(() => "refused")),
    );
    expect(outcomes).not.toContainEqual(expect.objectContaining(CURRENT));
    expect(signedOut).toEqual(["SESSION_REVOKED"]);
    expect(session.getState()).toMatchObject({ kind: "ended", reason: "SESSION_REVOKED" });
  });

  it.each<FrontMode>(["offline", "busy", "down", "captive portal"])(
    "stays signed in while the gateway is %s, and goes on after it",
    async (mode) => {
      const session = await aSession();
      const ask = through(session, front.url);
      await ask(query("Before"));
      harness.clock.advanceSeconds(TOKEN_LIVES_SECONDS + 1);
      clientNowMs += (TOKEN_LIVES_SECONDS + 1) * 1000;
      front.mode = mode;
      await ask(query("During")).catch(() => undefined);
      expect(session.getState().kind).toBe("signedIn");
      front.mode = "pass";
      clientNowMs += 2000;
      expect(await ask(query("After"))).toMatchObject(CURRENT);
      expect(session.getState()).toEqual({ kind: "signedIn", gateway: "reachable" });
      expect(signedOut).toEqual([]);
    },
  );

  it("shares one prompt for a step-up, where the client repeats operations", async () => {
    let prompts = 0;
    const session: Session = await aSession({
      onStepUp: async () => {
        prompts += 1;
        await session.reauthenticate(ADAS_PASSWORD);
        return true;
      },
    });
    harness.clock.advanceSeconds(90);
    const outcomes = await Promise.all(
      ["One", "Two", "Three"].map((name) =>
        through(session, front.url)(`query ${name} { wallet }`).catch(() => undefined),
      ),
    );
    expect(outcomes).toHaveLength(3);
    expect(prompts).toBeLessThanOrEqual(1);
    expect(signedOut).toEqual([]);
  });
});

describe("a restart of the gateway", () => {
  it("signs nobody out, whatever the client", async () => {
    const waiting = await Promise.all(
      Object.values(CLIENT_SETUPS).map(async (through) => {
        const session = await aSession();
        const ask = through(session, front.url);
        await ask(query("Before"));
        return ask;
      }),
    );
    const { clock } = harness;
    await harness.stop();
    await Promise.all(waiting.map((ask) => ask(query("During")).catch(() => undefined)));
    harness = await start();
    front.target = harness.gateway.url;
    harness.clock.setMs(clock.nowMs());
    harness.clock.advanceSeconds(TOKEN_LIVES_SECONDS + 1);
    clientNowMs += 61_000;
    for (const ask of waiting) expect(await ask(query("After"))).toMatchObject(CURRENT);
    expect(signedOut).toEqual([]);
  });
});
