import type { CardeaConfig } from "../config/resolve.js";
import { systemClock } from "../domain/time.js";
import type { DevState } from "../http/dev-page.js";
import { type GatewayIdentity, openGatewayIdentity } from "./gateway-identity.js";

/**
 * Listens on the port until there is a graph to serve. Its page shows the problems, and it publishes the keys with which
 * subgraphs verify the gateway's queries for their SDL.
 */
export interface WaitingListener {
  readonly port: number;
  readonly identity: GatewayIdentity;
  close(): Promise<void>;
}

/** @throws ConfigError when the port is in use or a key cannot be used */
export async function openWaitingListener(
  config: CardeaConfig,
  state: () => DevState,
): Promise<WaitingListener> {
  const [{ createEndpoints }, { startingRoutes }, { devPageRoute }] = await Promise.all([
    import("../compose/endpoints.js"),
    import("../compose/routes.js"),
    import("../http/dev-page.js"),
  ]);
  const endpoints = createEndpoints({ setting: "server", config, clock: systemClock, emit: () => undefined });
  const port = await endpoints.listen();
  try {
    const identity = await openGatewayIdentity(config, port, {
      tokens: config.tokens.keys,
      identity: config.identity.keys,
    });
    endpoints.open([
      ...(config.server.path === "/" ? [] : [devPageRoute(state)]),
      ...startingRoutes(config, identity, identity.keys.identity, systemClock),
    ]);
    return { port, identity, close: endpoints.drain };
  } catch (error) {
    await endpoints.drain();
    throw error;
  }
}
