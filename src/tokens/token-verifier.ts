import type { Authenticated } from "../domain/principal.js";

export type TokenRefusal = "TOKEN_EXPIRED" | "TOKEN_REVOKED" | "TOKEN_INVALID";

export type VerifyOutcome =
  | { readonly kind: "verified"; readonly principal: Authenticated }
  | {
      readonly kind: "refused";
      readonly reason: TokenRefusal;
      /** Inner text, for the log. Holds no token. */
      readonly detail: string;
    };

/** Turns a bearer credential into a principal. Answers synchronously whenever the keys are at hand. */
export interface TokenVerifier {
  /**
   * Never throws on bad input.
   *
   * @throws FaultError `SERVICE_UNAVAILABLE` while the keys of the outside issuer the token names cannot be had
   */
  verify(token: string): VerifyOutcome | Promise<VerifyOutcome>;
}
