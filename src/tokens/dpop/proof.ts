import { ownMember, readNumericDate, readText } from "../../domain/claims.js";
import type { Seconds, UnixSeconds } from "../../domain/time.js";
import { hasValidSignature, parseCompactJws } from "../jws.js";
import type { AcceptedNonce, ProofNonces } from "./nonce.js";
import { type ProofKeys, proofAlgorithm } from "./proof-key.js";
import { normalisedTarget } from "./target.js";

/** RFC 9449 §4.2: no other JWT may be taken for a proof, nor a proof for another JWT. */
export const PROOF_TYP = "dpop+jwt";
/** In characters. A proof with an RSA key of 4096 bits has about 2000. */
export const MAX_PROOF_LENGTH = 4096;
const MAX_JTI_LENGTH = 128;
/** The nonce is the clock; the clocks of clients are wrong, so this only refuses nonsense. */
const MAX_CLOCK_DIFFERENCE_SECONDS: Seconds = 300;

/** Why a proof was refused. A closed set, for events. `missing`: a bound token came without one. */
export type ProofCheck =
  | "missing"
  | "count"
  | "size"
  | "form"
  | "typ"
  | "alg"
  | "jwk"
  | "htm"
  | "htu"
  | "iat"
  | "jti"
  | "nonce"
  | "signature"
  | "ath"
  | "key"
  | "replay";

/** A proof with a valid signature. Whether it belongs to a token, and whether it was used before, is checked later. */
export interface VerifiedProof {
  /** The `jkt` of its key. */
  readonly thumbprint: string;
  readonly jti: string;
  /** base64url(SHA-256) of the access token it was made for. */
  readonly ath: string | undefined;
  readonly nonce: AcceptedNonce;
}

export type ProofVerdict =
  | { readonly kind: "verified"; readonly proof: VerifiedProof }
  | { readonly kind: "invalid"; readonly check: ProofCheck };

export interface ProofRules {
  readonly method: string;
  /** The normalised URLs that it may name, see `proofTargets`. */
  readonly targets: ReadonlySet<string>;
  readonly nonces: ProofNonces;
  readonly keys: ProofKeys;
}

const invalid = (check: ProofCheck): ProofVerdict => ({ kind: "invalid", check });

/**
 * Verifies a DPoP proof (RFC 9449 §4.3): all that can be checked without a token and without memory. The signature comes
 * last, because it costs most.
 *
 * @param text - the value of the header `DPoP`
 * @returns `invalid` with check `nonce` for a proof that is fine but for a missing or old nonce
 */
export function verifyProof(text: string, rules: ProofRules, now: UnixSeconds): ProofVerdict {
  if (text.length > MAX_PROOF_LENGTH) return invalid("size");
  const jws = parseCompactJws(text);
  if (jws.kind === "malformed") return invalid("form");
  const { header, payload } = jws;
  if (ownMember(header, "typ") !== PROOF_TYP) return invalid("typ");
  const algorithm = proofAlgorithm(ownMember(header, "alg"));
  if (algorithm === undefined) return invalid("alg");
  const jti = readText(ownMember(payload, "jti"));
  if (jti === undefined || jti.length > MAX_JTI_LENGTH) return invalid("jti");
  if (ownMember(payload, "htm") !== rules.method) return invalid("htm");
  if (!isTarget(ownMember(payload, "htu"), rules.targets)) return invalid("htu");
  const issuedAt = readNumericDate(ownMember(payload, "iat"));
  if (issuedAt === undefined || Math.abs(now - issuedAt) > MAX_CLOCK_DIFFERENCE_SECONDS)
    return invalid("iat");
  const ath = ownMember(payload, "ath");
  if (ath !== undefined && typeof ath !== "string") return invalid("ath");
  const nonce = rules.nonces.accept(ownMember(payload, "nonce"), now);
  if (nonce === undefined) return invalid("nonce");
  const key = rules.keys.read(ownMember(header, "jwk"), algorithm);
  if (key === undefined) return invalid("jwk");
  if (!hasValidSignature(jws, algorithm.recipe, key.publicKey)) return invalid("signature");
  return { kind: "verified", proof: { thumbprint: key.thumbprint, jti, ath, nonce } };
}

/** Most clients write the URL in its normal form. */
function isTarget(htu: unknown, targets: ReadonlySet<string>): boolean {
  if (typeof htu !== "string") return false;
  if (targets.has(htu)) return true;
  const normal = normalisedTarget(htu);
  return normal !== undefined && targets.has(normal);
}
