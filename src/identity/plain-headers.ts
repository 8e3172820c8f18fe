import { Buffer } from "node:buffer";
import type { Authenticated } from "../domain/principal.js";
import { PLAIN_HEADERS } from "./assertion.js";
import { subjectFor } from "./identity-claims.js";

/**
 * Text → header value. Everything except visible ASCII is percent-encoded, and `%` too: a value holds no line break,
 * and different texts give different values.
 */
const headerValue = (text: string): string =>
  [...text].map((char) => (/^[\x21-\x24\x26-\x7e]$/.test(char) ? char : percentEncoded(char))).join("");

const percentEncoded = (char: string): string =>
  bytesOf(char)
    .map((byte) => `%${byte.toString(16).padStart(2, "0").toUpperCase()}`)
    .join("");

/**
 * UTF-8. A lone surrogate is encoded as three bytes that no character has (WTF-8), because UTF-8 would replace every
 * lone surrogate by the same character.
 */
function bytesOf(char: string): readonly number[] {
  const code = char.codePointAt(0) ?? 0;
  return code >= 0xd800 && code <= 0xdfff
    ? [0xed, 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f)]
    : [...Buffer.from(char, "utf8")];
}

/** The identity in plain headers, for mode `header`. */
export function plainHeaders(principal: Authenticated): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {
    [PLAIN_HEADERS.subject]: headerValue(subjectFor(principal)),
    // Scope tokens are visible ASCII by their grammar (RFC 6749 §3.3).
    [PLAIN_HEADERS.scopes]: [...principal.scopes].sort().join(" "),
    [PLAIN_HEADERS.tenant]: headerValue(principal.tenant),
  };
  if (principal.sessionId !== undefined) headers[PLAIN_HEADERS.sessionId] = headerValue(principal.sessionId);
  if (principal.clientId !== undefined) headers[PLAIN_HEADERS.clientId] = headerValue(principal.clientId);
  if (principal.authTime !== undefined) headers[PLAIN_HEADERS.authTime] = String(principal.authTime);
  return headers;
}
