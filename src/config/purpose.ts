import type { Environment } from "./environment.js";
import type { ParsedConfig } from "./schema.js";

/**
 * What a configuration is read for. `serve`: a gateway, and everything in it counts. `develop`: `cardea dev`, whose
 * sessions rest in memory and which draws a key or pepper where the variable that would hold it is not set. `graph`:
 * verbs that compose, compare or explain a graph and serve nothing.
 */
export type ConfigPurpose = "serve" | "develop" | "graph";

/** The settings that matter for the purpose; secrets that nobody would use are neither read nor missed. */
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
    // The gateway's name is signed with these when a subgraph is asked for its SDL.
    identity: { ...identity, keys: identity.keys.filter(isSet) },
    issuers: serves ? parsed.issuers : parsed.issuers.map(({ tls: _unused, ...issuer }) => issuer),
  };
}
