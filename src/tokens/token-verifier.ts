import type { Authenticated } from "../domain/principal.js";
import type { RevocableToken } from "./revocation-view.js";

export type TokenRefusal = "TOKEN_EXPIRED" | "TOKEN_REVOKED" | "TOKEN_INVALID";

export type VerifyOutcome =
  | {
      readonly kind: "verified";
      readonly principal: Authenticated;
      /**
       * By what it can be revoked later. The principal cannot serve for that: its subject may be a mapped local user.
       */
      readonly revocable: RevocableToken;
    }
  | {
      readonly kind: "refused";
      readonly reason: TokenRefusal;
      /** For the log. Holds no token. */
      readonly detail: string;
      /** The issuer that the token names: `local` or a configured one. Absent: unknown. */
      readonly issuer?: string;
    };

/** Turns a bearer credential into a principal. Synchronous when the keys are in memory. */
export interface TokenVerifier {
  /**
   * Never throws on bad input.
   *
   * @param connection - the connection of the request, the same object for each request on it. It saves hashing a token
   * that the connection repeats, and has no influence on the result
   * @throws FaultError `SERVICE_UNAVAILABLE` while the keys of the outside issuer that the token names cannot be read
   */
  verify(token: string, connection?: object): VerifyOutcome | Promise<VerifyOutcome>;
}

/** A verifier that can read its keys in advance. */
export interface PreparedVerifier extends TokenVerifier {
  /**
   * Verifies a token of this gateway, without network and store. Every other token is refused, also one of an outside
   * issuer. Shares its memory of verified tokens with {@link TokenVerifier.verify}.
   */
  verifyOwn(token: string): VerifyOutcome;
  /** Reads the keys of all outside issuers. @returns one message for each that cannot be read; its tokens get 503 */
  prepare(): Promise<readonly string[]>;
}
