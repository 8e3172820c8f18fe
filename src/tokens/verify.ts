import type { Authenticated } from "../domain/principal.js";
import { LOCAL_ISSUER } from "../domain/revocation.js";
import { type Clock, nowSeconds, type Seconds, type UnixSeconds } from "../domain/time.js";
import { ConnectionDigests } from "./connection-digests.js";
import { type Judgement, refused } from "./judgement.js";
import { MAX_TOKEN_LENGTH, parseCompactJws } from "./jws.js";
import type { KeyRing } from "./key-ring.js";
import type { LocalUsers } from "./local-users.js";
import type { OutsideIssuerConfig } from "./outside-issuer-config.js";
import { createOutsideIssuers } from "./outside-issuers.js";
import { judgeOwnJwt } from "./own-token.js";
import type { RevocationView } from "./revocation-view.js";
import { OPAQUE_PREFIX } from "./seal.js";
import { judgeSealed, type SealedTokens } from "./sealed-token.js";
import type { PreparedVerifier, VerifyOutcome } from "./token-verifier.js";
import { VerifiedTokens } from "./verified-tokens.js";

export interface TokenVerifierOptions {
  readonly own: {
    readonly issuer: string;
    readonly audience: string;
    readonly keyRing: KeyRing;
    /** Opaque access tokens, where they are accepted. JWTs of ours always are, so that the format can be changed. */
    readonly sealed?: SealedTokens | undefined;
    /** Longest life of a token of ours. Default a day. */
    readonly maxTtlSeconds?: Seconds;
  };
  readonly outside?: readonly OutsideIssuerConfig[];
  /** Other issuers of this gateway, which no entry of `outside` may name: the identity issuer. */
  readonly reservedIssuers?: readonly string[];
  /** Asked about local users that outside tokens stand for. Absent: there are none. */
  readonly localUsers?: LocalUsers | undefined;
  readonly revocations: RevocationView;
  readonly clock: Clock;
  /** Default 60. For `iat` and `nbf` in the future, and for `exp` of outside issuers; our own `exp` has none. */
  readonly clockToleranceSeconds?: Seconds;
  /** Told of a token of ours when it is verified, not each time it is recalled. Must not throw. */
  readonly onFirstUse?: (principal: Authenticated) => void;
  /** Most verified tokens remembered. Default 10 000. */
  readonly cacheSize?: number;
}

/**
 * Bearer credential → principal, or refusal. No network and no store for our own tokens; synchronous whenever the
 * keys are at hand.
 *
 * A remembered token skips its signature and nothing else: expiry, revocation, epoch and the state of its key are
 * asked at every use (docs/spec/sessions.md §5.7). So is the local user an outside token stands for.
 *
 * @returns a verifier that never throws on bad input. It throws FaultError `SERVICE_UNAVAILABLE` only while the key
 * set of the outside issuer named by the token has never been loaded and cannot be: we cannot tell then, and "sign
 * in again" would be the wrong answer.
 * @throws ConfigError when outside issuers contradict each other or us
 */
export function createTokenVerifier(options: TokenVerifierOptions): PreparedVerifier {
  const clockToleranceSeconds = options.clockToleranceSeconds ?? 60;
  const ownRules = { ...options.own, clockToleranceSeconds };
  const outside = createOutsideIssuers(options.outside ?? [], {
    reservedIssuers: [options.own.issuer, ...(options.reservedIssuers ?? [])],
    clock: options.clock,
    clockToleranceSeconds,
    knowsUsers: options.localUsers !== undefined,
  });
  const verified = new VerifiedTokens(options.cacheSize ?? 10_000);
  const digests = new ConnectionDigests();

  /** A refusal says whose token it was, so that the log and the metrics can. */
  const named = <Of extends Judgement | VerifyOutcome>(issuer: string, judgement: Of): Of =>
    judgement.kind === "refused" ? { ...judgement, issuer } : judgement;

  const recall = (digest: string, now: UnixSeconds): VerifyOutcome | undefined => {
    const known = verified.get(digest);
    if (known === undefined) return undefined;
    // A key that is gone, or was read again with other times of service, has the token judged anew.
    if (!known.isKeyTrusted(now)) {
      verified.delete(digest);
      return undefined;
    }
    if (now >= known.unusableFrom) {
      verified.delete(digest);
      return named(known.revocable.issuer, refused("expired", "TOKEN_EXPIRED"));
    }
    if (options.revocations.isRevoked(known.revocable))
      return named(known.revocable.issuer, refused("revoked", "TOKEN_REVOKED"));
    return { kind: "verified", principal: known.principal, revocable: known.revocable };
  };

  /** Whoever may not sign in is not let in by a token of others either. */
  const admit = (outcome: VerifyOutcome): VerifyOutcome | Promise<VerifyOutcome> => {
    if (outcome.kind === "refused" || outcome.revocable.localUser === undefined) return outcome;
    const { revocable } = outcome;
    const decide = (isActive: boolean): VerifyOutcome => {
      if (!isActive)
        return named(
          revocable.issuer,
          refused("the local user is unknown, locked or disabled", "TOKEN_REVOKED"),
        );
      return options.revocations.isRevoked(revocable)
        ? named(revocable.issuer, refused("revoked", "TOKEN_REVOKED"))
        : outcome;
    };
    const isActive = options.localUsers?.isActive(revocable.tenant, outcome.revocable.localUser) ?? false;
    return isActive instanceof Promise ? isActive.then(decide) : decide(isActive);
  };

  const judge = (token: string, now: UnixSeconds): Judgement | Promise<Judgement> => {
    if (token.startsWith(OPAQUE_PREFIX))
      return named(LOCAL_ISSUER, judgeSealed(token, options.own.sealed, ownRules, now));
    const jws = parseCompactJws(token);
    if (jws.kind === "malformed") return refused(jws.detail);
    // The issuer is read unverified only to choose whose keys must have signed it.
    const issuer = jws.payload["iss"];
    if (issuer === options.own.issuer) return named(LOCAL_ISSUER, judgeOwnJwt(jws, ownRules, now));
    const other = typeof issuer === "string" ? outside.get(issuer) : undefined;
    if (other === undefined || typeof issuer !== "string") return refused("unknown issuer");
    const judgement = other.judge(jws, now);
    return judgement instanceof Promise
      ? judgement.then((late) => named(issuer, late))
      : named(issuer, judgement);
  };

  const conclude = (judgement: Judgement, digest: string, now: UnixSeconds): VerifyOutcome => {
    if (judgement.kind === "refused") return judgement;
    verified.set(digest, judgement);
    const { principal, revocable, unusableFrom } = judgement;
    if (options.revocations.isRevoked(revocable))
      return named(revocable.issuer, refused("revoked", "TOKEN_REVOKED"));
    if (now >= unusableFrom) return named(revocable.issuer, refused("expired", "TOKEN_EXPIRED"));
    options.onFirstUse?.(principal);
    return { kind: "verified", principal, revocable };
  };

  return {
    async prepare() {
      const told = await Promise.all([...outside.values()].map((issuer) => issuer.prepare()));
      return told.filter((text) => text !== undefined);
    },
    verify(token, connection) {
      if (token.length > MAX_TOKEN_LENGTH) return refused("too long");
      const now = nowSeconds(options.clock);
      const digest = digests.of(token, connection);
      const recalled = recall(digest, now);
      if (recalled?.kind === "verified") return admit(recalled);
      // A connection keeps the text of what was verified before, and of nothing else.
      digests.forget(connection);
      if (recalled !== undefined) return recalled;
      const judgement = judge(token, now);
      return judgement instanceof Promise
        ? judgement.then((late) => admit(conclude(late, digest, nowSeconds(options.clock))))
        : admit(conclude(judgement, digest, now));
    },
  };
}
