import { hash } from "node:crypto";
import type { UnixSeconds } from "../../domain/time.js";
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
  remember(digest: string, window: number, now: UnixSeconds): "new" | "known" | "full";
}

/**
 * Remembers proofs by the window of their nonce, and forgets a window only when its nonce is no longer accepted. So the
 * clock may be set back without a proof being accepted twice.
 */
export function createReplayMemory(maxProofs = MAX_PROOFS): ReplayMemory {
  const byWindow = new Map<number, Set<string>>();
  let size = 0;
  const forgetBefore = (window: number): void => {
    for (const [each, digests] of byWindow) {
      if (each >= window) continue;
      byWindow.delete(each);
      size -= digests.size;
    }
  };
  return {
    remember(digest, window, now) {
      let digests = byWindow.get(window);
      if (digests === undefined) {
        forgetBefore(windowAt(now) - 1);
        digests = new Set();
        byWindow.set(window, digests);
      }
      if (digests.has(digest)) return "known";
      if (size >= maxProofs) return "full";
      digests.add(digest);
      size += 1;
      return "new";
    },
  };
}
