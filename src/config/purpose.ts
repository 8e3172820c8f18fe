import type { Environment } from "./environment.js";
import type { ParsedConfig } from "./schema.js";

/**
 * The purpose for which a configuration is read. `serve`: run a gateway; every setting counts. `develop`: `cardea dev`,
 * which keeps sessions in memory and generates a key or pepper when its variable is not set. `graph`: commands that
 * compose, compare or explain a graph and do not serve it.
 */
export type ConfigPurpose = "serve" | "develop" | "graph";

/** Returns the settings for the purpose. Secrets that this purpose does not use are not read and may be missing. */
export function forPurpose(
  parsed: ParsedConfig,
  purpose: ConfigPurpose,
  environment: Environment,
): ParsedConfig {
  if (purpose === "serve") return parsed;
  const isSet = (reference: string): boolean =>
    !reference.startsWith("env:") || (environment[reference.slice("env:".length)] ?? "") !== "";
  const { tokens, identity, store } = parsed;
  const serves = purpose === "develop";
  const { url: _url, tls: _tls, ...storeSettings } = store;
  const used = <Listed extends { readonly secret: string }>(secrets: Listed[]): Listed[] =>
    serves ? secrets.filter(({ secret }) => isSet(secret)) : [];
  const sealingSecrets = used(tokens.sealingSecrets);
  return {
    ...parsed,
    store: { ...storeSettings, kind: "memory" },
    tokens: {
      ...tokens,
      keys: serves ? tokens.keys.filter(isSet) : [],
      refreshPeppers: used(tokens.refreshPeppers),
      sealingSecrets,
      acceptOpaqueUntil: sealingSecrets.length > 0 ? tokens.acceptOpaqueUntil : undefined,
    },
    // These keys sign the gateway's identity token when it queries a subgraph's SDL.
    identity: { ...identity, keys: identity.keys.filter(isSet) },
    issuers: serves ? parsed.issuers : parsed.issuers.map(({ tls: _unused, ...issuer }) => issuer),
  };
}
