/**
 * Is this text the canonical base64url spelling of its bytes? (RFC 4648 §3.5, §5: no padding, no other characters,
 * unused trailing bits zero.) Decoders are lenient, so without this check one token would have many spellings.
 */
export function isCanonicalBase64url(text: string): boolean {
  const rest = text.length % 4;
  if (text.length === 0 || rest === 1 || !/^[A-Za-z0-9_-]+$/.test(text)) return false;
  const last = text.charAt(text.length - 1);
  // 2 characters carry 8 of 12 bits, 3 carry 16 of 18: the rest must be zero.
  if (rest === 2) return "AQgw".includes(last);
  if (rest === 3) return "AEIMQUYcgkosw048".includes(last);
  return true;
}
