import type { Authenticated } from "../domain/principal.js";
import type { UnixSeconds } from "../domain/time.js";
import type { RevocableToken } from "./revocation-view.js";
import type { TokenRefusal, VerifyOutcome } from "./token-verifier.js";

/** A token whose signature and claims are good; time, keys and revocation are asked again at every use. */
export interface Accepted {
  readonly kind: "accepted";
  readonly principal: Authenticated;
  readonly revocable: RevocableToken;
  /** The first second at which it is expired, tolerance included. */
  readonly unusableFrom: UnixSeconds;
  /** Is the key that vouches for it still trusted? */
  isKeyTrusted(nowSeconds: UnixSeconds): boolean;
}

export type Refused = Extract<VerifyOutcome, { kind: "refused" }>;
export type Judgement = Accepted | Refused;

/** A refusal; `detail` is for the log and holds no part of the token but ids. */
export const refused = (detail: string, reason: TokenRefusal = "TOKEN_INVALID"): Refused => ({
  kind: "refused",
  reason,
  detail,
});
