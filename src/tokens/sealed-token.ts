import type { UnixSeconds } from "../domain/time.js";
import { type Judgement, refused } from "./judgement.js";
import { judgeOwnClaims, type OwnTokenRules } from "./own-token.js";
import type { TokenSealer } from "./seal.js";

/** The settings for our opaque access tokens, when they are accepted. */
export interface SealedTokens {
  readonly sealer: TokenSealer;
  /** From this second on no opaque token is accepted: the end of a change of format. Absent: no end. */
  readonly until?: UnixSeconds | undefined;
}

/**
 * Verifies an opaque access token: its seal, then its claims, like those of a signed token.
 *
 * @param sealed - `undefined` when opaque tokens are not accepted
 */
export function judgeSealed(
  token: string,
  sealed: SealedTokens | undefined,
  rules: Omit<OwnTokenRules, "keyRing">,
  now: UnixSeconds,
): Judgement {
  if (sealed === undefined || now >= (sealed.until ?? Number.POSITIVE_INFINITY))
    return refused("opaque tokens are not accepted here (tokens.format, tokens.acceptOpaqueUntil)");
  const opened = sealed.sealer.open(token);
  if (opened === undefined) return refused("not sealed by this gateway");
  return judgeOwnClaims(
    opened.claims,
    rules,
    now,
    (later) => later < (sealed.until ?? Number.POSITIVE_INFINITY) && sealed.sealer.isTrusted(opened.secretId),
  );
}
