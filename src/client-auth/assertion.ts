import { type ClientId, clientId } from "../domain/brand.js";
import { ownMember, readFractionalDate, readText } from "../domain/claims.js";
import type { Seconds, UnixSeconds } from "../domain/time.js";
import { isVerifyingAlgorithm } from "../tokens/algorithms.js";
import { hasValidSignature, parseCompactJws, type UnverifiedJws } from "../tokens/jws.js";
import type { OutsideKeys } from "../tokens/outside-keys.js";
import type { OutsideKey } from "../tokens/public-keys.js";

/** The longest accepted `exp − iat`. */
export const MAX_ASSERTION_SECONDS: Seconds = 300;
const MAX_JTI_LENGTH = 256;
/** Media types compare without case, and `application/` may be left out (RFC 7515 §4.1.9). */
const TYPES: ReadonlySet<unknown> = new Set(["client-authentication+jwt", "jwt"]);

/** An assertion whose claims fit, before its signature is checked: trust nothing in it. */
export interface UnverifiedAssertion {
  readonly kind: "read";
  readonly clientId: ClientId;
  readonly assertionId: string;
  /** The first second at which it is too old, clock tolerance included. */
  readonly until: UnixSeconds;
  readonly jws: UnverifiedJws;
}

export interface UnusableAssertion {
  readonly kind: "refused";
  /** For the log. */
  readonly reason: string;
  /** The client that the assertion names, if it can be read. Not verified. */
  readonly clientId?: ClientId;
}

export interface AssertionRules {
  /** Our issuer: the only accepted audience. */
  readonly issuer: string;
  readonly clockToleranceSeconds: Seconds;
}

/**
 * Checks everything about a client assertion that needs no key (RFC 7523 §3). The audience is exactly our issuer, as a
 * string: an assertion for several servers could be used by one of them at the others (RFC 7523bis).
 */
export function readAssertion(
  text: string,
  rules: AssertionRules,
  now: UnixSeconds,
): UnverifiedAssertion | UnusableAssertion {
  const jws = parseCompactJws(text);
  if (jws.kind === "malformed")
    return { kind: "refused", reason: `the assertion is malformed: ${jws.detail}` };
  const claim = (name: string): unknown => ownMember(jws.payload, name);
  const subject = readText(claim("sub"));
  const named = subject === undefined ? {} : { clientId: clientId(subject) };
  const refused = (reason: string): UnusableAssertion => ({ kind: "refused", reason, ...named });
  const typ = ownMember(jws.header, "typ");
  if (typeof typ !== "string" || !TYPES.has(typ.toLowerCase().replace(/^application\//, "")))
    return refused("typ is not client-authentication+jwt or JWT");
  // RFC 7523 §3, items 1 and 2.
  if (subject === undefined || claim("iss") !== subject) return refused("iss and sub are not the client id");
  // RFC 7523 §3, item 3.
  if (claim("aud") !== rules.issuer) return refused("aud is not exactly tokens.issuer, as a string");
  const issuedAt = readFractionalDate(claim("iat"));
  const expiresAt = readFractionalDate(claim("exp"));
  const notBefore = claim("nbf") === undefined ? 0 : readFractionalDate(claim("nbf"));
  if (issuedAt === undefined || expiresAt === undefined || notBefore === undefined)
    return refused("iat, exp or nbf is missing or malformed");
  if (expiresAt <= issuedAt || expiresAt - issuedAt > MAX_ASSERTION_SECONDS)
    return refused(`exp is not at most ${MAX_ASSERTION_SECONDS} s after iat`);
  const until = Math.ceil(expiresAt) + rules.clockToleranceSeconds;
  // RFC 7523 §3, items 4 to 6.
  if (now >= until) return refused("the assertion is expired");
  if (Math.max(issuedAt, notBefore) > now + rules.clockToleranceSeconds)
    return refused("the assertion is from the future");
  const assertionId = readText(claim("jti"));
  if (assertionId === undefined || assertionId.length > MAX_JTI_LENGTH)
    return refused(`jti is not a text of at most ${MAX_JTI_LENGTH} characters`);
  if (!isVerifyingAlgorithm(ownMember(jws.header, "alg")))
    return refused("alg is not an asymmetric algorithm");
  const kid = ownMember(jws.header, "kid");
  if (kid !== undefined && typeof kid !== "string") return refused("kid is not a string");
  return { kind: "read", clientId: clientId(subject), assertionId, until, jws };
}

/**
 * Checks the signature with a key of the client. Keys in the header (`jwk`, `jku`, `x5c`) are not looked at.
 *
 * @returns why it is refused, or undefined
 * @throws FaultError `SERVICE_UNAVAILABLE` while the client's key set cannot be read
 */
export async function signatureProblem(
  { jws }: UnverifiedAssertion,
  keys: Pick<OutsideKeys, "find">,
): Promise<string | undefined> {
  const algorithm = ownMember(jws.header, "alg") as string; // checked by readAssertion
  const kid = ownMember(jws.header, "kid") as string | undefined; // checked by readAssertion
  const key: OutsideKey | undefined = await keys.find(kid, algorithm);
  if (key === undefined) return "the key is not in the client's key set, or has another algorithm";
  return hasValidSignature(jws, key.algorithm, key.publicKey) ? undefined : "bad signature";
}
