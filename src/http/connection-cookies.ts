import type { CookieClient } from "../domain/client-policy.js";
import { type CookieHeader, type PresentedCookies, parseCookies, readCookies } from "./cookies.js";

/** The `Cookie` header of a request, parsed. */
export interface ReadHeader {
  /** It has a cookie of one of the gateway's cookie clients. */
  readonly carriesOurs: boolean;
  /** The cookies of one client. */
  of(client: CookieClient): PresentedCookies;
}

/**
 * The last `Cookie` header of each connection, parsed. Browsers repeat the header on a connection, and parsing it costs
 * twenty times as much as comparing it. Only the parsed text is kept, no verdict: origin, client and token are judged
 * for every request. The key is the whole header, so that two headers never share an entry.
 *
 * Keeps one header per connection, in a WeakMap: it goes when the connection goes.
 */
export class ConnectionCookies {
  private readonly last = new WeakMap<object, { readonly header: string; readonly read: ReadHeader }>();

  /** @param names - all cookie names of all cookie clients */
  constructor(private readonly names: ReadonlySet<string>) {}

  /** @param connection - compared by identity only */
  read(header: string, connection: object): ReadHeader {
    const last = this.last.get(connection);
    if (last?.header === header) return last.read;
    const read = this.parse(header);
    this.last.set(connection, { header, read });
    return read;
  }

  private parse(header: string): ReadHeader {
    const cookies = parseCookies(header);
    const byClient = new Map<CookieClient, PresentedCookies>();
    return {
      carriesOurs: this.holdsOne(cookies),
      of(client) {
        let presented = byClient.get(client);
        if (presented === undefined) {
          presented = readCookies(header, cookies, client.cookie);
          byClient.set(client, presented);
        }
        return presented;
      },
    };
  }

  /** A name of ours: also those of other clients, so that a request from a wrong origin is refused. */
  private holdsOne(cookies: CookieHeader): boolean {
    for (const name of this.names) if (cookies[name] !== undefined) return true;
    return false;
  }
}
