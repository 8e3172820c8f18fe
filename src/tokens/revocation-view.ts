import type { RevocableToken } from "../domain/revocation.js";

export type { RevocableToken } from "../domain/revocation.js";

/**
 * Port: the gateway's own memory of what was revoked. Owned by `tokens`, which asks it on every request;
 * implemented by `sessions/revocation-log`. Synchronous on purpose: verifying costs no store round trip.
 */
export interface RevocationView {
  isRevoked(token: RevocableToken): boolean;
  /**
   * True when the view is older than 2 s or was never complete: fresh fields fail closed (docs/spec/sessions.md §5.5).
   *
   * Asked about a token, it also answers true for one issued before the store was emptied or restored, since what
   * was revoked before then may be forgotten; and it judges only the part of the view the token depends on.
   */
  isDegraded(token?: Pick<RevocableToken, "issuer" | "sessionId" | "issuedAt">): boolean;
}
