import type { Problem } from "../domain/errors.js";
import { clientAuthProblems, type ResolvedClientAuth } from "./client-auth.js";
import type { ParsedConfig } from "./schema.js";
import type { ClientConfig } from "./schema-clients.js";

/** A client with the defaults that depend on its other settings. `cookie` is present exactly for cookie clients. */
export type ResolvedClient = Omit<ClientConfig, "access" | "auth"> & {
  readonly access: "jwt" | "opaque";
  readonly auth: ResolvedClientAuth | undefined;
};

type Clients = ParsedConfig["clients"];

const DEFAULT_COOKIE = {
  name: "cardea",
  sameSite: "lax",
  partitioned: false,
  plainOnLocalhost: false,
} as const;

/**
 * Sets the defaults of every client that depend on other settings.
 *
 * @param resolveAuth - resolves the references of `clients.<id>.auth`
 */
export const resolveClients = (
  clients: Clients,
  { format }: Pick<ParsedConfig["tokens"], "format">,
  resolveAuth: (id: string, client: ClientConfig) => ResolvedClientAuth | undefined,
): Readonly<Record<string, ResolvedClient>> =>
  // `Object.fromEntries` handles a client named `__proto__` correctly.
  Object.fromEntries(
    Object.entries(clients).map(([id, client]) => [
      id,
      client.delivery === "cookie"
        ? {
            ...client,
            auth: resolveAuth(id, client),
            cookie: client.cookie ?? DEFAULT_COOKIE,
            access: client.access ?? "opaque",
          }
        : { ...client, auth: resolveAuth(id, client), access: client.access ?? format },
    ]),
  );

/** Finds clients that cannot work as configured, or not safely. */
export function clientProblems(config: ParsedConfig, production: boolean): readonly Problem[] {
  return [
    ...Object.entries(config.clients).flatMap(([id, client]) => [
      ...cookieProblems(id, client, production),
      ...lifetimeProblems(id, client, config),
      ...(production ? plainOrigins(`clients.${id}.origins`, client.origins) : []),
    ]),
    ...(production ? plainOrigins("server.publicUrls", config.server.publicUrls) : []),
    ...clientAuthProblems(config),
    ...sharedByCookieClients(config.clients),
    ...plantedCookies(config),
    ...hstsProblems(config),
  ];
}

const conflict = (where: string, found: string, allowed: string, fix: string): Problem => ({
  kind: "CONFLICTING_SETTINGS",
  where,
  found,
  allowed,
  fix,
});

function cookieProblems(id: string, client: ClientConfig, production: boolean): readonly Problem[] {
  const problems: Problem[] = [];
  const where = `clients.${id}`;
  const { cookie } = client;
  if (client.delivery === "bearer") {
    if (cookie !== undefined)
      problems.push(
        conflict(
          `${where}.cookie`,
          "cookie settings of a bearer client",
          "cookie settings with delivery: cookie",
          `set ${where}.delivery: cookie, or remove ${where}.cookie`,
        ),
      );
    return problems;
  }
  if (client.dpop !== "off")
    problems.push(
      conflict(
        `${where}.dpop`,
        `${client.dpop}, of a cookie client`,
        "off: scripts cannot read the cookies, so they cannot prove anything about the tokens in them",
        `remove ${where}.dpop, or set ${where}.delivery: bearer`,
      ),
    );
  if (client.origins.length === 0)
    problems.push({
      kind: "MISSING_SETTING",
      where: `${where}.origins`,
      found: "no origins of a cookie client",
      allowed: "the origins of the application, such as https://app.example.com",
      fix: `list the origins: cookies are accepted from these alone`,
    });
  if (!client.refresh)
    problems.push(
      conflict(
        `${where}.refresh`,
        "false, of a cookie client",
        "true: without a refresh token the session could not be continued",
        `remove ${where}.refresh, or raise ${where}.accessTtlSeconds`,
      ),
    );
  if (cookie?.sameSite === "none" && !cookie.partitioned)
    problems.push(
      conflict(
        `${where}.cookie.sameSite`,
        "none without partitioned: true",
        "none only with partitioned: true, so that other sites do not share the cookies",
        `set ${where}.cookie.partitioned: true, or sameSite: lax`,
      ),
    );
  if (cookie?.plainOnLocalhost === true && (cookie.sameSite === "none" || cookie.partitioned))
    problems.push(
      conflict(
        `${where}.cookie.plainOnLocalhost`,
        "true with sameSite: none or partitioned: true",
        "sameSite: lax or strict: browsers accept the others with Secure only",
        `remove ${where}.cookie.plainOnLocalhost`,
      ),
    );
  if (cookie?.plainOnLocalhost === true && production)
    problems.push({
      kind: "REFUSED_IN_DEPLOYMENT",
      where: `${where}.cookie.plainOnLocalhost`,
      found: "true in production",
      allowed: "cookies with __Host- and Secure",
      fix: `remove ${where}.cookie.plainOnLocalhost`,
    });
  return problems;
}

function lifetimeProblems(
  id: string,
  client: ClientConfig,
  { tokens, sessions }: ParsedConfig,
): readonly Problem[] {
  const { absoluteSeconds } = client;
  if (absoluteSeconds === undefined) return [];
  const least = client.accessTtlSeconds ?? tokens.accessTtlSeconds;
  if (absoluteSeconds >= least && absoluteSeconds <= sessions.absoluteSeconds) return [];
  return [
    {
      kind: "INVALID_LIFETIME",
      where: `clients.${id}.absoluteSeconds`,
      found: `${absoluteSeconds} s`,
      allowed: `from the access-token life (${least} s) to sessions.absoluteSeconds (${sessions.absoluteSeconds} s)`,
      fix: `change clients.${id}.absoluteSeconds, or lengthen sessions.absoluteSeconds`,
    },
  ];
}

const plainOrigins = (where: string, urls: readonly string[]): readonly Problem[] =>
  urls
    .filter((url) => url.startsWith("http:"))
    .map((url) => ({
      kind: "REFUSED_IN_DEPLOYMENT",
      where,
      found: `${url} in production`,
      allowed: "https origins",
      fix: `use https, or remove ${url}`,
    }));

/** Cookies are read by origin and by name, so both must name one client. */
function sharedByCookieClients(clients: Clients): readonly Problem[] {
  const problems: Problem[] = [];
  const owners = new Map<string, string>();
  const claim = (where: string, kind: string, shown: string, key: string, id: string): void => {
    const owner = owners.get(`${kind} ${key}`);
    if (owner === undefined) owners.set(`${kind} ${key}`, id);
    else
      problems.push(
        conflict(
          where,
          owner === id ? `${shown} twice` : `${shown}, which the cookie client ${owner} has too`,
          `${kind} of its own for each cookie client`,
          owner === id ? "remove one" : `change ${where}, or use one client for both applications`,
        ),
      );
  };
  for (const [id, { delivery, origins, cookie }] of Object.entries(clients)) {
    if (delivery !== "cookie") continue;
    for (const origin of origins) claim(`clients.${id}.origins`, "an origin", origin, origin, id);
    const name = cookie?.name ?? DEFAULT_COOKIE.name;
    claim(`clients.${id}.cookie.name`, "a cookie name", name, name.toLowerCase(), id);
  }
  return problems;
}

/** A subgraph that could set one of our cookies could plant a session in the browser. */
function plantedCookies({ clients, transport }: ParsedConfig): readonly Problem[] {
  const ours = Object.values(clients)
    .filter(({ delivery }) => delivery === "cookie")
    .map(({ cookie }) => (cookie?.name ?? DEFAULT_COOKIE.name).toLowerCase());
  const isOurs = (name: string): boolean =>
    ours.some((own) => name.startsWith(`${own}-`) && /^(at|rt|dt|fl-.*)$/.test(name.slice(own.length + 1)));
  return Object.entries(transport.forwardSetCookies).flatMap(([subgraph, names]) =>
    names
      .filter((name) => {
        const folded = name.toLowerCase();
        return folded.startsWith("__host-") || folded.startsWith("__secure-") || isOurs(folded);
      })
      .map((name) =>
        conflict(
          `transport.forwardSetCookies.${subgraph}`,
          name,
          "names without the prefixes __Host- and __Secure-, and not those of a cookie client",
          "rename the cookie of the subgraph",
        ),
      ),
  );
}

/** RFC 6797 §7.2: the header has no meaning, and must not be sent, over plain http. */
function hstsProblems({ server, tokens }: ParsedConfig): readonly Problem[] {
  if (server.hsts === undefined) return [];
  const urls = server.publicUrls.length > 0 ? server.publicUrls : [tokens.issuer ?? "http:"];
  if (urls.every((url) => url.startsWith("https:"))) return [];
  return [
    conflict(
      "server.hsts",
      "a setting although clients reach the gateway by http",
      "https URLs in server.publicUrls (or tokens.issuer)",
      "set server.publicUrls to https URLs, or remove server.hsts",
    ),
  ];
}
