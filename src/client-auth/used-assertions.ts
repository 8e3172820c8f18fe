import { createHash } from "node:crypto";
import type { ClientId } from "../domain/brand.js";
import { FaultError } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import { type Clock, nowSeconds, type UnixSeconds } from "../domain/time.js";
import type { Limiter } from "../limits/limiter.js";

/** The assertions that were used. Each may be used once, at any gateway of the store (RFC 7523 §3, item 7). */
export interface UsedAssertions {
  /**
   * Marks an assertion as used.
   *
   * @param until - it is refused by its age from then on
   * @returns false when it was used before
   * @throws FaultError `SERVICE_UNAVAILABLE` when this process remembers too many
   */
  use(client: ClientId, assertionId: string, until: UnixSeconds): Promise<boolean>;
}

/** Only clients with a valid key can fill the memory. */
const CAPACITY = 100_000;
/** The clock of the store may run slower than ours for so long, in seconds. */
const STORE_MARGIN_SECONDS = 5;

/**
 * Keeps used assertions in this process and in the store, as a limit of one attempt. While the store is down, this
 * process remembers alone and reports it: an assertion could then be used once at each gateway.
 */
export function createUsedAssertions(options: {
  readonly limiter: Pick<Limiter, "take">;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly capacity?: number;
}): UsedAssertions {
  const { limiter, clock, emit, capacity = CAPACITY } = options;
  const used = new Map<string, UnixSeconds>();
  let isReported = false;

  const remember = (key: string, until: UnixSeconds, now: UnixSeconds): boolean => {
    const before = used.get(key);
    if (before !== undefined && before > now) return false;
    if (used.size >= capacity) for (const [old, end] of used) if (end <= now) used.delete(old);
    if (used.size >= capacity)
      throw new FaultError("SERVICE_UNAVAILABLE", "too many client assertions are in use at once");
    used.set(key, until);
    return true;
  };

  return {
    async use(client, assertionId, until) {
      const now = nowSeconds(clock);
      const key = `ca:${createHash("sha256")
        .update(JSON.stringify([client, assertionId]))
        .digest("base64url")
        .slice(0, 32)}`;
      if (!remember(key, until, now)) return false;
      const windowSeconds = Math.max(1, until - now) + STORE_MARGIN_SECONDS;
      try {
        const outcome = await limiter.take([{ key, points: 1, windowSeconds }]);
        isReported = false;
        return outcome.kind === "allowed";
      } catch (error) {
        if (!(error instanceof FaultError) || error.code !== "SERVICE_UNAVAILABLE") throw error;
        if (!isReported)
          emit({
            type: "fault",
            reason:
              "the store does not answer: used client assertions are remembered in this process only, until it does",
          });
        isReported = true;
        return true;
      }
    },
  };
}
