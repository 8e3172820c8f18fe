import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { ConfigInput } from "../../src/config/schema.js";
import { generateKey } from "../../src/tokens/generate-key.js";
import { formatKeyFile } from "../../src/tokens/key-file.js";
import { gatewayDirectory, startAuthGateway } from "../support/auth-gateway.js";
import { eventually } from "../support/eventually.js";
import { freePort, startRedis } from "../support/redis-server.js";
import { A_PEPPER } from "../support/secrets.js";
import { startProxy } from "../support/tcp-proxy.js";

/** Longer than a start waits before it says what it waits for. */
const WAIT_MS = 3_500;

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function aHarness() {
  const redis = await startRedis();
  const proxy = await startProxy(redis.port);
  closers.push(redis.close, async () => proxy.close());
  const directory = gatewayDirectory();
  const path = (name: string): string => join(directory, name);
  for (const name of ["tokens.json", "identity.json"])
    writeFileSync(path(name), formatKeyFile([await generateKey()]));
  const settings: ConfigInput = {
    store: { kind: "redis", url: `redis://127.0.0.1:${proxy.port}` },
    tokens: {
      issuer: "https://gateway.example",
      keys: [path("tokens.json")],
      refreshPeppers: [{ id: 1, secret: A_PEPPER }],
    },
    identity: { keys: [path("identity.json")] },
  };
  const start = async (more: ConfigInput = {}) => {
    const harness = await startAuthGateway({ ...settings, ...more });
    closers.push(() => harness.stop());
    return harness;
  };
  const away = (isAway: boolean): void => {
    proxy.dropRequests(isAway);
    proxy.cut();
  };
  return { start, away };
}

const readiness = async (opsUrl: string) => {
  const response = await fetch(`${opsUrl}/readyz`);
  const body = (await response.json()) as { status: string; checks: { revocations: unknown } };
  return { status: response.status, body };
};

describe("a gateway that starts while the store is away", () => {
  it("is unready and listens to no client, while one that runs goes on; and then knows what was revoked", async () => {
    const { start, away } = await aHarness();
    const running = await start();
    const [revoked, live] = [await running.login(), await running.login()];
    await running.ask("mutation { revokeSession { status } }", {}, revoked.accessToken);

    away(true);
    const [port, opsPort] = [await freePort(), await freePort()];
    let hasStarted = false;
    const starting = start({ server: { port }, ops: { port: opsPort } }).then((harness) => {
      hasStarted = true;
      return harness;
    });
    const opsUrl = `http://127.0.0.1:${opsPort}`;
    await pause(WAIT_MS);
    await eventually(async () =>
      expect(await readiness(opsUrl)).toMatchObject({
        status: 503,
        body: {
          status: "unready",
          checks: {
            revocations: {
              ok: false,
              detail: "the revocations have not been read yet; no requests are served before",
            },
          },
        },
      }),
    );
    expect((await fetch(`${opsUrl}/livez`)).status).toBe(200);
    await expect(fetch(`http://127.0.0.1:${port}/graphql`)).rejects.toThrow();
    expect(hasStarted).toBe(false);

    running.clock.advanceSeconds(5);
    expect(await readiness(running.gateway.opsUrl)).toMatchObject({
      status: 200,
      body: { status: "degraded" },
    });
    expect((await running.ask("{ __typename }", {}, live.accessToken)).status).toBe(200);
    expect((await running.ask("{ __typename }", {}, revoked.accessToken)).status).toBe(401);

    away(false);
    const late = await starting;
    expect(await readiness(late.gateway.opsUrl)).toMatchObject({ status: 200 });
    expect((await late.ask("{ __typename }", {}, live.accessToken)).status).toBe(200);
    const { body } = await late.ask("{ __typename }", {}, revoked.accessToken);
    expect(body.errors?.[0]?.extensions["reason"]).toBe("TOKEN_REVOKED");
  }, 60_000);
});
