import type { Challenge, RequestOutcome } from "../federation/request/request-context.js";
import type { CodedError } from "./status.js";

export type Disclosure = "none" | "codes" | "full";

/** Used when no error names a wait; long enough not to overload a store that recovers. */
const DEFAULT_RETRY_AFTER_SECONDS = 5;

/**
 * The header `WWW-Authenticate` of a response (RFC 6750 §3, RFC 9470 §3), as far as `auth.disclosure` allows.
 *
 * @returns `undefined` when the response contains no challenge
 */
export function wwwAuthenticate(
  outcome: RequestOutcome,
  disclosure: Disclosure,
  errors: readonly CodedError[],
): string | undefined {
  if (outcome.credentialRefused !== undefined) return 'Bearer error="invalid_token"';
  const challenge = outcome.challenge;
  if (challenge === undefined) return errors.some(isDenial) ? "Bearer" : undefined;
  if (challenge.code === "SERVICE_UNAVAILABLE") return undefined;
  if (challenge.code === "UNAUTHENTICATED" || disclosure === "none") return "Bearer";
  const parameters =
    challenge.code === "FORBIDDEN"
      ? ['error="insufficient_scope"']
      : ['error="insufficient_user_authentication"', ...maxAgeOf(challenge)];
  if (disclosure === "full") parameters.push(...scopeOf(challenge));
  return `Bearer ${parameters.join(", ")}`;
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
