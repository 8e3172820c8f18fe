import { createServer, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Clock, Milliseconds } from "../domain/time.js";
import { type Answer, write } from "./answer.js";
import { createExchange, type Exchange } from "./exchange.js";
import { createIdleConnections } from "./idle-connections.js";
import { refusal } from "./refusals.js";
import type { Route, Router } from "./router.js";

export interface ListenerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Do not share the port with other workers of this program. Default false. */
  readonly exclusive?: boolean;
  readonly clock: Clock;
  /** Called for each request, so that routes may be added after the port is bound. */
  readonly router: () => Router | undefined;
  readonly headersTimeoutMs: Milliseconds;
  readonly requestTimeoutMs: Milliseconds;
  readonly drainTimeoutMs: Milliseconds;
  /** Take request ids from our own proxy. */
  readonly trustIds: boolean;
  /** Value of `Strict-Transport-Security` (RFC 6797). Default: not sent. */
  readonly hsts?: string | undefined;
  /** Called for every finished request, for metrics. */
  readonly finished?: (route: string, method: string, status: number, durationMs: Milliseconds) => void;
  /**
   * Connections open at a time. One more takes the place of the one that was idle for longest, and is closed as it comes
   * when none is idle. Default: as many as there are descriptors.
   */
  readonly maxConnections?: number | undefined;
  /** Called at most once a minute with how many connections found no room since, and why the last one. */
  readonly crowded?: (crowd: Crowd, why: string) => void;
  /** Called when a route throws; the client gets a masked 500. */
  readonly failed: (error: unknown, requestId: string) => void;
}

/** Connections that found no room. */
export interface Crowd {
  readonly refused: number;
  /** So many took the place of an idle one. */
  readonly replaced: number;
}

export interface Listener {
  /** @returns the bound port @throws when the port is in use */
  listen(): Promise<number>;
  /** Continues to accept connections, but closes each one with its next response. */
  announceEnd(): void;
  /**
   * Stops accepting connections and lets running requests finish. After the drain timeout it closes the connections
   * that are left. Keep-alive connections close with their next response.
   */
  drain(): Promise<void>;
}

/** Most load balancers keep a connection for 60 s. We keep it longer, so that we never close one they still use. */
const KEEP_ALIVE_MS = 65_000;

/** Creates a node:http server with limits, JSON error bodies on every path, and a graceful shutdown. */
export function createListener(options: ListenerOptions): Listener {
  const requestTimeoutMs = Math.max(options.requestTimeoutMs, options.headersTimeoutMs);
  const server = createServer({
    headersTimeout: options.headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(options.headersTimeoutMs, 5_000),
  });
  let draining = false;

  /** Runs the route and writes its response. Never throws. */
  const respond = async (route: Route, exchange: Exchange): Promise<void> => {
    const { request, response, requestId } = exchange;
    let answer: Answer;
    try {
      answer = await route.handle(exchange);
    } catch (error) {
      options.failed(error, requestId);
      answer = { ...refusal(request, 500, "Something went wrong on our side."), close: true };
    }
    try {
      write(response, answer, requestId, draining, options.hsts);
      if (answer.stream === undefined) closeIfUnread(response, requestTimeoutMs);
    } catch (error) {
      options.failed(error, requestId);
      response.destroy();
    }
  };

  const idle = createIdleConnections(options.clock);
  server.on("request", (request, response) => {
    const { socket } = request;
    idle.began(socket);
    const exchange = createExchange(request, response, options.clock.monotonicMs(), options.trustIds);
    const route = options.router()?.match(exchange.path);
    response.once("close", () => {
      idle.ended(socket);
      if (!response.writableFinished) return exchange.disconnect.notify();
      const durationMs = options.clock.monotonicMs() - exchange.receivedAtMs;
      options.finished?.(route?.name ?? "unknown", exchange.method, response.statusCode, durationMs);
    });
    if (route === undefined) {
      const starting = refusal(request, 503, "The gateway is starting.", [["retry-after", "1"]]);
      write(response, starting, exchange.requestId, draining, options.hsts);
      return;
    }
    void respond(route, exchange);
  });
  server.on("clientError", refuseBytes);

  const crowd = countCrowd(options);
  let connections = 0;
  // Not `server.maxConnections`: a worker hands what is over it back to the supervisor, which tries the next worker,
  // round and round while all are full.
  server.on("connection", (socket) => {
    if (connections >= (options.maxConnections ?? Number.POSITIVE_INFINITY)) {
      const hasRoom = idle.closeOldest();
      crowd(hasRoom ? "replaced" : "refused", `${connections} are open`);
      if (!hasRoom) {
        socket.destroy();
        return;
      }
    }
    connections += 1;
    socket.once("close", () => {
      connections -= 1;
    });
  });

  return {
    async listen() {
      const port = await listen(server, options);
      // Without a listener, a connection that cannot be accepted (EMFILE) would end the process.
      server.on("error", (error: NodeJS.ErrnoException) => crowd("refused", error.code ?? error.name));
      return port;
    },
    announceEnd: () => {
      draining = true;
    },
    drain: async () => {
      draining = true;
      await close(server, options.drainTimeoutMs);
    },
  };
}

const CROWDED_INTERVAL_MS: Milliseconds = 60_000;

/** Reports the first connection at once, and a minute later those that came since, though no further one comes. */
function countCrowd({
  crowded,
}: Pick<ListenerOptions, "crowded">): (outcome: keyof Crowd, why: string) => void {
  const nobody: Crowd = { refused: 0, replaced: 0 };
  let counts = nobody;
  let lastReason = "";
  let isReported = false;
  const report = (): void => {
    crowded?.(counts, lastReason);
    counts = nobody;
    isReported = true;
    setTimeout(() => {
      isReported = false;
      if (counts !== nobody) report();
    }, CROWDED_INTERVAL_MS).unref();
  };
  return (outcome, why) => {
    counts = { ...counts, [outcome]: counts[outcome] + 1 };
    lastReason = why;
    if (!isReported) report();
  };
}

function listen(server: Server, { host, port, exclusive = false }: ListenerOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, exclusive }, () => {
      server.removeListener("error", reject);
      resolve((server.address() as AddressInfo).port); // a TCP server has an AddressInfo
    });
  });
}

function close(server: Server, deadlineMs: Milliseconds): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), deadlineMs);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** A client that does not read the response would hold a file descriptor forever. Without progress it is closed. */
function closeIfUnread(response: ServerResponse, afterMs: Milliseconds): void {
  const { socket } = response;
  if (socket === null || socket.writableLength === 0) return;
  socket.setTimeout(afterMs);
  // Must run before Node's own listener, which sets the keep-alive timeout.
  response.prependOnceListener("finish", () => socket.setTimeout(0));
}

/** How long a refused client may take to read the error and to close its side. */
const REFUSED_SOCKET_TIMEOUT_MS: Milliseconds = 1_000;

/** Answers bytes that are not an HTTP request, and headers that are too large or too slow. No response object exists. */
function refuseBytes(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    error.code === "HPE_HEADER_OVERFLOW" ? 431 : error.code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
  const message = STATUS_CODES[status] ?? "Bad Request";
  const body = JSON.stringify({ errors: [{ message, extensions: { code: "BAD_REQUEST" } }] });
  socket.end(
    `HTTP/1.1 ${status} ${message}\r\nconnection: close\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  // `end` closes our side only: a client that never closes its side would keep the file descriptor.
  setTimeout(() => socket.destroy(), REFUSED_SOCKET_TIMEOUT_MS).unref();
}
