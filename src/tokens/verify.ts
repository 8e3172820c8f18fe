import { TwoGenerations } from "../caching/two-generations.js";
import type { Authenticated } from "../domain/principal.js";
import { LOCAL_ISSUER } from "../domain/revocation.js";
import { type Clock, nowSeconds, type Seconds, type UnixSeconds } from "../domain/time.js";
import { ConnectionDigests } from "./connection-digests.js";
import { type Accepted, type Judgement, refused } from "./judgement.js";
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

export interface TokenVerifierOptions {
  readonly own: {
    readonly issuer: string;
    readonly audience: string;
    readonly keyRing: KeyRing;
    /** Opaque access tokens, when they are accepted. JWTs are always accepted, so that the format can be changed. */
    readonly sealed?: SealedTokens | undefined;
    /** The longest life of one of our tokens. Default a day. */
    readonly maxTtlSeconds?: Seconds;
  };
  readonly outside?: readonly OutsideIssuerConfig[];
  /** Other issuers of this gateway (the identity issuer), which must not be in `outside`. */
  readonly reservedIssuers?: readonly string[];
  /** Checks local users to whom outside tokens are mapped. Absent: there are no local users. */
  readonly localUsers?: LocalUsers | undefined;
  readonly revocations: RevocationView;
  readonly clock: Clock;
  /** Default 60. For `iat` and `nbf` in the future, and for `exp` of outside issuers; our own `exp` has none. */
  readonly clockToleranceSeconds?: Seconds;
  /**
   * Called when a bearer token is verified, not when it is found in the cache. Not called for a bound token: whoever
   * sends it may not have the key. Must not throw.
   */
  readonly onFirstUse?: (principal: Authenticated) => void;
  /** The maximum number of cached tokens. Default 10 000. */
  readonly cacheSize?: number;
}

/**
 * Bearer credential → principal, or refusal. Needs no network and no store for our own tokens. Synchronous when the
 * keys are in memory.
 *
 * For a cached token only the signature check is skipped. Expiry, revocation, epoch and the state of its key are
 * checked at every use (docs/spec/sessions.md §5.7), and so is the local user to whom an outside token is mapped.
 *
 * @returns a verifier that never throws on bad input. It throws FaultError `SERVICE_UNAVAILABLE` only while the key set
 * of the outside issuer that the token names cannot be read: the token may be valid, so "sign in again" would be the
 * wrong answer.
 * @throws ConfigError when outside issuers conflict with each other or with this gateway
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
  const verified = new TwoGenerations<Accepted>(options.cacheSize ?? 10_000);
  const digests = new ConnectionDigests();

  /** Adds the issuer to a refusal, for the log and the metrics. */
  const withIssuer = <Of extends Judgement | VerifyOutcome>(issuer: string, judgement: Of): Of =>
    judgement.kind === "refused" ? { ...judgement, issuer } : judgement;

  const recall = (digest: string, now: UnixSeconds): VerifyOutcome | undefined => {
    const known = verified.get(digest);
    if (known === undefined) return undefined;
    // The key is gone, or was read again with other times: the token is verified again.
    if (!known.isKeyTrusted(now)) {
      verified.delete(digest);
      return undefined;
    }
    if (now >= known.unusableFrom) {
      verified.delete(digest);
      return withIssuer(known.revocable.issuer, refused("expired", "TOKEN_EXPIRED"));
    }
    if (options.revocations.isRevoked(known.revocable))
      return withIssuer(known.revocable.issuer, refused("revoked", "TOKEN_REVOKED"));
    return { kind: "verified", principal: known.principal, revocable: known.revocable };
  };

  /** An outside token is refused when its local user is not allowed to sign in. */
  const admit = (outcome: VerifyOutcome): VerifyOutcome | Promise<VerifyOutcome> => {
    if (outcome.kind === "refused" || outcome.revocable.localUser === undefined) return outcome;
    const { revocable } = outcome;
    const decide = (isActive: boolean): VerifyOutcome => {
      if (!isActive)
        return withIssuer(
          revocable.issuer,
          refused("the local user is unknown, locked or disabled", "TOKEN_REVOKED"),
        );
      return options.revocations.isRevoked(revocable)
        ? withIssuer(revocable.issuer, refused("revoked", "TOKEN_REVOKED"))
        : outcome;
    };
    const isActive = options.localUsers?.isActive(revocable.tenant, outcome.revocable.localUser) ?? false;
    return isActive instanceof Promise ? isActive.then(decide) : decide(isActive);
  };

  const judgeOwn = (token: string, now: UnixSeconds): Judgement | undefined => {
    if (token.startsWith(OPAQUE_PREFIX))
      return withIssuer(LOCAL_ISSUER, judgeSealed(token, options.own.sealed, ownRules, now));
    const jws = parseCompactJws(token);
    return jws.kind === "parsed" && jws.payload["iss"] === options.own.issuer
      ? withIssuer(LOCAL_ISSUER, judgeOwnJwt(jws, ownRules, now))
      : undefined;
  };

  const judge = (token: string, now: UnixSeconds): Judgement | Promise<Judgement> => {
    if (token.startsWith(OPAQUE_PREFIX))
      return withIssuer(LOCAL_ISSUER, judgeSealed(token, options.own.sealed, ownRules, now));
    const jws = parseCompactJws(token);
    if (jws.kind === "malformed") return refused(jws.detail);
    // `iss` is not verified yet; it only selects the keys that the signature is checked with.
    const issuer = jws.payload["iss"];
    if (issuer === options.own.issuer) return withIssuer(LOCAL_ISSUER, judgeOwnJwt(jws, ownRules, now));
    const other = typeof issuer === "string" ? outside.get(issuer) : undefined;
    if (other === undefined || typeof issuer !== "string") return refused("unknown issuer");
    const judgement = other.judge(jws, now);
    return judgement instanceof Promise
      ? judgement.then((late) => withIssuer(issuer, late))
      : withIssuer(issuer, judgement);
  };

  const conclude = (judgement: Judgement, digest: string, now: UnixSeconds): VerifyOutcome => {
    if (judgement.kind === "refused") return judgement;
    verified.set(digest, judgement);
    const { principal, revocable, unusableFrom } = judgement;
    if (options.revocations.isRevoked(revocable))
      return withIssuer(revocable.issuer, refused("revoked", "TOKEN_REVOKED"));
    if (now >= unusableFrom) return withIssuer(revocable.issuer, refused("expired", "TOKEN_EXPIRED"));
    // A token that was issued for a proof or a cookie counts as used once the request has shown that it fits.
    if (principal.keyThumbprint === undefined && principal.delivery === undefined)
      options.onFirstUse?.(principal);
    return { kind: "verified", principal, revocable };
  };

  return {
    async prepare() {
      const failures = await Promise.all([...outside.values()].map((issuer) => issuer.prepare()));
      return failures.filter((text) => text !== undefined);
    },
    verifyOwn(token) {
      if (token.length > MAX_TOKEN_LENGTH) return refused("too long");
      const now = nowSeconds(options.clock);
      const digest = digests.of(token, undefined);
      const recalled = recall(digest, now);
      if (recalled?.kind === "refused") return recalled;
      if (recalled !== undefined)
        return recalled.revocable.issuer === LOCAL_ISSUER
          ? recalled
          : refused("a token of an outside issuer");
      const judgement = judgeOwn(token, now);
      return judgement === undefined
        ? refused("not a token of this gateway")
        : conclude(judgement, digest, now);
    },
    verify(token, connection) {
      if (token.length > MAX_TOKEN_LENGTH) return refused("too long");
      const now = nowSeconds(options.clock);
      const digest = digests.of(token, connection);
      const recalled = recall(digest, now);
      if (recalled?.kind === "verified") return admit(recalled);
      // Only tokens that were verified stay with their connection.
      digests.forget(connection);
      if (recalled !== undefined) return recalled;
      const judgement = judge(token, now);
      return judgement instanceof Promise
        ? judgement.then((late) => admit(conclude(late, digest, nowSeconds(options.clock))))
        : admit(conclude(judgement, digest, now));
    },
  };
}
