import type { CardeaConfig } from "../config/resolve.js";
import { systemClock } from "../domain/time.js";
import type { DevState } from "../http/dev-page.js";

/** Holds the port until there is a graph to serve, so that the page can say what is missing. */
export interface WaitingDoor {
  readonly port: number;
  close(): Promise<void>;
}

/** @throws ConfigError when the port cannot be had */
export async function openWaitingDoor(config: CardeaConfig, state: () => DevState): Promise<WaitingDoor> {
  const [{ createDoors }, { devPageRoute }, { refusal }] = await Promise.all([
    import("../compose/doors.js"),
    import("../http/dev-page.js"),
    import("../http/refusals.js"),
  ]);
  const doors = createDoors({ setting: "server", config, clock: systemClock, emit: () => undefined });
  doors.open([
    devPageRoute(state),
    {
      name: "graphql",
      path: config.server.path,
      methods: ["GET", "POST"],
      handle: ({ request }) =>
        refusal(request, 503, "No graph has composed yet: see the terminal, or this address in a browser.", [
          ["retry-after", "1"],
        ]),
    },
  ]);
  return { port: await doors.listen(), close: doors.drain };
}
