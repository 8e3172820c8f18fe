import type { Redis } from "ioredis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { userId } from "../../../src/domain/brand.js";
import { DEFAULT_SESSION_POLICY as POLICY } from "../../../src/domain/policy.js";
import { type Clock, systemClock } from "../../../src/domain/time.js";
import type { Stores } from "../../../src/sessions/stores.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { SCRIPTS } from "../../../src/stores/redis/scripts/scripts.js";
import { createChain, createCommand, elevateCommand, rotateCommand } from "../../../src/testing/index.js";
import { eventually } from "../../support/eventually.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";

let redis: RedisServer;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  redis = await startRedis();
});
afterAll(async () => {
  for (const each of opened) await each.close();
  await redis.close();
});

function open(clock: Clock = systemClock) {
  const stores = createRedisStores({ url: redis.url, pollMs: 50, horizonSeconds: 1000, clock });
  opened.push(stores);
  return stores;
}

const nowSeconds = () => Math.floor(Date.now() / 1000);
const LONG = { device: "a label so long that it stands in a key of its own ".repeat(3) };

/** Every verb there is, the rare ways through them included. */
async function doEverything({ sessions, revocations, limiter, gateways, ping }: Stores): Promise<void> {
  const user = userId("everything");
  const chains = Array.from({ length: 4 }, () => createChain(user));
  const [one = createChain(), two = createChain(), three = createChain()] = chains;
  const owner = { tenant: one.tenant, userId: user };
  for (const chain of chains) await sessions.create(createCommand(chain, nowSeconds(), LONG), POLICY);
  const rotate = async (generation: number, branch?: number) =>
    (await sessions.rotate(rotateCommand(one, generation, nowSeconds(), {}, branch), POLICY)).kind;
  expect([await rotate(0), await rotate(0), await rotate(2)]).toEqual(["rotated", "repeated", "healed"]);
  const elevated = await sessions.elevate(elevateCommand(one, 3, 1, nowSeconds()), POLICY);
  expect(elevated.kind).toBe("elevated");
  const renewal = { ...owner, clientId: createCommand(one, 0).clientId, delivery: "bearer" as const };
  await sessions.renew(
    { kind: "renew", id: one.id, ...renewal, generation: 4, accessExpiresBy: nowSeconds() + 300 },
    POLICY,
  );
  // From before the step-up, beside it, and then no more.
  expect([await rotate(3), await rotate(3)]).toEqual(["rotated", "repeated"]);
  await sessions.renew(
    { kind: "renew", id: one.id, ...renewal, generation: 3, accessExpiresBy: nowSeconds() + 300 },
    POLICY,
  );
  await sessions.elevate(elevateCommand(one, 4, 2, nowSeconds()), POLICY);
  expect(await sessions.see({ kind: "see", id: one.id, ...owner, generation: 5 }, POLICY)).toEqual({
    kind: "seen",
  });
  expect([await rotate(3), await rotate(5, 2)]).toEqual(["refused", "rotated"]);
  await gateways?.announce("one", { name: "one", active: 1, readable: [1] }, 1000);
  expect(await rotate(0)).toBe("reused");
  expect(await sessions.list(owner.tenant, user)).toHaveLength(3);
  await sessions.revoke({ kind: "revoke", id: two.id, ...owner }, POLICY);
  await sessions.revokeOthers(owner.tenant, user, three.id, POLICY);
  await sessions.revokeAll({ kind: "revokeAll", ...owner }, POLICY);
  await sessions.restrict({ kind: "restrict", ...owner, locked: true, retainUntil: 0 }, POLICY);
  await sessions.raiseNotBefore({ tenant: owner.tenant, notBefore: 1 }, POLICY);
  await sessions.revokeOutside(
    { kind: "outsideSession", issuer: "https://a.example", sessionId: "s", until: nowSeconds() + 60 },
    POLICY,
  );
  await sessions.find(three.id);
  await ping();
  await sessions.list(owner.tenant, user);
  const attempt = { key: "k", points: 1, windowSeconds: 10 };
  await limiter.take([attempt]);
  await limiter.giveBack([attempt]);
  await limiter.forget(["k"]);
  // What a store lost is written again.
  await redis.inspect.flushall();
  await eventually(async () => expect(revocations.rolledBack()).toBe(true));
  await eventually(async () => expect(await redis.inspect.keys("rv:*")).not.toEqual([]));
}

describe("every script", () => {
  it("touches no key but those it was given, whatever is done", async () => {
    const stores = open();
    await stores.revocations.start();
    for (const { text } of Object.values(SCRIPTS)) await redis.inspect.script("LOAD", text);
    const lines: { readonly args: readonly string[]; readonly isInside: boolean }[] = [];
    const monitor: Redis = await redis.inspect.monitor();
    monitor.on("monitor", (_time: string, args: string[], source: string) => {
      lines.push({ args, isInside: source === "lua" });
    });
    await doEverything(stores);
    await eventually(async () => expect(shasIn(lines)).toContain(SCRIPTS.resubmit.sha));
    monitor.disconnect();

    expect([...shasIn(lines)].sort()).toEqual(
      Object.values(SCRIPTS)
        .map(({ sha }) => sha)
        .sort(),
    );
    let declared: readonly string[] = [];
    let touched = 0;
    for (const { args, isInside } of lines) {
      if (args[0]?.toLowerCase() === "evalsha") declared = args.slice(3, 3 + Number(args[2]));
      if (!isInside) continue;
      const keys = await keysOf(args);
      touched += keys.length;
      expect(declared, args.join(" ").slice(0, 200)).toEqual(expect.arrayContaining([...keys]));
    }
    expect(touched).toBeGreaterThan(100);
  }, 60_000);

  it("takes its time from the server, whatever the clock of the gateway is", async () => {
    const hour = 3_600_000;
    for (const skewMs of [-hour, hour]) {
      const skewed = { nowMs: () => Date.now() + skewMs, monotonicMs: systemClock.monotonicMs };
      const { sessions } = open(skewed);
      const chain = createChain();
      const created = await sessions.create(createCommand(chain, nowSeconds()), POLICY);
      expect(created.kind).toBe("created");
      const { session } = (await sessions.find(chain.id)) ?? {};
      expect(Math.abs((session?.createdAt ?? 0) - nowSeconds())).toBeLessThan(5);
      await sessions.rotate(rotateCommand(chain, 0, nowSeconds()), POLICY);
      // An hour late by the gateway's clock, at once by the server's: an honest retry.
      const retry = await sessions.rotate(rotateCommand(chain, 0, nowSeconds()), POLICY);
      expect(retry.kind).toBe("repeated");
    }
  });
});

const shasIn = (lines: readonly { readonly args: readonly string[] }[]): ReadonlySet<string> =>
  new Set(lines.flatMap(({ args }) => (args[0]?.toLowerCase() === "evalsha" ? [args[1] ?? ""] : [])));

/** The keys of a command, as Redis itself tells them; a few commands have none. */
async function keysOf(args: readonly string[]): Promise<readonly string[]> {
  const [command = "", ...rest] = args;
  if (["time", "publish", "info"].includes(command.toLowerCase())) return [];
  return (await redis.inspect.call("COMMAND", "GETKEYS", command, ...rest)) as readonly string[]; // by its manual
}
