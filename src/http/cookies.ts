import { parseCookie } from "cookie";
import type { CookiePolicy } from "../domain/client-policy.js";
import type { Seconds } from "../domain/time.js";

/** `at`: access token. `rt`: refresh token. `dt`: device token. */
export type CookieKind = "at" | "rt" | "dt";

export const COOKIE_KINDS: readonly CookieKind[] = ["at", "rt", "dt"];

/** Browsers ignore a cookie whose name and value are longer together (the draft of RFC 6265bis, "Storage Model"). */
export const MAX_COOKIE_BYTES = 4096;

/** The end of a value that the browser forgets when it closes, so that a refresh knows (docs/spec/wire.md §3.2). */
const UNREMEMBERED = "~";

/** The name of a cookie. `__Host-`: set by this host alone, over https, for every path (the draft of RFC 6265bis, "Cookie Name Prefixes"). */
export const cookieName = ({ name, plain }: CookiePolicy, kind: CookieKind): string =>
  `${plain ? "" : "__Host-"}${name}-${kind}`;

/**
 * The value of a `Set-Cookie` header. The order of attributes is fixed: Path, Max-Age, HttpOnly, Secure, SameSite,
 * Partitioned. There is never a `Domain` or `Expires`.
 *
 * @param maxAgeSeconds - `undefined`: the cookie ends with the browser
 */
export function setCookie(
  policy: CookiePolicy,
  kind: CookieKind,
  value: string,
  maxAgeSeconds: Seconds | undefined,
): string {
  const attributes = [
    `${cookieName(policy, kind)}=${value}`,
    "Path=/",
    ...(maxAgeSeconds === undefined ? [] : [`Max-Age=${maxAgeSeconds}`]),
    "HttpOnly",
    ...(policy.plain ? [] : ["Secure"]),
    `SameSite=${SAME_SITE[policy.sameSite]}`,
    ...(policy.partitioned ? ["Partitioned"] : []),
  ];
  return attributes.join("; ");
}

const SAME_SITE = { lax: "Lax", strict: "Strict", none: "None" } as const;

/** The value of a `Set-Cookie` header that removes a cookie. */
export const clearCookie = (policy: CookiePolicy, kind: CookieKind): string => setCookie(policy, kind, "", 0);

/** The same cookie in the other storage: a browser keeps a partitioned cookie beside a plain one of the same name. */
export const otherVariant = (policy: CookiePolicy): CookiePolicy | undefined =>
  policy.plain ? undefined : { ...policy, partitioned: !policy.partitioned };

/** A token as the value of a cookie. */
export const cookieValue = (token: string, isRemembered: boolean): string =>
  isRemembered ? token : token + UNREMEMBERED;

/** The length of name and value in bytes; tokens are ASCII. */
export const cookieBytes = (policy: CookiePolicy, kind: CookieKind, value: string): number =>
  cookieName(policy, kind).length + value.length;

/** The cookies of one client in a request. An empty cookie counts as absent. */
export interface PresentedCookies {
  readonly at?: string;
  readonly rt?: string;
  readonly dt?: string;
  /** False: the login had `remember: false`. */
  readonly isRemembered: boolean;
  /** One of the names is there twice, for example partitioned and plain after a change of settings. */
  readonly isRepeated: boolean;
}

/** The parsed header, values as they were sent. */
export type CookieHeader = Readonly<Record<string, string | undefined>>;

export const parseCookies = (header: string): CookieHeader =>
  // Our values need no decoding, and a decoded one would not be the token that was sent.
  parseCookie(header, { decode: (value) => value });

/** Reads the cookies of one client. */
export function readCookies(header: string, cookies: CookieHeader, policy: CookiePolicy): PresentedCookies {
  const read = (kind: CookieKind): string | undefined => cookies[cookieName(policy, kind)] || undefined;
  const at = read("at");
  const rt = read("rt");
  const dt = read("dt");
  return {
    ...(at === undefined ? {} : { at: withoutMark(at) }),
    ...(rt === undefined ? {} : { rt: withoutMark(rt) }),
    ...(dt === undefined ? {} : { dt }),
    isRemembered: !(rt ?? at ?? "").endsWith(UNREMEMBERED),
    isRepeated: COOKIE_KINDS.some((kind) => isRepeated(header, cookieName(policy, kind))),
  };
}

const withoutMark = (value: string): string =>
  value.endsWith(UNREMEMBERED) ? value.slice(0, -UNREMEMBERED.length) : value;

/** Looked up in the raw header, because the parser keeps only the first of two equal names. */
function isRepeated(header: string, name: string): boolean {
  // Fast path: a text that is there once at most cannot be two names.
  if (header.indexOf(name) === header.lastIndexOf(name)) return false;
  const names = header.split(";").map((pair) => pair.split("=", 1)[0]?.trim());
  return names.indexOf(name) !== names.lastIndexOf(name);
}
