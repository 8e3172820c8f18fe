import type { ClientRegistry, CookieClient } from "../domain/client-policy.js";
import type { OriginRefusal } from "../domain/events.js";

/** What a browser says about a request, and what it cannot say falsely for another site. */
export interface OriginFacts {
  /** `UPGRADE` for a WebSocket handshake, to which browsers always add `Origin`. */
  readonly method: string;
  /** A non-empty `Authorization` header came along. */
  readonly hasAuthorization: boolean;
  /** At least one cookie of any cookie client came along. */
  readonly carriesCookies: boolean;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`. */
  readonly fetchSite: string | undefined;
  /** `Host`: used only to choose between clients of several public URLs. */
  readonly host: string | undefined;
}

export type OriginVerdict =
  /** The request is served as if it had no cookies. */
  | { readonly kind: "ignoreCookies" }
  /** The cookies of this client are read, and no others. */
  | { readonly kind: "readCookies"; readonly client: CookieClient }
  | { readonly kind: "refused"; readonly reason: OriginRefusal };

const IGNORE: OriginVerdict = { kind: "ignoreCookies" };

/** Which client the origins of the gateway itself belong to. Pairs of `Host` value and client; usually one or none. */
export type OwnOrigins = readonly { readonly host: string; readonly client: CookieClient }[];

/** The cookie clients that list an origin of the gateway itself. */
export const ownOriginsOf = (registry: ClientRegistry, publicUrls: readonly string[]): OwnOrigins =>
  publicUrls.flatMap((url) => {
    if (!URL.canParse(url)) return [];
    const { origin, host } = new URL(url);
    const client = registry.byOrigin.get(origin);
    return client === undefined ? [] : [{ host, client }];
  });

/**
 * Decides whose cookies a request may use (docs/spec/wire.md §3.3). Pure: the same facts give the same verdict.
 *
 * Browsers set `Origin` and `Sec-Fetch-Site` themselves, so a page cannot send those of another site. Programs that are
 * no browser can send anything, but have no cookies of a user.
 */
export function judgeOrigin(
  facts: OriginFacts,
  registry: Pick<ClientRegistry, "byOrigin">,
  own: OwnOrigins,
): OriginVerdict {
  if (facts.hasAuthorization) return IGNORE;
  const { origin } = facts;
  if (origin !== undefined) {
    const client = registry.byOrigin.get(origin);
    if (client !== undefined) return { kind: "readCookies", client };
    if (!facts.carriesCookies) return IGNORE;
    return { kind: "refused", reason: origin === "null" ? "null" : "unknown" };
  }
  if (!facts.carriesCookies) return IGNORE;
  const isRead = facts.method === "GET" || facts.method === "HEAD";
  if (!isRead || facts.fetchSite !== "same-origin") return { kind: "refused", reason: "missing" };
  const client = ownClient(facts.host, own);
  return client === undefined ? { kind: "refused", reason: "not listed" } : { kind: "readCookies", client };
}

/** The client of the gateway's own origin. With one candidate `Host` does not matter: a proxy may have changed it. */
export function ownClient(host: string | undefined, own: OwnOrigins): CookieClient | undefined {
  const [first, ...others] = own;
  if (first === undefined || others.every(({ client }) => client === first.client)) return first?.client;
  return own.find((each) => each.host === host)?.client;
}
