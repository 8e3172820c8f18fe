import { hash } from "node:crypto";
import { type Clock, type Milliseconds, nowSeconds } from "../../domain/time.js";
import { NONCE_WINDOW_SECONDS, windowAt } from "./nonce.js";

/**
 * How long a used proof is remembered in the store. A proof is accepted during two windows of its nonce; the third is
 * for gateways whose clocks differ.
 */
export const REPLAY_SECONDS = 3 * NONCE_WINDOW_SECONDS;

/** More than one process can verify in the time a proof is accepted, so an honest load never fills it. */
const MAX_PROOFS = 1_000_000;

/** What a used proof is remembered by: SHA-256(jkt ‖ jti). The thumbprint has a fixed length, so no two pairs collide. */
export const proofDigest = (thumbprint: string, jti: string): string =>
  hash("sha256", `${thumbprint}${jti}`, "base64url");

/** The proofs that this process has seen. */
export interface ReplayMemory {
  /** `full`: it cannot be remembered, so it must not be accepted. */
  remember(digest: string, window: number): "new" | "known" | "full";
}

interface Used {
  readonly digests: Set<string>;
  /** Of the last proof, by the monotonic clock. */
  lastMs: Milliseconds;
}

/**
 * Remembers proofs by the window of their nonce. A window is forgotten when its nonce is no longer accepted by the clock,
 * and three windows have really passed: a clock that jumps forward and is corrected makes old nonces acceptable again.
 */
export function createReplayMemory(clock: Clock, maxProofs = MAX_PROOFS): ReplayMemory {
  const byWindow = new Map<number, Used>();
  let size = 0;
  const forget = (): void => {
    const oldest = windowAt(nowSeconds(clock)) - 1;
    const before = clock.monotonicMs() - REPLAY_SECONDS * 1000;
    for (const [window, { digests, lastMs }] of byWindow) {
      if (window >= oldest || lastMs > before) continue;
      byWindow.delete(window);
      size -= digests.size;
    }
  };
  return {
    remember(digest, window) {
      let used = byWindow.get(window);
      if (used === undefined) {
        forget();
        used = { digests: new Set(), lastMs: 0 };
        byWindow.set(window, used);
      }
      if (used.digests.has(digest)) return "known";
      if (size >= maxProofs) return "full";
      used.digests.add(digest);
      used.lastMs = clock.monotonicMs();
      size += 1;
      return "new";
    },
  };
}
