import type { CardeaConfig } from "../config/resolve.js";
import { systemClock } from "../domain/time.js";
import type { DevState } from "../http/dev-page.js";

/** Holds the port until there is a graph to serve, so that the page can say what is missing. */
export interface WaitingDoor {
  readonly port: number;
  close(): Promise<void>;
}

/** @throws Error when the port is taken */
export async function openWaitingDoor({ server }: CardeaConfig, state: () => DevState): Promise<WaitingDoor> {
  const [{ createListener }, { createRouter }, { devPageRoute }, { refusal }] = await Promise.all([
    import("../http/listener.js"),
    import("../http/router.js"),
    import("../http/dev-page.js"),
    import("../http/refusals.js"),
  ]);
  const router = createRouter([
    devPageRoute(state),
    {
      name: "graphql",
      path: server.path,
      methods: ["GET", "POST"],
      handle: ({ request }) =>
        refusal(request, 503, "No graph has composed yet: see the terminal, or this address in a browser.", [
          ["retry-after", "1"],
        ]),
    },
  ]);
  const listener = createListener({
    host: server.host,
    port: server.port,
    clock: systemClock,
    router: () => router,
    headersTimeoutMs: server.headersTimeoutMs,
    requestTimeoutMs: server.requestTimeoutMs,
    drainTimeoutMs: 0,
    believeIds: false,
    failed: () => undefined,
  });
  const port = await listener.listen();
  return { port, close: () => listener.drain() };
}
