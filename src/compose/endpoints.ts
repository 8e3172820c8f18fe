import type { CardeaConfig } from "../config/resolve.js";
import { ConfigError } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import type { Clock } from "../domain/time.js";
import { createListener, type Listener } from "../http/listener.js";
import { connectionShares, openFilesLimit } from "../http/open-files.js";
import { createRouter, type Route, type Router } from "../http/router.js";
import type { Metrics } from "../telemetry/metrics.js";

/** A listener whose routes are set when they are known. */
export interface Endpoints {
  /** Opens the port. @returns its number @throws ConfigError when it is not available */
  listen(): Promise<number>;
  /** Serves these routes from now on, instead of earlier ones. */
  open(routes: readonly Route[]): void;
  /** Still accepts connections, and closes each one after its next response. */
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
  const openFiles = openFilesLimit();
  const bind = (chosen: number): Listener =>
    createListener({
      host,
      port: chosen,
      exclusive: setting === "ops", // each worker has its own metrics
      clock,
      router: () => router,
      headersTimeoutMs: config.server.headersTimeoutMs,
      requestTimeoutMs: config.server.requestTimeoutMs,
      drainTimeoutMs: setting === "ops" ? 0 : config.server.drainTimeoutMs,
      trustIds: config.server.trustedProxies > 0,
      ...(setting === "ops" ? {} : { hsts: hstsOf(config) }),
      // Only for clients: probes are always answered.
      ...(setting === "ops" || openFiles === undefined
        ? {}
        : { maxConnections: connectionShares(openFiles).clients }),
      crowded: ({ refused, replaced }, why) =>
        emit({
          type: "fault",
          reason: `${setting}.port: ${refused} connections could not be accepted, ${replaced} took the place of idle ones (${why}; this process may open ${openFiles ?? "an unknown number of"} files: ulimit -n)`,
        }),
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
            fix: `stop the process that uses it, or set another ${setting}.port (0: any free port)`,
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

const hstsOf = ({ server: { hsts } }: CardeaConfig): string | undefined =>
  hsts === undefined
    ? undefined
    : `max-age=${hsts.maxAgeSeconds}${hsts.includeSubDomains ? "; includeSubDomains" : ""}`;

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "EADDRINUSE") return "which is in use";
  if (code === "EACCES") return "which the user of this process must not open";
  return `which cannot be opened (${code ?? "unknown"})`;
}
