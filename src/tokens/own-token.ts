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
import { readBinding } from "./binding.js";
import { type Judgement, refused } from "./judgement.js";
import { hasValidSignature, type UnverifiedJws } from "./jws.js";
import type { KeyRing } from "./key-ring.js";

/** Header `typ` of our access tokens (RFC 9068 §2.1). No other JWT that we sign has it. */
export const ACCESS_TOKEN_TYP = "at+jwt";

/**
 * The longest life (`exp − iat`) of our tokens, unless a client is configured with a longer one. It does not depend on
 * the configured lives: while they change in a rolling deploy, tokens of other gateways stay valid.
 */
export const OWN_TOKEN_CEILING: Seconds = 86_400;

export interface OwnTokenRules {
  readonly issuer: string;
  readonly audience: string;
  readonly keyRing: KeyRing;
  /** For `iat`, `nbf`, `auth_time` in the future. Expiry of our own tokens has no tolerance. */
  readonly clockToleranceSeconds: Seconds;
  /** Only silent renewal accepts an expired token, up to this long after its expiry. Default 0. */
  readonly expiryToleranceSeconds?: Seconds;
  /** The longest `exp − iat`: a stolen key cannot sign tokens that are valid for ever. Default a day. */
  readonly maxTtlSeconds?: Seconds | undefined;
}

/** Verifies a JWT with our `iss`: key, algorithm, signature, then claims. */
export function judgeOwnJwt(jws: UnverifiedJws, rules: OwnTokenRules, now: UnixSeconds): Judgement {
  const { header } = jws;
  // RFC 8725 §3.11: no other JWT that we sign may be accepted as an access token.
  if (ownMember(header, "typ") !== ACCESS_TOKEN_TYP) return refused("typ is not at+jwt");
  // We never write these: a token with its own key is forged (RFC 8725 §3.10).
  if (["jwk", "jku", "x5u", "x5c"].some((name) => Object.hasOwn(header, name))) {
    return refused("header carries a key");
  }
  const kid = readText(ownMember(header, "kid"));
  const key = kid === undefined ? undefined : rules.keyRing.verifying(kid, now);
  if (key === undefined) return refused("unknown or retired key");
  // RFC 8725 §3.1: the key determines the algorithm; the header must have the same.
  if (ownMember(header, "alg") !== key.algorithm) return refused("alg is not the algorithm of the key");
  if (!hasValidSignature(jws, key.algorithm, key.publicKey)) return refused("bad signature");
  return judgeOwnClaims(
    jws.payload,
    rules,
    now,
    (later) => rules.keyRing.verifying(key.kid, later)?.publicKey === key.publicKey,
  );
}

/** Checks the claims of our own token, after its signature or seal was verified. */
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
    return refused("its life is longer than that of any token of this gateway");
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

/** Claims → principal. A token without one of the claims that we always write is not ours. */
function ownPrincipal(payload: Readonly<Record<string, unknown>>): Authenticated | undefined {
  const read = (name: string): unknown => ownMember(payload, name);
  const subject = readText(read("sub"));
  const session = readText(read("sid"));
  const client = readText(read("client_id"));
  const tenant = readText(read("tid"));
  const tokenId = readText(read("jti"));
  const generation = readNumericDate(read("gen")); // a counter; the same check applies
  const retiredGeneration = readNumericDate(read("rgen"));
  const epoch = readNumericDate(read("ep"));
  const issuedAt = readNumericDate(read("iat"));
  const expiresAt = readNumericDate(read("exp"));
  if (subject === undefined || session === undefined || client === undefined || tenant === undefined) return;
  if (tokenId === undefined || generation === undefined || epoch === undefined) return;
  if (issuedAt === undefined || expiresAt === undefined) return;
  const binding = readBinding(read("cnf"));
  if (binding.kind === "unknown") return;
  const delivery = read("delivery_mode");
  if (delivery !== undefined && delivery !== "cookie") return;
  const authTime = readNumericDate(read("auth_time"));
  const acr = readText(read("acr"));
  return {
    kind: "user",
    issuer: "local",
    subject,
    tenant: tenantId(tenant),
    sessionId: sessionId(session),
    clientId: clientId(client),
    ...(delivery === undefined ? {} : { delivery }),
    scopes: readScopeClaim(read("scope")),
    // A malformed `auth_time` means a stale login, not a refusal (docs/spec/directive.md §1.4).
    ...(authTime === undefined ? {} : { authTime }),
    ...(acr === undefined ? {} : { acr }),
    amr: readTexts(read("amr")),
    issuedAt,
    expiresAt,
    tokenId,
    generation,
    ...(retiredGeneration === undefined ? {} : { retiredGeneration }),
    epoch,
    ...(binding.kind === "key" ? { keyThumbprint: binding.thumbprint } : {}),
    claims: customClaims(payload),
  };
}
