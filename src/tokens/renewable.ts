import type { Authenticated } from "../domain/principal.js";
import { type Clock, nowSeconds, type Seconds } from "../domain/time.js";
import { MAX_TOKEN_LENGTH, parseCompactJws } from "./jws.js";
import type { KeyRing } from "./key-ring.js";
import { judgeOwnClaims, judgeOwnJwt } from "./own-token.js";
import { OPAQUE_PREFIX, type TokenSealer } from "./seal.js";

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
    readonly sealer: TokenSealer;
  };
  readonly clock: Clock;
  readonly clockToleranceSeconds: Seconds;
  /** How long ago a token may have expired: the longest window of any client. */
  readonly windowSeconds: Seconds;
}

export function createRenewableTokens(options: RenewableTokensOptions): RenewableTokens {
  const { own, clock, clockToleranceSeconds, windowSeconds } = options;
  const rules = { ...own, clockToleranceSeconds, expiryToleranceSeconds: windowSeconds };
  return {
    read(token) {
      if (token.length > MAX_TOKEN_LENGTH) return undefined;
      const now = nowSeconds(clock);
      if (token.startsWith(OPAQUE_PREFIX)) {
        const opened = own.sealer.open(token);
        if (opened === undefined) return undefined;
        const judged = judgeOwnClaims(opened.claims, rules, now, () => true);
        return judged.kind === "accepted" ? judged.principal : undefined;
      }
      const jws = parseCompactJws(token);
      if (jws.kind === "malformed") return undefined;
      const judged = judgeOwnJwt(jws, rules, now);
      return judged.kind === "accepted" ? judged.principal : undefined;
    },
  };
}
