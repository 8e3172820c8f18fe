/**
 * The URLs that `htu` may have at one endpoint: each public URL of the gateway with the path of the endpoint. They come
 * from the configuration: `Host` and `X-Forwarded-*` are chosen by whoever sends the request.
 *
 * @param publicUrls - e.g. `https://api.example.com`
 * @param path - e.g. `/graphql`
 */
export function proofTargets(publicUrls: readonly string[], path: string): ReadonlySet<string> {
  return new Set(publicUrls.flatMap((url) => normalisedTarget(`${url.replace(/\/$/, "")}${path}`) ?? []));
}

const UNRESERVED = /[A-Za-z0-9\-._~]/;

/**
 * A URL without query and fragment, in its normal form: case, default port, dot segments and percent-encoding
 * (RFC 9449 §4.3 check 9; RFC 3986 §6.2.2, §6.2.3).
 *
 * @returns `undefined` for a text that is not a http(s) URL, or one with a user name
 */
export function normalisedTarget(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return undefined;
  if (url.username !== "" || url.password !== "") return undefined;
  const path = url.pathname.replace(/%[0-9a-f]{2}/gi, (code) => {
    const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
    return UNRESERVED.test(character) ? character : code.toUpperCase();
  });
  return `${url.origin}${path}`;
}
