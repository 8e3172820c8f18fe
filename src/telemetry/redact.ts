/**
 * Patterns of secrets in any text: a JWT, a refresh token, an opaque access token, a Bearer header, a password in a
 * URL. Events hold none by construction, but the message of another library's error might.
 */
const SECRETS: readonly (readonly [RegExp, string])[] = [
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?/g, "[redacted jwt]"],
  [/\bc[a-z]t_[A-Za-z0-9_-]{16,}/g, "[redacted token]"],
  [/\b(bearer)\s+[^\s"',]+/gi, "$1 [redacted]"],
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi, "$1:[redacted]@"],
];

export const redactText = (text: string): string =>
  SECRETS.reduce((result, [pattern, replacement]) => result.replace(pattern, replacement), text);

/** Returns the value with the secrets in all its strings redacted, at any depth. */
export function withoutTokens<Value>(value: Value): Value {
  if (typeof value === "string") return redactText(value) as Value; // a string stays a string
  if (Array.isArray(value)) return value.map((item: unknown) => withoutTokens(item)) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [key, withoutTokens(inner)]),
  ) as Value;
}

/** Names of fields that always hold secrets. Events have none of them; this is a second line of defence. */
export const SECRET_NAMES: readonly string[] = [
  "accessToken",
  "refreshToken",
  "token",
  "password",
  "secret",
  "authorization",
  "cookie",
  "key",
];

/** Like {@link withoutTokens}, and with the value of each field of {@link SECRET_NAMES} redacted, at any depth. */
export function withoutSecrets<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map((item: unknown) => withoutSecrets(item)) as Value;
  if (typeof value !== "object" || value === null) return withoutTokens(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]: [string, unknown]) => [
      name,
      SECRET_NAMES.includes(name) ? "[redacted]" : withoutSecrets(inner),
    ]),
  ) as Value;
}
