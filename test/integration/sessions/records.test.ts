import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { clientId, tenantId, userId } from "../../../src/domain/brand.js";
import type { CreateSession } from "../../../src/domain/commands.js";
import { DEFAULT_SESSION_POLICY } from "../../../src/domain/policy.js";
import { sessionAddress } from "../../../src/domain/session.js";
import type { SessionStore } from "../../../src/sessions/store.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { createKeys, ownerOf } from "../../../src/stores/redis/keys.js";
import {
  type Chain,
  createChain,
  createCommand,
  elevateCommand,
  rotateCommand,
} from "../../../src/testing/index.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";

const policy = DEFAULT_SESSION_POLICY;
const keys = createKeys("");
const clock = createFakeClock(Date.now() + 60_000);
let redis: RedisServer;
let stores: ReturnType<typeof createRedisStores>;
let store: SessionStore;

beforeAll(async () => {
  redis = await startRedis();
  stores = createRedisStores({
    url: redis.url,
    clock,
    commandTimeoutMs: 20_000,
    injectedNowMs: () => clock.nowMs(),
  });
  store = stores.sessions;
});
afterAll(async () => {
  await stores.close();
  await redis.close();
});

const nowSeconds = () => Math.floor(clock.nowMs() / 1000);
const keyOf = (chain: Chain): string => {
  const address = sessionAddress(chain.id);
  if (address === undefined) throw new TypeError("not a session id");
  return keys.session(address);
};

/** The same session as a gateway of before wrote it: whole hashes, no hash further ahead, other flags. */
function asVersion2(record: Buffer | null): Buffer {
  if (record === null || record[0] !== 3) throw new TypeError("not a record of version 3");
  const flags = record.readUInt8(1);
  const old = Buffer.concat([
    record.subarray(0, 40),
    record.subarray(44, 60),
    flags >= 64 ? Buffer.alloc(16) : randomBytes(16),
    record.subarray(76),
  ]);
  old[0] = 2;
  old[1] = (flags % 32) + Math.floor(flags / 64) * 32;
  return old;
}

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }),
  // Around the lengths at which a record tells a text's length in another way, or keeps it elsewhere.
  fc.constantFrom(1, 63, 64, 65, 127, 128, 129, 255, 256, 300).map((length) => "é".repeat(length)),
);
const word = fc.stringMatching(/^[a-z:._-]{1,40}$/);
const ip = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom("::1", "::ab", "fe80::1%eth0", "unknown", "0.0.0.0"),
);
const texts = fc.record(
  {
    scopes: fc.uniqueArray(word, { maxLength: 8 }),
    amr: fc.uniqueArray(fc.constantFrom("pwd", "otp", "hwk", "mfa"), { maxLength: 3 }),
    delivery: fc.constantFrom("bearer" as const, "cookie" as const),
    clientId: fc.oneof(fc.constant("default"), text).map(clientId),
    acr: text,
    device: text,
    ip,
    metadata: fc.dictionary(word, text, { minKeys: 1, maxKeys: 3 }).map((value) => JSON.stringify(value)),
  },
  { requiredKeys: ["scopes", "amr", "delivery", "clientId"] },
);

describe("the record of a session", () => {
  it("comes back as it went in, whatever its texts, through login, refresh, step-up and end", async () => {
    const memory = createMemoryStores({ clock }).sessions;
    await fc.assert(
      fc.asyncProperty(
        text,
        fc.oneof(fc.constant("default"), text),
        texts,
        async (user, tenant, overrides) => {
          const chain = createChain(userId(`${user}-${randomBytes(4).toString("hex")}`), tenantId(tenant));
          const { delivery } = overrides;
          const create: CreateSession = createCommand(chain, nowSeconds(), overrides);
          const both = async <Answer>(ask: (each: SessionStore) => Promise<Answer>): Promise<void> => {
            const answer = await ask(store);
            expect(answer).toEqual(await ask(memory));
            expect(await store.find(chain.id)).toEqual(await memory.find(chain.id));
          };
          await both((each) => each.create(create, policy));
          await both((each) => each.rotate(rotateCommand(chain, 0, nowSeconds(), { delivery }), policy));
          const proof = { amr: ["otp"], ...(overrides.acr === undefined ? {} : { acr: overrides.acr }) };
          for (const generation of [1, 2])
            await both((each) =>
              each.elevate(elevateCommand(chain, generation, generation, nowSeconds(), proof), policy),
            );
          const [last] = overrides.scopes;
          const asked = { delivery, ...(last === undefined ? {} : { scopes: [last] }) };
          await both((each) => each.rotate(rotateCommand(chain, 3, nowSeconds(), asked, 2), policy));
          const more = { delivery, scopes: ["not:granted"] };
          await both((each) => each.rotate(rotateCommand(chain, 4, nowSeconds(), more, 2), policy));
          const { id, tenant: of, userId: whose } = chain;
          await both((each) => each.revoke({ kind: "revoke", id, tenant: of, userId: whose }, policy));
        },
      ),
      { numRuns: 200 },
    );
  });

  it("of version 2 is read, refreshed, elevated and ended as always, and counts as seen", async () => {
    for (const verb of ["rotate", "elevate", "revoke", "retire"] as const) {
      const chain = createChain();
      const owner = { tenant: chain.tenant, userId: chain.userId };
      await store.create(createCommand(chain, nowSeconds(), { device: "phone" }), policy);
      await store.rotate(rotateCommand(chain, 0, nowSeconds()), policy);
      await store.elevate(elevateCommand(chain, 1, 1, nowSeconds()), policy);
      await store.rotate(rotateCommand(chain, 2, nowSeconds(), {}, 1), policy);
      const young = (await store.find(chain.id))?.session;
      await redis.inspect.set(
        keyOf(chain),
        asVersion2(await redis.inspect.getBuffer(keyOf(chain))),
        "KEEPTTL",
      );
      const { unseen: _, ahead: __, ...old } = young ?? {};
      expect((await store.find(chain.id))?.session).toEqual(old);
      expect(await store.see({ kind: "see", id: chain.id, ...owner, generation: 3 }, policy)).toEqual({
        kind: "unchanged",
      });
      if (verb === "rotate")
        expect(await store.rotate(rotateCommand(chain, 3, nowSeconds(), {}, 1), policy)).toMatchObject({
          kind: "rotated",
          session: { unseen: true, device: "phone" },
        });
      if (verb === "elevate")
        expect(await store.elevate(elevateCommand(chain, 3, 2, nowSeconds()), policy)).toMatchObject({
          kind: "elevated",
        });
      if (verb === "revoke") {
        await store.revoke({ kind: "revoke", id: chain.id, ...owner }, policy);
        await redis.inspect.set(
          keyOf(chain),
          asVersion2(await redis.inspect.getBuffer(keyOf(chain))),
          "KEEPTTL",
        );
        expect((await store.find(chain.id))?.session.ended).toBe("revoked");
      }
      // Nobody knows whether what this one retired was used: the rule from before.
      clock.advanceMs(policy.graceSeconds * 1000 + 1);
      const late = (await store.rotate(rotateCommand(chain, 2, nowSeconds(), {}, 1), policy)).kind;
      if (verb === "retire") expect(late).toBe("reused");
      expect(await store.find(chain.id)).toBeDefined();
    }
  });

  it.each([
    ["of another version", Buffer.concat([Buffer.from([1]), Buffer.alloc(200, 1)])],
    ["that is cut short", Buffer.from([2, 0, 1])],
    ["that is empty", Buffer.alloc(0)],
  ])("is refused as a fault, and left alone, when it is one %s", async (_, foreign) => {
    const chain = createChain();
    await store.create(createCommand(chain, nowSeconds()), policy);
    await redis.inspect.set(keyOf(chain), foreign, "KEEPTTL");
    const fault = { name: "FaultError", code: "SERVICE_UNAVAILABLE" };
    await expect(store.rotate(rotateCommand(chain, 0, nowSeconds()), policy)).rejects.toMatchObject(fault);
    await expect(store.find(chain.id)).rejects.toMatchObject(fault);
    expect(await redis.inspect.getBuffer(keyOf(chain))).toEqual(foreign);
  });

  it("is refused as a fault when another kind of value stands in its place", async () => {
    const chain = createChain();
    await store.create(createCommand(chain, nowSeconds()), policy);
    await redis.inspect.del(keyOf(chain));
    await redis.inspect.hset(keyOf(chain), "n", "1");
    await expect(store.rotate(rotateCommand(chain, 0, nowSeconds()), policy)).rejects.toMatchObject({
      code: "SERVICE_UNAVAILABLE",
    });
  });

  it("is kept by Redis to the end of the hour in which it is forgotten, and is gone for everyone before", async () => {
    const chain = createChain();
    await store.create(createCommand(chain, nowSeconds()), policy);
    for (let generation = 0; generation < 3; generation += 1) {
      clock.advanceMs(3_000_000);
      const outcome = await store.rotate(rotateCommand(chain, generation, nowSeconds()), policy);
      const retainUntil = "session" in outcome ? outcome.session.retainUntil : 0;
      expect(await redis.inspect.call("EXPIRETIME", keyOf(chain))).toBe(
        (Math.floor(retainUntil / 3600) + 1) * 3600,
      );
    }
    clock.advanceMs((policy.idleSeconds + policy.tombstoneSeconds) * 1000);
    expect(await redis.inspect.exists(keyOf(chain))).toBe(1);
    expect(await store.rotate(rotateCommand(chain, 3, nowSeconds()), policy)).toEqual({ kind: "unknown" });
    expect(await store.find(chain.id)).toBeUndefined();
  });
});

describe("the record of a user", () => {
  it("does not grow with logins whose sessions have long run out", async () => {
    const user = userId("often");
    // The user stays known all the while: what has to be swept is the list of sessions.
    const years = { ...policy, absoluteSeconds: 3 * 365 * 86_400, idleSeconds: 3600 };
    const { tenant } = createChain(user);
    for (let login = 0; login < 300; login += 1) {
      clock.advanceMs(2 * 86_400_000);
      await store.create(createCommand(createChain(user), nowSeconds()), years);
    }
    expect(await store.list(tenant, user)).toHaveLength(1);
    expect(await redis.inspect.hlen(keys.user(ownerOf(tenant, user)))).toBeLessThan(20);
  });

  it("is refused as a fault when it is of another version", async () => {
    const chain = createChain();
    await store.create(createCommand(chain, nowSeconds()), policy);
    await redis.inspect.hset(keys.user(ownerOf(chain.tenant, chain.userId)), "e", "1700000000000");
    const fault = { code: "SERVICE_UNAVAILABLE" };
    await expect(store.rotate(rotateCommand(chain, 0, nowSeconds()), policy)).rejects.toMatchObject(fault);
    await expect(store.create(createCommand(chain, nowSeconds()), policy)).rejects.toMatchObject(fault);
  });
});
