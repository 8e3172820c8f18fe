import { randomBytes } from "node:crypto";
import { DEFAULT_CLIENT } from "../../../src/domain/brand.js";
import { systemClock } from "../../../src/domain/time.js";
import { DEFAULT_LIMITS } from "../../../src/limits/policy.js";
import { createSessionService, type RunningSessionService } from "../../../src/sessions/service.js";
import type { Stores } from "../../../src/sessions/stores.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { generateKey } from "../../../src/tokens/generate-key.js";
import { createTokenIssuer } from "../../../src/tokens/issue.js";
import { createKeyRing } from "../../../src/tokens/key-ring.js";
import type { TokenIssuer } from "../../../src/tokens/token-issuer.js";
import type { TokenVerifier } from "../../../src/tokens/token-verifier.js";
import { createTokenVerifier } from "../../../src/tokens/verify.js";
import { aUser, createDirectory, onePassword } from "../../support/session-bench.js";
import { BENCH_PEPPER } from "../gateways/ours.js";

const ISSUER = "https://gateway.bench.example";

/** Everything comes from one address, as fast as it can. */
export const PLENTY = {
  loginPerAccount: 1e9,
  loginPerAddress: 1e9,
  loginPerDevice: 1e9,
  refreshPerAddress: 1e9,
  invalidRefreshPerAddress: 1e9,
} as const;

/** A benchmark on a busy machine is no outage. */
export const COMMAND_TIMEOUT_MS = 10_000;

export const PEPPERS = [{ id: 1, secret: BENCH_PEPPER }] as const;

/** The application modules with a real Redis, in this process: a gateway without its endpoints. */
export interface Stack {
  readonly stores: Stores;
  readonly service: RunningSessionService;
  readonly issuer: TokenIssuer;
  readonly verifier: TokenVerifier;
  close(): Promise<void>;
}

export const userNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `user${index}`);

/** @param users - names, and ids; all share the password of the tests' bench: hashing is not what is measured */
export async function createStack(redisUrl: string, users: readonly string[]): Promise<Stack> {
  const clock = systemClock;
  const stores = createRedisStores({ url: redisUrl, commandTimeoutMs: COMMAND_TIMEOUT_MS });
  const directory = createDirectory(users.map((name) => aUser(name)));
  const keyRing = createKeyRing([await generateKey()]);
  const issuer = createTokenIssuer({ issuer: ISSUER, audience: ISSUER, keyRing });
  const service = createSessionService({
    store: stores.sessions,
    revocations: stores.revocations,
    limiter: stores.limiter,
    directory,
    passwords: onePassword(directory, clock),
    issuer,
    peppers: PEPPERS,
    clients: new Map([[DEFAULT_CLIENT, { delivery: "bearer" }]]),
    policy: {
      accessTtlSeconds: 300,
      idleSeconds: 7 * 86_400,
      absoluteSeconds: 30 * 86_400,
      graceSeconds: 30,
    },
    limits: { ...DEFAULT_LIMITS, ...PLENTY },
    clock,
    random: randomBytes,
    emit: () => {},
  });
  await stores.revocations.start();
  return {
    stores,
    service,
    issuer,
    verifier: createTokenVerifier({
      own: { issuer: ISSUER, audience: ISSUER, keyRing },
      revocations: stores.revocations,
      clock,
    }),
    async close() {
      service.close();
      await stores.close();
    },
  };
}
