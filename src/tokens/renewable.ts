import type { Authenticated } from "../domain/principal.js";
import { type Clock, nowSeconds, type Seconds, type UnixSeconds } from "../domain/time.js";
import { type Judgement, refused } from "./judgement.js";
import { MAX_TOKEN_LENGTH, parseCompactJws } from "./jws.js";
import type { KeyRing } from "./key-ring.js";
import { judgeOwnJwt } from "./own-token.js";
import { OPAQUE_PREFIX } from "./seal.js";
import { judgeSealed, type SealedTokens } from "./sealed-token.js";

/** Port: reads an access token of ours that may have expired a moment ago. Owned by `tokens`, asked by silent renewal. */
export interface RenewableTokens {
  /**
   * @returns what the token says, or `undefined` for whatever is not an access token of this gateway. Judges key,
   * signature or seal, issuer, audience and kind as every verification does; expiry it forgives within the window
   * alone. It asks nobody whether the token is revoked.
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
  /** How long ago a token may have expired: the longest window of any client. */
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
