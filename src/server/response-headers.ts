import type { Challenge, RequestOutcome } from "../federation/request/request-context.js";
import type { CodedError } from "./status.js";

export type Disclosure = "none" | "codes" | "full";

/** Seconds to wait when nobody said better: long enough to be kind to a store that is coming back. */
const DEFAULT_RETRY_AFTER_SECONDS = 5;

/**
 * The header `WWW-Authenticate` of a response (RFC 6750 §3, RFC 9470 §3), as far as disclosure allows.
 *
 * @returns `undefined` when the answer asks nothing of the caller
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

/** Under disclosure `none` there is no challenge, and still the caller is told that a credential is wanted. */
const isDenial = ({ extensions }: CodedError): boolean =>
  ["UNAUTHENTICATED", "FORBIDDEN", "STEP_UP_REQUIRED"].includes(String(extensions?.code));

const maxAgeOf = ({ maxAge }: Challenge): readonly string[] =>
  maxAge === undefined ? [] : [`max_age="${maxAge}"`];

/** The header has room for one conjunction only: the shortest. Scope tokens hold neither quote nor backslash. */
function scopeOf({ scopes }: Challenge): readonly string[] {
  const [shortest] = [...(scopes ?? [])].sort((a, b) => a.length - b.length);
  return shortest === undefined || shortest.length === 0 ? [] : [`scope="${shortest.join(" ")}"`];
}

/** Seconds for `Retry-After` on 429 and 503: the longest wait any part of the answer asked for. */
export function retryAfter(
  status: number | undefined,
  outcome: RequestOutcome,
  errors: readonly CodedError[],
): number | undefined {
  if (status !== 429 && status !== 503) return undefined;
  const asked = errors.flatMap(({ extensions }) => {
    const seconds = (extensions as { readonly retryAfter?: unknown } | undefined)?.retryAfter;
    return typeof seconds === "number" && Number.isFinite(seconds) ? [seconds] : [];
  });
  const longest = Math.max(outcome.retryAfter ?? 0, ...asked);
  return longest > 0 ? Math.ceil(longest) : DEFAULT_RETRY_AFTER_SECONDS;
}

/**
 * How far the answer may be kept: `no-store` for tokens and refusals of a credential, `private` for anything that
 * touched a guarded coordinate. Both vary by who asked.
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
