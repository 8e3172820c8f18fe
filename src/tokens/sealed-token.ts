import type { UnixSeconds } from "../domain/time.js";
import { type Judgement, refused } from "./judgement.js";
import { judgeOwnClaims, type OwnTokenRules } from "./own-token.js";
import type { TokenSealer } from "./seal.js";

/** Opaque access tokens of ours, where they are accepted at all. */
export interface SealedTokens {
  readonly sealer: TokenSealer;
  /** From this second on none is accepted: the end of a change of format. Absent: no end. */
  readonly until?: UnixSeconds | undefined;
}

/**
 * Judges an opaque access token: its seal, then the same claims as those of a signed one.
 *
 * @param sealed - absent where no opaque token is accepted: then there is no key that could vouch for one
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
  if (opened === undefined) return refused("not sealed by us");
  return judgeOwnClaims(
    opened.claims,
    rules,
    now,
    (later) => later < (sealed.until ?? Number.POSITIVE_INFINITY) && sealed.sealer.isTrusted(opened.secretId),
  );
}
