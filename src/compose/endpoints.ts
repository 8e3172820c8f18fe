import type { CardeaConfig } from "../config/resolve.js";
import { ConfigError } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import type { Clock } from "../domain/time.js";
import { createListener, type Listener } from "../http/listener.js";
import { createRouter, type Route, type Router } from "../http/router.js";
import type { Metrics } from "../telemetry/metrics.js";

/** A listener whose endpoints may be hung later. */
export interface Endpoints {
  /** The port listened on. @throws ConfigError when it cannot be had */
  listen(): Promise<number>;
  open(routes: readonly Route[]): void;
  /** Goes on accepting, and has every connection close with its next answer. */
  announceEnd(): void;
  drain(): Promise<void>;
}

export interface EndpointOptions {
  readonly setting: "server" | "ops";
  readonly config: CardeaConfig;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly metrics?: Metrics;
}

export function createEndpoints(options: EndpointOptions): Endpoints {
  const { config, clock, emit, setting, metrics } = options;
  const { host, port } = config[setting];
  let router: Router | undefined;
  const bind = (chosen: number): Listener =>
    createListener({
      host,
      port: chosen,
      exclusive: setting === "ops", // each worker is measured by itself
      clock,
      router: () => router,
      headersTimeoutMs: config.server.headersTimeoutMs,
      requestTimeoutMs: config.server.requestTimeoutMs,
      drainTimeoutMs: setting === "ops" ? 0 : config.server.drainTimeoutMs,
      trustIds: config.server.trustedProxies > 0,
      failed: (error, requestId) =>
        emit({ type: "fault", reason: error instanceof Error ? error.message : "unknown", requestId }),
      ...(metrics === undefined ? {} : { finished: metrics.request }),
    });
  let listener = bind(port);
  return {
    async listen() {
      try {
        return await listener.listen();
      } catch (error) {
        if (
          setting === "ops" &&
          config.ops.anyPort &&
          (error as NodeJS.ErrnoException).code === "EADDRINUSE"
        ) {
          listener = bind(0);
          return listener.listen();
        }
        throw new ConfigError([
          {
            kind: "PORT_UNAVAILABLE",
            where: `${setting}.port`,
            found: `${host}:${port}, ${reasonOf(error)}`,
            allowed: "a free port on an address of this machine",
            fix: `stop what listens there, or choose another ${setting}.port (0: any)`,
          },
        ]);
      }
    },
    open(routes) {
      router = createRouter(routes);
    },
    announceEnd: () => listener.announceEnd(),
    drain: () => listener.drain(),
  };
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EADDRINUSE") return "which is in use";
  if (code === "EACCES") return "which this user may not open";
  return `which cannot be opened (${code ?? "unknown"})`;
}
