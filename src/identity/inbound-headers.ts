/** Request headers as common servers have them: the record of Node, or the object of the Fetch API. */
export type InboundHeaders =
  | Readonly<Record<string, string | readonly string[] | undefined>>
  | { get(name: string): string | null };

const isFetchHeaders = (headers: InboundHeaders): headers is { get(name: string): string | null } =>
  typeof headers["get"] === "function";

/** The value of a header; `undefined` when absent, `null` when it was sent more than once. */
export function singleHeader(headers: InboundHeaders, name: string): string | undefined | null {
  if (isFetchHeaders(headers)) return headers.get(name) ?? undefined;
  let found: string | undefined;
  for (const [key, value] of Object.entries(headers)) {
    if (key.toLowerCase() !== name || value === undefined) continue;
    if (found !== undefined || typeof value !== "string") return null;
    found = value;
  }
  return found;
}
