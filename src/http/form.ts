/**
 * Reads an `application/x-www-form-urlencoded` body by the rules of OAuth (RFC 6749 §3.2, appendix B): a parameter
 * without a value counts as absent, and a repeated parameter makes the request invalid.
 *
 * @returns `undefined` for a repeated parameter
 */
export function readForm(text: string): ReadonlyMap<string, string> | undefined {
  const form = new Map<string, string>();
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(text)) {
    if (seen.has(name)) return undefined;
    seen.add(name);
    if (value !== "") form.set(name, value);
  }
  return form;
}
