import type { KeyOptions, OpenedKeys } from "../compose/keys.js";
import type { SdlOptions } from "../compose/subgraph-sdl.js";
import type { CardeaConfig } from "../config/resolve.js";
import { ConfigError } from "../domain/errors.js";
import { systemClock } from "../domain/time.js";

/** The gateway's own identity, for commands that query the SDL of subgraphs without a running gateway. */
export interface GatewayIdentity {
  readonly keys: OpenedKeys;
  readonly identityIssuer: string;
  readonly headersFor: NonNullable<SdlOptions["headersFor"]>;
}

/**
 * Opens the configured keys, or generates keys, and signs with them as the gateway would.
 *
 * @param port - the port for clients, part of the issuer when none is configured
 * @throws ConfigError for keys that cannot be used
 */
export async function openGatewayIdentity(
  config: CardeaConfig,
  port: number,
  references: Pick<KeyOptions, "tokens" | "identity">,
): Promise<GatewayIdentity> {
  const [{ keyOptionsOf, openKeys }, { issuersOf }, { createIdentitySigner }] = await Promise.all([
    import("../compose/keys.js"),
    import("../compose/issuers.js"),
    import("../identity/sign.js"),
  ]);
  const clock = systemClock;
  const keys = await openKeys({ ...keyOptionsOf(config), ...references, clock, emit: () => undefined });
  const { identityIssuer } = issuersOf(config, port);
  const signer = createIdentitySigner({
    issuer: identityIssuer,
    keyRing: keys.identity,
    subgraphs: config.identity.subgraphs,
    clock,
  });
  return { keys, identityIssuer, headersFor: (subgraph) => signer.gatewayHeaders(subgraph) };
}

/**
 * Runs `act` with the headers that a gateway of this configuration would send. Generated keys are published meanwhile
 * where the gateway would publish them, on the port for clients. When that port is in use, a gateway is running there,
 * and subgraphs that verify callers trust only that gateway.
 */
export async function withGatewayIdentity<Result>(
  config: CardeaConfig,
  act: (headersFor: GatewayIdentity["headersFor"]) => Promise<Result>,
): Promise<Result> {
  // This command does not issue access tokens, so their keys are not read.
  const references = { tokens: [], identity: config.identity.keys };
  const identity = await openGatewayIdentity(config, config.server.port, references);
  const close = config.identity.keys.length > 0 ? undefined : await publish(config, identity);
  try {
    return await act(identity.headersFor);
  } finally {
    identity.keys.stop();
    await close?.();
  }
}

/** Publishes the public keys on the port for clients. @returns a function that stops it; `undefined` when the port is in use */
async function publish(
  config: CardeaConfig,
  { keys, identityIssuer }: GatewayIdentity,
): Promise<(() => Promise<void>) | undefined> {
  const [{ createEndpoints }, { startingRoutes }] = await Promise.all([
    import("../compose/endpoints.js"),
    import("../compose/routes.js"),
  ]);
  const endpoints = createEndpoints({ setting: "server", config, clock: systemClock, emit: () => undefined });
  endpoints.open(startingRoutes(config, { identityIssuer }, keys.identity, systemClock));
  try {
    await endpoints.listen();
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
  return endpoints.drain;
}
