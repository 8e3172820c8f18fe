import type { Challenge, RequestOutcome } from "../federation/request/request-context.js";
import type { CodedError } from "./status.js";

export type Disclosure = "none" | "codes" | "full";

/** Used when no error names a wait; long enough not to overload a store that recovers. */
const DEFAULT_RETRY_AFTER_SECONDS = 5;

/**
 * How a response challenges the caller. `algs`: the algorithms of DPoP proofs, when clients may use them.
 * `isProof`: the request had a DPoP credential.
 */
export interface ChallengeScheme {
  readonly algs?: string | undefined;
  readonly isProof: boolean;
}

/**
 * The header `WWW-Authenticate` of a response (RFC 6750 §3, RFC 9449 §7.1, RFC 9470 §3), as far as `auth.disclosure`
 * allows.
 *
 * @returns `undefined` when the response contains no challenge
 */
export function wwwAuthenticate(
  outcome: RequestOutcome,
  disclosure: Disclosure,
  errors: readonly CodedError[],
  { algs, isProof }: ChallengeScheme = { isProof: false },
): string | undefined {
  const proofError =
    PROOF_ERRORS[outcome.credentialRefused ?? errors.map(reasonOf).find(isProofReason) ?? ""];
  const parameters =
    proofError === undefined ? challengeParameters(outcome, disclosure, errors) : [`error="${proofError}"`];
  if (parameters === undefined) return undefined;
  const proofParameters = algs === undefined ? [] : [`algs="${algs}"`];
  if (isProof || proofError !== undefined) return schemeText("DPoP", [...parameters, ...proofParameters]);
  const bearer = schemeText("Bearer", parameters);
  return algs === undefined ? bearer : `${bearer}, ${schemeText("DPoP", proofParameters)}`;
}

/** RFC 9449 §7.1, §9. */
const PROOF_ERRORS: Readonly<Record<string, string>> = {
  DPOP_NONCE_REQUIRED: "use_dpop_nonce",
  DPOP_PROOF_INVALID: "invalid_dpop_proof",
};

const isProofReason = (reason: string): boolean => Object.hasOwn(PROOF_ERRORS, reason);

const reasonOf = ({ extensions }: CodedError): string =>
  String((extensions as { readonly reason?: unknown } | undefined)?.reason);

const schemeText = (scheme: string, parameters: readonly string[]): string =>
  parameters.length === 0 ? scheme : `${scheme} ${parameters.join(", ")}`;

/** @returns `undefined`: no challenge */
function challengeParameters(
  { credentialRefused, challenge }: RequestOutcome,
  disclosure: Disclosure,
  errors: readonly CodedError[],
): readonly string[] | undefined {
  if (credentialRefused !== undefined) return ['error="invalid_token"'];
  if (challenge === undefined) return errors.some(isDenial) ? [] : undefined;
  if (challenge.code === "SERVICE_UNAVAILABLE") return undefined;
  if (challenge.code === "UNAUTHENTICATED" || disclosure === "none") return [];
  return [
    ...(challenge.code === "FORBIDDEN"
      ? ['error="insufficient_scope"']
      : ['error="insufficient_user_authentication"', ...maxAgeOf(challenge)]),
    ...(disclosure === "full" ? scopeOf(challenge) : []),
  ];
}

/** With disclosure `none` there is no challenge, but the response still states that a credential is required. */
const isDenial = ({ extensions }: CodedError): boolean =>
  ["UNAUTHENTICATED", "FORBIDDEN", "STEP_UP_REQUIRED"].includes(String(extensions?.code));

const maxAgeOf = ({ maxAge }: Challenge): readonly string[] =>
  maxAge === undefined ? [] : [`max_age="${maxAge}"`];

/** The header can carry one conjunction of scopes: we send the shortest. Scope tokens need no escaping. */
function scopeOf({ scopes }: Challenge): readonly string[] {
  const [shortest] = [...(scopes ?? [])].sort((a, b) => a.length - b.length);
  return shortest === undefined || shortest.length === 0 ? [] : [`scope="${shortest.join(" ")}"`];
}

/** Seconds for `Retry-After` on 429 and 503: the longest wait that any error in the response requests. */
export function retryAfter(
  status: number | undefined,
  outcome: RequestOutcome,
  errors: readonly CodedError[],
): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const requested = errors.flatMap(({ extensions }) => {
    const seconds = (extensions as { readonly retryAfter?: unknown } | undefined)?.retryAfter;
    return typeof seconds === "number" && Number.isFinite(seconds) ? [seconds] : [];
  });
  const longest = Math.max(outcome.retryAfter ?? 0, ...requested);
  return longest > 0 ? Math.ceil(longest) : DEFAULT_RETRY_AFTER_SECONDS;
}

/**
 * The caching headers of a response: `no-store` for tokens and refused credentials, `private` for a response that
 * contains a guarded field. Both vary by credential.
 */
export function cacheHeaders(
  outcome: RequestOutcome,
  status: number | undefined,
): readonly (readonly [string, string])[] {
  const vary = ["vary", "Authorization, Cookie"] as const;
  if (outcome.carriesTokens || outcome.credentialRefused !== undefined || status === 401) {
    return [["cache-control", "no-store"], vary];
  }
  return outcome.touchedGuarded ? [["cache-control", "private"], vary] : [];
}
