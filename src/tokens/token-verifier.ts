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

/** Turns a bearer credential into a principal. Answers synchronously on a cache hit. Never throws on bad input. */
export interface TokenVerifier {
  verify(token: string): VerifyOutcome | Promise<VerifyOutcome>;
}
