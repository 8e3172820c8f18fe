/**
 * What looks like one of our secrets, wherever it got into a text: a JWT, a refresh token, an opaque access token,
 * a Bearer header, the password inside a URL. Events hold none by construction; an inner text of somebody else's
 * library might.
 */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?/g, "[redacted jwt]"],
  [/\bc[a-z]t_[A-Za-z0-9_-]{16,}/g, "[redacted token]"],
  [/\b(bearer)\s+[^\s"',]+/gi, "$1 [redacted]"],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi, "$1:[redacted]@"],
];

export const redactText = (text: string): string =>
  SECRETS.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);

/** The same record with every text in it, at any depth, free of tokens. */
export function withoutTokens<Value>(value: Value): Value {
  if (typeof value === "string") return redactText(value) as Value; // a string stays a string
  if (Array.isArray(value)) return value.map((item: unknown) => withoutTokens(item)) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [key, withoutTokens(inner)]),
  ) as Value;
}
