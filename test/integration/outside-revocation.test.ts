import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { runCommandLine } from "../../src/cli/program.js";
import type { ConfigInput } from "../../src/config/schema.js";
import { generateKey } from "../../src/tokens/generate-key.js";
import { formatKeyFile } from "../../src/tokens/key-file.js";
import { gatewayDirectory, startAuthGateway } from "../support/auth-gateway.js";
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

/** Two gateways that share a store and an outside provider, and an operator with their configuration. */
async function aHarness() {
  const directory = gatewayDirectory();
  const provider = await createOutsideIssuer(directory);
  const file = async (name: string): Promise<string> => {
    writeFileSync(join(directory, name), formatKeyFile([await generateKey()]));
    return join(directory, name);
  };
  const settings: ConfigInput = {
    store: { kind: "redis", url: redis.url },
    issuers: [{ issuer: provider.issuer, audience: provider.audience, jwks: provider.jwksPath }],
    tokens: {
      keys: [await file("tokens.json")],
      refreshPeppers: [{ id: 1, secret: A_PEPPER }],
    },
    identity: { keys: [await file("identity.json")] },
  };
  const configPath = join(directory, "cardea.config.json");
  writeFileSync(configPath, JSON.stringify({ supergraph: "supergraph.graphql", ...settings }));
  const start = async () => {
    const harness = await startAuthGateway(settings);
    closers.push(() => harness.stop());
    return harness;
  };
  const gateways = [await start(), await start()];
  const cardea = async (...args: string[]) => {
    const said: string[] = [];
    const exitCode = await runCommandLine(
      ["sessions", "revoke-outside", ...args, "--config", configPath, "--json"],
      { out: (line) => void said.push(line), err: (line) => void said.push(line) },
      {},
    );
    return { exitCode, answer: JSON.parse(said.at(-1) ?? "null") as unknown };
  };
  const token = (claims: Readonly<Record<string, unknown>> = {}, ageSeconds = 10) =>
    provider.mint(
      { anonymous: false, scopes: [], fresh: true },
      Math.floor(Date.now() / 1000) - ageSeconds,
      claims,
    );
  /** What each gateway says to this token. */
  const reasons = (credential: string | undefined) =>
    Promise.all(
      gateways.map(async ({ ask }) => {
        const { status, body } = await ask("{ __typename }", {}, credential);
        return status === 200 ? "let in" : body.errors?.[0]?.extensions["reason"];
      }),
    );
  return { issuer: provider.issuer, gateways, start, cardea, token, reasons };
}

const soon = { timeout: 5_000, interval: 20 };
const REFUSED = ["TOKEN_REVOKED", "TOKEN_REVOKED"];
const LET_IN = ["let in", "let in"];

describe("an operator", { timeout: 60_000 }, () => {
  it.each([
    ["--subject", { sub: "mallory" }, { sub: "user-1" }, "mallory", "subject"],
    ["--session", { sid: "theirs-1" }, { sid: "theirs-2" }, "theirs-1", "outsideSession"],
    ["--token", { jti: "one" }, { jti: "two" }, "one", "token"],
  ])(
    "has every gateway refuse tokens of an outside issuer by %s, and no others",
    async (flag, lost, kept, name, kind) => {
      const { issuer, cardea, token, reasons, start, gateways } = await aHarness();
      const [stolen, other] = [await token(lost), await token(kept)];
      // Verified before, and remembered as such.
      expect([await reasons(stolen), await reasons(other)]).toEqual([LET_IN, LET_IN]);

      expect(await cardea(issuer, flag, name)).toMatchObject({
        exitCode: 0,
        answer: { ok: true, kind, issuer, confirmed: true },
      });
      await expect.poll(() => reasons(stolen), soon).toEqual(REFUSED);
      expect(await reasons(other)).toEqual(LET_IN);
      const [own] = await reasons((await gateways[0]?.login())?.accessToken);
      expect(own).toBe("let in");

      const late = await start();
      expect((await late.ask("{ __typename }", {}, stolen)).status).toBe(401);
      expect((await late.ask("{ __typename }", {}, other)).status).toBe(200);
    },
  );

  it("ends a subject's tokens of a clock ahead as well, and lets the subject in again later", async () => {
    const { issuer, cardea, token, reasons, gateways } = await aHarness();
    const ahead = await token({}, -30);
    expect(await reasons(ahead)).toEqual(LET_IN);
    await cardea(issuer, "--subject", "user-1");
    await expect.poll(() => reasons(ahead), soon).toEqual(REFUSED);
    for (const { clock } of gateways) clock.advanceSeconds(120);
    expect(await reasons(await token({}, -90))).toEqual(LET_IN);
  });

  it("is refused an issuer nobody configured, and anything but one of the three", async () => {
    const { issuer, cardea } = await aHarness();
    expect(await cardea("https://unknown.example", "--subject", "x")).toMatchObject({
      exitCode: 1,
      answer: { problems: [{ kind: "UNKNOWN_ISSUER", allowed: issuer }] },
    });
    for (const flags of [[], ["--subject", ""], ["--subject", "a", "--token", "b"]])
      expect(await cardea(issuer, ...flags)).toMatchObject({ exitCode: 2, answer: { ok: false } });
    expect(await redis.inspect.xlen("rv:{p0}")).toBeLessThanOrEqual(1);
  });
});
