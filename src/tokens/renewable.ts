import type { Authenticated } from "../domain/principal.js";
import { type Clock, nowSeconds, type Seconds, type UnixSeconds } from "../domain/time.js";
import { type Judgement, refused } from "./judgement.js";
import { MAX_TOKEN_LENGTH, parseCompactJws } from "./jws.js";
import type { KeyRing } from "./key-ring.js";
import { judgeOwnJwt } from "./own-token.js";
import { OPAQUE_PREFIX } from "./seal.js";
import { judgeSealed, type SealedTokens } from "./sealed-token.js";

/** Port: reads one of our access tokens, also shortly after its expiry. Owned by `tokens`, used by silent renewal. */
export interface RenewableTokens {
  /**
   * @returns the principal of the token, or `undefined` when it is not an access token of this gateway. Checks key,
   * signature or seal, issuer, audience and type like every verification. Accepts a token that expired within the
   * window. Does not check revocation.
   */
  read(token: string): Authenticated | undefined;
}

export interface RenewableTokensOptions {
  readonly own: {
    readonly issuer: string;
    readonly audience: string;
    readonly keyRing: KeyRing;
    readonly sealed?: SealedTokens | undefined;
    readonly maxTtlSeconds?: Seconds;
  };
  readonly clock: Clock;
  readonly clockToleranceSeconds: Seconds;
  /** How long ago the token may have expired: the longest window of any client. */
  readonly windowSeconds: Seconds;
}

export function createRenewableTokens(options: RenewableTokensOptions): RenewableTokens {
  const { own, clock, clockToleranceSeconds, windowSeconds } = options;
  const rules = { ...own, clockToleranceSeconds, expiryToleranceSeconds: windowSeconds };
  const judgeParsed = (jws: ReturnType<typeof parseCompactJws>, now: UnixSeconds): Judgement =>
    jws.kind === "malformed" ? refused(jws.detail) : judgeOwnJwt(jws, rules, now);
  return {
    read(token) {
      if (token.length > MAX_TOKEN_LENGTH) return undefined;
      const now = nowSeconds(clock);
      const judged = token.startsWith(OPAQUE_PREFIX)
        ? judgeSealed(token, own.sealed, rules, now)
        : judgeParsed(parseCompactJws(token), now);
      return judged.kind === "accepted" ? judged.principal : undefined;
    },
  };
}
