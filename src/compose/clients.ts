import type { CardeaConfig } from "../config/resolve.js";
import { type ClientId, clientId, DEFAULT_CLIENT } from "../domain/brand.js";
import { type ClientPolicy, type ClientRegistry, createClientRegistry } from "../domain/client-policy.js";

/** The configured clients with their defaults. The client `default` always exists; unless configured, it is a bearer client. */
export function clientRegistryOf(
  config: Pick<CardeaConfig, "clients" | "tokens" | "sessions">,
): ClientRegistry {
  const { tokens, sessions } = config;
  const clients = new Map<ClientId, ClientPolicy>([
    [
      DEFAULT_CLIENT,
      {
        id: DEFAULT_CLIENT,
        delivery: "bearer",
        origins: [],
        access: tokens.format,
        isConfidential: false,
        mayIntrospect: false,
        login: new Set(["password"] as const),
        refresh: true,
        dpop: "off",
        accessTtlSeconds: tokens.accessTtlSeconds,
        absoluteSeconds: sessions.absoluteSeconds,
      },
    ],
  ]);
  for (const [name, client] of Object.entries(config.clients)) {
    const id = clientId(name);
    const { delivery, origins, cookie, access, refresh, scopes, dpop, renewal } = client;
    clients.set(id, {
      id,
      delivery,
      origins,
      ...(cookie === undefined
        ? {}
        : {
            cookie: {
              name: cookie.name,
              sameSite: cookie.sameSite,
              partitioned: cookie.partitioned,
              plain: cookie.plainOnLocalhost,
            },
          }),
      access,
      isConfidential: client.auth !== undefined,
      mayIntrospect: client.introspect,
      login: new Set(client.login),
      refresh,
      dpop,
      accessTtlSeconds: client.accessTtlSeconds ?? tokens.accessTtlSeconds,
      absoluteSeconds: client.absoluteSeconds ?? sessions.absoluteSeconds,
      ...(scopes === undefined ? {} : { scopes }),
      ...(renewal === undefined ? {} : { renewal }),
    });
  }
  return createClientRegistry(clients.values());
}

/** Origins that may call from a browser: those of cookie clients with cookies, all others without. */
export function corsOrigins(
  { server }: Pick<CardeaConfig, "server">,
  { byId, byOrigin }: ClientRegistry,
): { readonly withCookies: ReadonlySet<string>; readonly withoutCookies: ReadonlySet<string> } {
  const bearer = [...byId.values()].filter(({ delivery }) => delivery === "bearer");
  return {
    withCookies: new Set(byOrigin.keys()),
    withoutCookies: new Set([...server.corsOrigins, ...bearer.flatMap(({ origins }) => origins)]),
  };
}

/** Two labels, as in `example.com`: a cautious guess of the site without a list of public suffixes. */
const siteOf = (url: string): string => {
  const { protocol, hostname } = new URL(url);
  return `${protocol}//${hostname.split(".").slice(-2).join(".")}`;
};

/** Notes for the start: origins of cookie clients on another site than the gateway, where browsers may drop cookies. */
export function foreignSiteNotes(
  { cookieClients }: ClientRegistry,
  publicUrls: readonly string[],
): readonly string[] {
  const own = new Set(publicUrls.map(siteOf));
  return cookieClients.flatMap(({ id, origins, cookie }) =>
    origins
      .filter((origin) => own.size > 0 && !own.has(siteOf(origin)) && !cookie.partitioned)
      .map(
        (origin) =>
          `clients.${id}.origins: ${origin} is on another site than ${publicUrls[0]}, so browsers do not send its cookies; put the gateway under the site of the application, or use bearer tokens`,
      ),
  );
}
