import { clientId, sessionId, tenantId } from "../domain/brand.js";
import {
  audienceMatches,
  customClaims,
  ownMember,
  readNumericDate,
  readScopeClaim,
  readText,
  readTexts,
} from "../domain/claims.js";
import type { Authenticated } from "../domain/principal.js";
import { revocableOf } from "../domain/revocation.js";
import type { Seconds, UnixSeconds } from "../domain/time.js";
import { type Judgement, refused } from "./judgement.js";
import { hasValidSignature, type UnverifiedJws } from "./jws.js";
import type { KeyRing } from "./key-ring.js";

/** Header `typ` of our access tokens (RFC 9068 §2.1): what keeps them apart from every other JWT we sign. */
export const ACCESS_TOKEN_TYP = "at+jwt";

/**
 * No token of ours lives longer (`exp − iat`), unless a client is configured to. A day, whatever the lives configured
 * now: during a rolling change of them another gateway's tokens are honest too.
 */
export const OWN_TOKEN_CEILING: Seconds = 86_400;

export interface OwnTokenRules {
  readonly issuer: string;
  readonly audience: string;
  readonly keyRing: KeyRing;
  /** For `iat`, `nbf`, `auth_time` in the future. Expiry of our own tokens has no tolerance. */
  readonly clockToleranceSeconds: Seconds;
  /** Only silent renewal forgives an expiry, and by no more than this. Default 0. */
  readonly expiryToleranceSeconds?: Seconds;
  /** Longest `exp − iat`: whoever got hold of a key cannot make tokens for ever. Default a day. */
  readonly maxTtlSeconds?: Seconds | undefined;
}

/** Judges a JWT that claims to be ours: key, algorithm, signature, then claims. */
export function judgeOwnJwt(jws: UnverifiedJws, rules: OwnTokenRules, now: UnixSeconds): Judgement {
  const { header } = jws;
  // RFC 8725 §3.11: nothing else we sign may pass for an access token.
  if (ownMember(header, "typ") !== ACCESS_TOKEN_TYP) return refused("typ is not at+jwt");
  // We never write these; a token that brings its own key is a forgery (RFC 8725 §3.10).
  if (["jwk", "jku", "x5u", "x5c"].some((name) => Object.hasOwn(header, name))) {
    return refused("header carries a key");
  }
  const kid = readText(ownMember(header, "kid"));
  const key = kid === undefined ? undefined : rules.keyRing.verifying(kid, now);
  if (key === undefined) return refused("unknown or retired key");
  // RFC 8725 §3.1: the key decides; the header may only agree.
  if (ownMember(header, "alg") !== key.algorithm) return refused("algorithm does not fit the key");
  if (!hasValidSignature(jws, key.algorithm, key.publicKey)) return refused("bad signature");
  return judgeOwnClaims(
    jws.payload,
    rules,
    now,
    (later) => rules.keyRing.verifying(key.kid, later)?.publicKey === key.publicKey,
  );
}

/** Judges the claims of our own token, once its signature or seal is known to be good. */
export function judgeOwnClaims(
  payload: Readonly<Record<string, unknown>>,
  rules: Omit<OwnTokenRules, "keyRing">,
  now: UnixSeconds,
  isKeyTrusted: (nowSeconds: UnixSeconds) => boolean,
): Judgement {
  if (payload["iss"] !== rules.issuer) return refused("another issuer");
  if (!audienceMatches(payload["aud"], [rules.audience])) return refused("another audience");
  const principal = ownPrincipal(payload);
  if (principal === undefined) return refused("a claim is missing or malformed");
  if (now >= principal.expiresAt + (rules.expiryToleranceSeconds ?? 0))
    return refused("expired", "TOKEN_EXPIRED");
  if (principal.expiresAt - principal.issuedAt > (rules.maxTtlSeconds ?? OWN_TOKEN_CEILING))
    return refused("lives longer than any token of ours");
  const horizon = now + rules.clockToleranceSeconds;
  if (principal.issuedAt > horizon) return refused("issued in the future");
  if (payload["nbf"] !== undefined && (readNumericDate(payload["nbf"]) ?? Infinity) > horizon) {
    return refused("not valid yet");
  }
  return {
    kind: "accepted",
    principal,
    revocable: revocableOf(principal),
    unusableFrom: principal.expiresAt,
    isKeyTrusted,
  };
}

/** Claims → principal; every claim we always write must be there, or it is not our token. */
function ownPrincipal(payload: Readonly<Record<string, unknown>>): Authenticated | undefined {
  const read = (name: string): unknown => ownMember(payload, name);
  const subject = readText(read("sub"));
  const session = readText(read("sid"));
  const client = readText(read("client_id"));
  const tenant = readText(read("tid"));
  const tokenId = readText(read("jti"));
  const generation = readNumericDate(read("gen")); // a counter, of the same shape
  const retiredGeneration = readNumericDate(read("rgen"));
  const epoch = readNumericDate(read("ep"));
  const issuedAt = readNumericDate(read("iat"));
  const expiresAt = readNumericDate(read("exp"));
  if (subject === undefined || session === undefined || client === undefined || tenant === undefined) return;
  if (tokenId === undefined || generation === undefined || epoch === undefined) return;
  if (issuedAt === undefined || expiresAt === undefined) return;
  const authTime = readNumericDate(read("auth_time"));
  const acr = readText(read("acr"));
  return {
    kind: "user",
    issuer: "local",
    subject,
    tenant: tenantId(tenant),
    sessionId: sessionId(session),
    clientId: clientId(client),
    scopes: readScopeClaim(read("scope")),
    // Malformed means stale, not refused (docs/spec/directive.md §1.4).
    ...(authTime === undefined ? {} : { authTime }),
    ...(acr === undefined ? {} : { acr }),
    amr: readTexts(read("amr")),
    issuedAt,
    expiresAt,
    tokenId,
    generation,
    ...(retiredGeneration === undefined ? {} : { retiredGeneration }),
    epoch,
    claims: customClaims(payload),
  };
}
