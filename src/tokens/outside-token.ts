import { clientId, sessionId, type TenantId, type UserId, userId } from "../domain/brand.js";
import {
  audienceMatches,
  claimAt,
  isScopeToken,
  ownMember,
  RESERVED_SCOPE_PREFIX,
  readFractionalDate,
  readNumericDate,
  readScopeClaim,
  readText,
  readTexts,
} from "../domain/claims.js";
import type { Authenticated } from "../domain/principal.js";
import type { Seconds, UnixSeconds } from "../domain/time.js";
import { readBinding } from "./binding.js";
import { type Judgement, refused } from "./judgement.js";
import { hasValidSignature, type UnverifiedJws } from "./jws.js";
import type { OutsideIssuerConfig, OutsideScopesConfig } from "./outside-issuer-config.js";
import type { OutsideKeys } from "./outside-keys.js";
import type { OutsideKey } from "./public-keys.js";

export interface OutsideTokenRules {
  readonly issuer: string;
  /** `undefined`: any audience is accepted. */
  readonly audiences: readonly string[] | undefined;
  readonly maxTtlSeconds: Seconds;
  readonly scopes: OutsideScopesConfig;
  /** Our name of a claim → its path in the token. */
  readonly claims: Readonly<Record<string, string>>;
  readonly trustAuthTime: boolean;
  readonly subject: NonNullable<OutsideIssuerConfig["subject"]>;
  readonly clockToleranceSeconds: Seconds;
  readonly tenant: TenantId;
  readonly keys: OutsideKeys;
}

/** Allowed `typ` of outside access tokens. Logout tokens, security events and DPoP proofs have other types. */
const ACCEPTED_TYPES = new Set(["jwt", "at+jwt"]);

function hasAcceptableType(header: Readonly<Record<string, unknown>>): boolean {
  const typ = ownMember(header, "typ");
  if (typ === undefined) return true; // RFC 7515 §4.1.9: optional
  // RFC 7515 §4.1.9: media type names compare without case, `application/` may be left out.
  return typeof typ === "string" && ACCEPTED_TYPES.has(typ.toLowerCase().replace(/^application\//, ""));
}

/**
 * Verifies a token of an outside issuer. Header members with keys (`jku`, `x5c` …) are ignored: several providers send
 * them, and only the keys of the configured set are used.
 */
export function judgeOutsideJwt(
  jws: UnverifiedJws,
  rules: OutsideTokenRules,
  now: UnixSeconds,
): Judgement | Promise<Judgement> {
  const algorithm = ownMember(jws.header, "alg");
  const kid = ownMember(jws.header, "kid");
  if (typeof algorithm !== "string") return refused("alg is missing");
  if (kid !== undefined && typeof kid !== "string") return refused("kid is not a string");
  if (!hasAcceptableType(jws.header)) return refused("typ is not jwt or at+jwt");
  const key = rules.keys.find(kid, algorithm);
  return key instanceof Promise
    ? key.then((late) => judgeWithKey(jws, late, rules, now))
    : judgeWithKey(jws, key, rules, now);
}

function judgeWithKey(
  jws: UnverifiedJws,
  key: OutsideKey | undefined,
  rules: OutsideTokenRules,
  now: UnixSeconds,
): Judgement {
  if (key === undefined) return refused("the key is unknown, or has another algorithm than the token");
  if (!hasValidSignature(jws, key.algorithm, key.publicKey)) return refused("bad signature");
  return judgeClaims(jws.payload, key, rules, now);
}

function judgeClaims(
  payload: UnverifiedJws["payload"],
  key: OutsideKey,
  rules: OutsideTokenRules,
  now: UnixSeconds,
): Judgement {
  const read = (name: string): unknown => ownMember(payload, name);
  if (rules.audiences !== undefined && !audienceMatches(read("aud"), rules.audiences))
    return refused("aud is not issuers[].audience");
  const outsideSubject = readText(read("sub"));
  const issued = read("iat") === undefined ? undefined : readFractionalDate(read("iat"));
  const expires = readFractionalDate(read("exp"));
  if (outsideSubject === undefined || expires === undefined)
    return refused("sub or exp is missing or malformed");
  if (issued === undefined && read("iat") !== undefined) return refused("iat is malformed");
  // Fractions of a second are rounded down: the token counts as older and expires sooner. Without `iat` (optional in
  // RFC 7519) it counts as issued in 1970, so every revocation by age ends it.
  const issuedAt = Math.floor(issued ?? 0);
  const expiresAt = Math.floor(expires);
  const tolerance = rules.clockToleranceSeconds;
  if (now >= expiresAt + tolerance) return refused("expired", "TOKEN_EXPIRED");
  if (issuedAt > now + tolerance) return refused("issued in the future");
  const notBefore = read("nbf") === undefined ? 0 : readFractionalDate(read("nbf"));
  if (notBefore === undefined || notBefore > now + tolerance) return refused("not valid yet");
  if (expiresAt - (issued ?? now) > rules.maxTtlSeconds)
    return refused("its life is longer than issuers[].maxTtlSeconds");

  const binding = readBinding(read("cnf"));
  if (binding.kind === "unknown")
    return refused("the token is bound to something that is not checked here (cnf)");

  const local = localUser(payload, rules);
  if (local.kind === "unmappable")
    return refused("the claim issuers[].subject.claim is missing or not verified");
  const subject =
    local.kind === "mapped" ? { subject: local.id, localUserId: local.id } : { subject: outsideSubject };

  const session = readText(read("sid"));
  const tokenId = readText(read("jti"));
  const client = readText(read("client_id")) ?? readText(read("azp"));
  const principal: Authenticated = {
    kind: "user",
    issuer: rules.issuer,
    ...subject,
    tenant: rules.tenant, // the `tid` of an outside token is not one of our tenants
    ...(session === undefined ? {} : { sessionId: sessionId(session) }),
    ...(client === undefined ? {} : { clientId: clientId(client) }),
    ...trustedClaims(payload, rules),
    issuedAt,
    expiresAt,
    ...(tokenId === undefined ? {} : { tokenId }),
    ...(binding.kind === "key" ? { keyThumbprint: binding.thumbprint } : {}),
  };
  return {
    kind: "accepted",
    principal,
    // Revocable by the names its issuer uses, and together with the local user it is mapped to.
    revocable: {
      issuer: rules.issuer,
      subject: outsideSubject,
      tenant: rules.tenant,
      issuedAt,
      ...(local.kind === "mapped" ? { localUser: local.id } : {}),
      ...(session === undefined ? {} : { sessionId: sessionId(session) }),
      ...(tokenId === undefined ? {} : { tokenId }),
    },
    unusableFrom: expiresAt + tolerance,
    isKeyTrusted: () => rules.keys.holds(key),
  };
}

/** The claims that authorization rules can use. */
export type TrustedClaims = Pick<Authenticated, "scopes" | "authTime" | "acr" | "amr" | "claims">;

/** The claims of an outside token that are trusted here, by the settings of its issuer. Verifies nothing. */
export function trustedClaims(
  payload: Readonly<Record<string, unknown>>,
  rules: Pick<OutsideTokenRules, "scopes" | "claims" | "trustAuthTime">,
): TrustedClaims {
  const authTime = readNumericDate(ownMember(payload, "auth_time"));
  const acr = readText(ownMember(payload, "acr"));
  return {
    scopes: grantedScopes(payload, rules.scopes),
    ...(rules.trustAuthTime && authTime !== undefined ? { authTime } : {}),
    ...(rules.trustAuthTime && acr !== undefined ? { acr } : {}),
    amr: rules.trustAuthTime ? readTexts(ownMember(payload, "amr")) : [],
    claims: projected(payload, rules.claims),
  };
}

type LocalUser =
  | { readonly kind: "none" }
  | { readonly kind: "mapped"; readonly id: UserId }
  | { readonly kind: "unmappable" };

/** The local user, if a rule maps the token to one. */
function localUser(payload: UnverifiedJws["payload"], { subject }: OutsideTokenRules): LocalUser {
  if (subject === "deny") return { kind: "none" };
  const name = readText(ownMember(payload, subject.claim ?? "sub"));
  const isVerified = subject.verified === undefined || isTrue(ownMember(payload, subject.verified));
  if (name === undefined || !isVerified) return { kind: "unmappable" };
  return { kind: "mapped", id: userId(`${subject.prefix ?? ""}${name}`) };
}

/** Some providers write booleans as strings. */
const isTrue = (claim: unknown): boolean => claim === true || claim === "true";

/** The claims that the operator configured, under the configured names. */
function projected(
  payload: UnverifiedJws["payload"],
  names: Readonly<Record<string, string>>,
): Readonly<Record<string, unknown>> {
  const claims: Record<string, unknown> = Object.create(null);
  for (const [name, path] of Object.entries(names)) {
    const value = claimAt(payload, path);
    if (value !== undefined) claims[name] = value;
  }
  return Object.freeze(claims);
}

/** The scopes that the issuer may grant: from all configured claims, mapped, then filtered; never `cardea:*`. */
function grantedScopes(payload: UnverifiedJws["payload"], config: OutsideScopesConfig): ReadonlySet<string> {
  const map = new Map(Object.entries(config.map ?? {}));
  const granted = new Set<string>();
  const outside = [config.claim ?? "scope"]
    .flat()
    .flatMap((path) => [...readScopeClaim(claimAt(payload, path))]);
  for (const scope of outside.flatMap((each) => map.get(each) ?? each)) {
    const allowed = config.allow === undefined || config.allow.includes(scope);
    if (allowed && isScopeToken(scope) && !scope.startsWith(RESERVED_SCOPE_PREFIX)) granted.add(scope);
  }
  return granted;
}
