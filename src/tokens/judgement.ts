import type { Authenticated } from "../domain/principal.js";
import type { UnixSeconds } from "../domain/time.js";
import type { RevocableToken } from "./revocation-view.js";
import type { TokenRefusal, VerifyOutcome } from "./token-verifier.js";

/** A token with a valid signature and valid claims. Expiry, key and revocation are checked again at every use. */
export interface Accepted {
  readonly kind: "accepted";
  readonly principal: Authenticated;
  readonly revocable: RevocableToken;
  /** The first second at which it is expired, clock tolerance included. */
  readonly unusableFrom: UnixSeconds;
  /** Is the key that signed it still trusted? */
  isKeyTrusted(nowSeconds: UnixSeconds): boolean;
}

export type Refused = Extract<VerifyOutcome, { kind: "refused" }>;
export type Judgement = Accepted | Refused;

/** A refusal. `detail` is for the log; of the token it holds ids only. */
export const refused = (detail: string, reason: TokenRefusal = "TOKEN_INVALID"): Refused => ({
  kind: "refused",
  reason,
  detail,
});
