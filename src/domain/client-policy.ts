import type { ClientId } from "./brand.js";
import type { DeliveryMode } from "./session.js";
import type { Seconds } from "./time.js";

/** The format of an access token: signed, or sealed so that only this gateway can read it. */
export type AccessFormat = "jwt" | "opaque";

/** How a user proves their identity at login. */
export type LoginMethod = "password";

/** `off`: proofs are ignored at login. `allowed`: a login may bind its tokens to a key. `required`: it must. */
export type ProofPolicy = "off" | "allowed" | "required";

export interface RenewalSettings {
  /** A token can be renewed from this long before its expiry to this long after it. At most the clock tolerance. */
  readonly windowSeconds: Seconds;
  /** Every token expires at the latest this long after the last proof of identity. At most the idle life of the session. */
  readonly limitSeconds: Seconds;
}

/** Names and attributes of the cookies of one client. */
export interface CookiePolicy {
  /** Without prefix and suffix. */
  readonly name: string;
  readonly sameSite: "lax" | "strict" | "none";
  readonly partitioned: boolean;
  /** No `__Host-` prefix and no `Secure`: only for http://localhost in development. */
  readonly plain: boolean;
}

/** What one client may do, with every default filled in. Built by `compose/clients.ts` alone. */
export interface ClientPolicy {
  readonly id: ClientId;
  readonly delivery: DeliveryMode;
  /** Origins of its browser application, exactly as browsers send them. */
  readonly origins: readonly string[];
  /** Present for a client with `delivery: cookie`. */
  readonly cookie?: CookiePolicy;
  readonly access: AccessFormat;
  /** The client must authenticate (`clients.<id>.auth`). */
  readonly isConfidential: boolean;
  /** The client may introspect tokens. */
  readonly mayIntrospect: boolean;
  readonly login: ReadonlySet<LoginMethod>;
  readonly refresh: boolean;
  readonly accessTtlSeconds: Seconds;
  readonly absoluteSeconds: Seconds;
  /** The scopes that the client may request. Absent: no restriction. */
  readonly scopes?: readonly string[];
  /** Are its tokens bound to a key (RFC 9449)? */
  readonly dpop: ProofPolicy;
  /** Silent renewal, for a bearer client with `refresh: false`. Absent: off. */
  readonly renewal?: RenewalSettings;
}

/** A client that receives its tokens in cookies. */
export type CookieClient = ClientPolicy & { readonly delivery: "cookie"; readonly cookie: CookiePolicy };

/** Every configured client, and the client `default`. */
export interface ClientRegistry {
  readonly byId: ReadonlyMap<ClientId, ClientPolicy>;
  readonly cookieClients: readonly CookieClient[];
  /** The cookie client of an origin; each origin has at most one. */
  readonly byOrigin: ReadonlyMap<string, CookieClient>;
}

export const isCookieClient = (client: ClientPolicy): client is CookieClient =>
  client.delivery === "cookie" && client.cookie !== undefined;

/** Indexes the clients. The configuration has been checked: no two cookie clients share an origin. */
export function createClientRegistry(clients: Iterable<ClientPolicy>): ClientRegistry {
  const byId = new Map([...clients].map((client) => [client.id, client]));
  const cookieClients = [...byId.values()].filter(isCookieClient);
  return {
    byId,
    cookieClients,
    byOrigin: new Map(
      cookieClients.flatMap((client) => client.origins.map((origin) => [origin, client] as const)),
    ),
  };
}
