import type { Authenticated } from "../domain/principal.js";
import type { RevocableToken } from "./revocation-view.js";

export type TokenRefusal = "TOKEN_EXPIRED" | "TOKEN_REVOKED" | "TOKEN_INVALID";

export type VerifyOutcome =
  | {
      readonly kind: "verified";
      readonly principal: Authenticated;
      /** What revokes it later. Not the principal: an outside subject may bear a local name there. */
      readonly revocable: RevocableToken;
    }
  | {
      readonly kind: "refused";
      readonly reason: TokenRefusal;
      /** Inner text, for the log. Holds no token. */
      readonly detail: string;
      /** Whose token it says it is: `local` or a configured issuer. Absent: nobody's we know. */
      readonly issuer?: string;
    };

/** Turns a bearer credential into a principal. Answers synchronously whenever the keys are at hand. */
export interface TokenVerifier {
  /**
   * Never throws on bad input.
   *
   * @param connection - what the token came over, the same object for each request on it. Saves hashing a token that
   * the connection repeats; decides nothing
   * @throws FaultError `SERVICE_UNAVAILABLE` while the keys of the outside issuer the token names cannot be had
   */
  verify(token: string, connection?: object): VerifyOutcome | Promise<VerifyOutcome>;
}

/** A verifier that can be told to look for its keys before anybody needs them. */
export interface PreparedVerifier extends TokenVerifier {
  /** Reads the keys of all outside issuers. @returns which cannot be read, where and why: their tokens get 503 */
  prepare(): Promise<readonly string[]>;
}
