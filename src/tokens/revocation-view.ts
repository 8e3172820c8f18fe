import type { RevocableToken } from "../domain/revocation.js";

export type { RevocableToken } from "../domain/revocation.js";

/**
 * Port: what was revoked, from the memory of this gateway. Owned by `tokens`, which reads it on every request.
 * Implemented by `sessions/revocation-log`. Synchronous on purpose: verifying a token needs no round trip to the store.
 */
export interface RevocationView {
  isRevoked(token: RevocableToken): boolean;
  /**
   * True when the view is older than 2 s or was never complete. Fields that require a fresh login are then refused
   * (docs/spec/sessions.md §5.5).
   *
   * With a token it checks only the part of the view that the token depends on. It is then also true for a token issued
   * before the store was emptied or restored, because older revocations may be lost.
   */
  isDegraded(token?: Pick<RevocableToken, "issuer" | "sessionId" | "issuedAt">): boolean;
}
