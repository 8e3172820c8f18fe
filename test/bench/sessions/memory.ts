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
              device: "Firefox on the office PC",
              ip: "192.168.100.200",
              kid: 1,
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

export interface RevocationMemoryCost {
  readonly bytesPerRevokedId: number;
  /** The dearer of the two below. */
  readonly revokedLookupMicros: number;
  /** Tokens of sessions that are not revoked, which is what nearly every request brings, and of such that are. */
  readonly revokedLookups: { readonly miss: number; readonly hit: number };
}

/** So many callers that the memory of their sessions does not fit into a core's own cache. */
const CALLERS = 20_000;
const PASSES = 40;

/** What the gateway's own memory of revocations costs, with so many sessions revoked. */
export function revocationMemory(ids: number): RevocationMemoryCost {
  const until = Math.floor(Date.now() / 1000) + 3_600;
  const anId = (index: number) => publicSessionId(index % 64, randomBytes(16));
  // Made before anything is measured, and spread over the whole.
  const revoked = Array.from({ length: Math.min(CALLERS, ids) }, (_, index) => anId(index));
  const step = Math.floor(ids / revoked.length);
  const before = bytesInUse();
  const memory = createRevocationMemory(systemClock);
  for (let index = 0; index < ids; index += 1) {
    const id = (index % step === 0 ? revoked[index / step] : undefined) ?? anId(index);
    memory.apply({ kind: "session", tenant: DEFAULT_TENANT, sessionId: id, until });
  }
  const bytes = (bytesInUse() - before) / ids;
  return {
    bytesPerRevokedId: Math.round(bytes * 10) / 10,
    ...lookups(
      memory,
      revoked,
      revoked.map((_, index) => anId(index)),
      until,
    ),
  };
}

function lookups(
  memory: ReturnType<typeof createRevocationMemory>,
  revoked: readonly string[],
  others: readonly string[],
  until: number,
): Pick<RevocationMemoryCost, "revokedLookupMicros" | "revokedLookups"> {
  /** Wall clock of one look-up in the quickest pass: the others had to share the way to memory with other processes. */
  const micros = (ids: readonly string[], expected: boolean): number => {
    const tokens = ids.map((id, index) => ({
      issuer: LOCAL_ISSUER,
      subject: `user-${index}`,
      tenant: DEFAULT_TENANT,
      sessionId: sessionId(id),
      tokenId: `token-${index}`,
      epoch: 1,
      issuedAt: until - 3_700,
      authTime: until - 3_700,
    }));
    const passes = Array.from({ length: PASSES }, () => {
      let wrong = 0;
      const start = performance.now();
      for (const token of tokens) if (memory.isRevoked(token) !== expected) wrong += 1;
      const end = performance.now();
      if (wrong > 0) throw new Error(`${wrong} look-ups were answered wrongly`);
      return ((end - start) * 1000) / tokens.length;
    });
    return significant(Math.min(...passes));
  };
  const revokedLookups = { miss: micros(others, false), hit: micros(revoked, true) };
  return { revokedLookupMicros: Math.max(revokedLookups.miss, revokedLookups.hit), revokedLookups };
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
