import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { runCommandLine } from "../../src/cli/program.js";
import type { ConfigInput } from "../../src/config/schema.js";
import { generateKey } from "../../src/tokens/generate-key.js";
import { formatKeyFile } from "../../src/tokens/key-file.js";
import { type AuthGateway, gatewayDirectory, startAuthGateway } from "../support/auth-gateway.js";
import { createOutsideIssuer } from "../support/outside-issuer.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { A_PEPPER } from "../support/secrets.js";

let redis: RedisServer;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis.close());

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
  await redis.inspect.flushall();
});

/** Two gateways that share a store and a users file, and a provider whose subjects are local users. */
async function aHarness() {
  const directory = gatewayDirectory();
  const provider = await createOutsideIssuer(directory);
  const path = (name: string): string => join(directory, name);
  for (const name of ["tokens.json", "identity.json"])
    writeFileSync(path(name), formatKeyFile([await generateKey()]));
  const settings: ConfigInput = {
    store: { kind: "redis", url: redis.url },
    issuers: [
      {
        issuer: provider.issuer,
        audience: provider.audience,
        jwks: provider.jwksPath,
        subject: { claim: "sub" },
      },
    ],
    tokens: {
      issuer: "https://gateway.example",
      keys: [path("tokens.json")],
      refreshPeppers: [{ id: 1, secret: A_PEPPER }],
    },
    identity: { keys: [path("identity.json")] },
    users: { path: path("users.yaml") },
  };
  const configPath = path("cardea.config.json");
  writeFileSync(configPath, JSON.stringify({ supergraph: "supergraph.graphql", ...settings }));
  const start = async (folder?: string): Promise<AuthGateway> => {
    const harness = await startAuthGateway(settings, folder);
    closers.push(() => harness.stop());
    return harness;
  };
  const first = await start(directory);
  const gateways = [first, await start()];
  const cardea = async (...args: string[]): Promise<number> =>
    runCommandLine(args, { out: () => undefined, err: () => undefined }, {});
  const { accessToken } = await first.login();
  const { sub } = JSON.parse(Buffer.from(accessToken.split(".")[1] ?? "", "base64url").toString("utf8"));
  const token = (ageSeconds = 10, claims: Readonly<Record<string, unknown>> = { sub }) =>
    provider.mint(
      { anonymous: false, scopes: [], fresh: true },
      Math.floor(Date.now() / 1000) - ageSeconds,
      claims,
    );
  const reasons = (credential: string | undefined) =>
    Promise.all(
      gateways.map(async ({ ask, clock }) => {
        clock.advanceSeconds(Math.max(0, Date.now() - clock.nowMs()) / 1000);
        const { status, body } = await ask("{ __typename }", {}, credential);
        return status === 200 ? "let in" : body.errors?.[0]?.extensions["reason"];
      }),
    );
  return { first, cardea, token, reasons, accessToken, configPath, users: path("users.yaml") };
}

const soon = { timeout: 5_000, interval: 50 };
const REFUSED = ["TOKEN_REVOKED", "TOKEN_REVOKED"];
const LET_IN = ["let in", "let in"];

describe("a local user who is somebody at an outside provider too", { timeout: 60_000 }, () => {
  it("is refused with every token once locked, and accepted again once unlocked, wherever the lock is stored", async () => {
    const { cardea, token, reasons, configPath, users, first } = await aHarness();
    const before = await token();
    expect(await reasons(before)).toEqual(LET_IN);
    expect(await cardea("users", "lock", "ada", "--config", configPath)).toBe(0);
    await expect.poll(() => reasons(before), soon).toEqual(REFUSED);
    // One that was issued since: who is locked is locked.
    await expect.poll(async () => reasons(await token(-5)), soon).toEqual(REFUSED);

    // The store holds the lock too, and only the file is named.
    expect(await cardea("users", "unlock", "ada", "--file", users)).toBe(0);
    expect(readFileSync(users, "utf8")).not.toContain("lockedIn");
    await expect.poll(async () => reasons(await token(-5)), soon).toEqual(LET_IN);
    await expect.poll(async () => (await first.login()).refreshToken, soon).toMatch(/^crt_/);
    expect(await reasons(before)).toEqual(REFUSED);
  });

  it("stays locked while the store that holds the lock cannot be reached", async () => {
    const { cardea, configPath, users } = await aHarness();
    expect(await cardea("users", "lock", "ada", "--config", configPath)).toBe(0);
    writeFileSync(configPath, "{}");
    expect(await cardea("users", "unlock", "ada", "--file", users)).toBe(1);
    expect(readFileSync(users, "utf8")).toMatch(/status: locked/);
  });

  it("who signs out everywhere, or is signed out, is out with those tokens on every gateway", async () => {
    const { cardea, token, reasons, configPath, first, accessToken } = await aHarness();
    const before = await token();
    expect(await reasons(before)).toEqual(LET_IN);
    await first.ask("mutation { revokeAllSessions { status } }", {}, accessToken);
    await expect.poll(() => reasons(before), soon).toEqual(REFUSED);

    const later = await token(-5);
    expect(await reasons(later)).toEqual(LET_IN);
    // The clock of the provider is ahead: what it issued "later" is not what was meant.
    await new Promise((resolve) => setTimeout(resolve, 6_500));
    expect(await cardea("users", "sign-out", "ada", "--config", configPath)).toBe(0);
    await expect.poll(() => reasons(later), soon).toEqual(REFUSED);
  });

  it("is nobody where the directory does not know them", async () => {
    const { token, reasons } = await aHarness();
    expect(await reasons(await token(10, { sub: "somebody-else" }))).toEqual(REFUSED);
  });
});
