import { randomBytes } from "node:crypto";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Redis } from "ioredis";
import { userReference } from "../../../src/credentials/user-directory.js";
import { clientId, DEFAULT_TENANT, sessionId, userId } from "../../../src/domain/brand.js";
import { DEFAULT_SESSION_POLICY } from "../../../src/domain/policy.js";
import { LOCAL_ISSUER } from "../../../src/domain/revocation.js";
import { partitionOf, publicSessionId } from "../../../src/domain/session.js";
import { systemClock } from "../../../src/domain/time.js";
import { createRevocationMemory } from "../../../src/sessions/revocation-memory.js";
import { significant } from "../support/statistics.js";
import { createStack } from "./stack.js";

const AT_ONCE = 100;

/**
 * Redis memory per session, index and user key counted: 3 scopes of ≤ 16 bytes, IPv4, a device label of 24 bytes, no
 * metadata, two sessions per user, default settings of Redis.
 */
export async function bytesPerSession(redisUrl: string, inspect: Redis, sessions: number): Promise<number> {
  const stack = await createStack(redisUrl, []);
  try {
    // Connections and scripts are there before the first measurement.
    await stack.stores.ping();
    const used = async (): Promise<number> =>
      Number(/used_memory:(\d+)/.exec(await inspect.info("memory"))?.[1] ?? Number.NaN);
    const before = await used();
    const now = Math.floor(Date.now() / 1000);
    for (let made = 0; made < sessions; made += AT_ONCE) {
      await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, sessions - made) }, (_, offset) => {
          const user = userId(`user-${Math.floor((made + offset) / 2)}`);
          const reference = Buffer.from(userReference(DEFAULT_TENANT, user), "base64url");
          return stack.stores.sessions.create(
            {
              kind: "create",
              id: publicSessionId(partitionOf(reference), randomBytes(16)),
              tenant: DEFAULT_TENANT,
              userId: user,
              clientId: clientId("default"),
              delivery: "bearer",
              scopes: ["catalogue:read", "orders:write", "profile"],
              authTime: now,
              amr: ["pwd"],
              device: "Firefox on the kitchen PC",
              ip: "192.168.100.200",
              kid: 1,
              current: randomBytes(32).toString("base64url"),
              next: randomBytes(32).toString("base64url"),
              accessExpiresBy: now + 300,
            },
            DEFAULT_SESSION_POLICY,
          );
        }),
      );
    }
    return Math.round(((await used()) - before) / sessions);
  } finally {
    await stack.close();
  }
}

/** What the gateway's own memory of revocations costs, with so many sessions revoked. */
export function revocationMemory(ids: number): {
  readonly bytesPerRevokedId: number;
  readonly revokedLookupMicros: number;
} {
  const until = Math.floor(Date.now() / 1000) + 3_600;
  const before = bytesInUse();
  const memory = createRevocationMemory(systemClock);
  const sample: ReturnType<typeof publicSessionId>[] = [];
  for (let index = 0; index < ids; index += 1) {
    const id = publicSessionId(index % 64, randomBytes(16));
    memory.apply({ kind: "session", tenant: DEFAULT_TENANT, sessionId: id, until });
    // Half of the look-ups hit, spread over the whole.
    if (index % Math.ceil(ids / 5_000) === 0) sample.push(id, publicSessionId(index % 64, randomBytes(16)));
  }
  const bytes = (bytesInUse() - before) / ids;
  const tokens = sample.map((id, index) => ({
    issuer: LOCAL_ISSUER,
    subject: `user-${index}`,
    tenant: DEFAULT_TENANT,
    sessionId: sessionId(id),
    tokenId: `token-${index}`,
    epoch: 1,
    issuedAt: until - 3_700,
  }));
  let revoked = 0;
  const pass = (): void => {
    for (const token of tokens) if (memory.isRevoked(token)) revoked += 1;
  };
  for (let warm = 0; warm < 20; warm += 1) pass();
  const PASSES = 100;
  const start = process.cpuUsage();
  for (let round = 0; round < PASSES; round += 1) pass();
  const { user, system } = process.cpuUsage(start);
  if (revoked < tokens.length * 50) throw new Error("revoked sessions were not found");
  return {
    bytesPerRevokedId: Math.round(bytes * 10) / 10,
    revokedLookupMicros: significant((user + system) / (PASSES * tokens.length)),
  };
}

/** Heap and array buffers after full collections. */
function bytesInUse(): number {
  setFlagsFromString("--expose-gc");
  const collect: unknown = runInNewContext("gc");
  if (typeof collect === "function") {
    collect();
    collect();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
