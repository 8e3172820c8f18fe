import type { PageSetup } from "../compose/page/page-setup.js";
import type { CardeaConfig } from "../config/resolve.js";
import { systemClock } from "../domain/time.js";
import { type GatewayIdentity, openGatewayIdentity } from "./gateway-identity.js";

/**
 * Listens on the port until there is a graph to serve. Its page shows the problems, and it publishes the keys with which
 * subgraphs verify the gateway's queries for their SDL.
 */
export interface WaitingListener {
  readonly port: number;
  readonly identity: GatewayIdentity;
  /** Is there a page to show? */
  readonly isBuilt: boolean;
  close(): Promise<void>;
}

/** @throws ConfigError when the port is in use or a key cannot be used */
export async function openWaitingListener(config: CardeaConfig, setup: PageSetup): Promise<WaitingListener> {
  const [{ createEndpoints }, { startingRoutes }, { readPage, waitingPage }] = await Promise.all([
    import("../compose/endpoints.js"),
    import("../compose/routes.js"),
    import("../compose/page/open-page.js"),
  ]);
  const endpoints = createEndpoints({ setting: "server", config, clock: systemClock, emit: () => undefined });
  const port = await endpoints.listen();
  try {
    const identity = await openGatewayIdentity(config, port, {
      tokens: config.tokens.keys,
      identity: config.identity.keys,
    });
    const built = await readPage(config, setup);
    const page = waitingPage(config, setup, built);
    endpoints.open(startingRoutes(config, identity, identity.keys.identity, systemClock, page));
    return {
      port,
      identity,
      isBuilt: built !== undefined,
      close() {
        setup.feed.end();
        return endpoints.drain();
      },
    };
  } catch (error) {
    await endpoints.drain();
    throw error;
  }
}
