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
