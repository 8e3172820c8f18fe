import { createServer, type Server, type ServerResponse, STATUS_CODES } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { Clock, Milliseconds } from "../domain/time.js";
import { type Answer, write } from "./answer.js";
import { createExchange, type Exchange } from "./exchange.js";
import { refusal } from "./refusals.js";
import type { Route, Router } from "./router.js";

export interface ListenerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Not shared with other workers of this program. Default false. */
  readonly exclusive?: boolean;
  readonly clock: Clock;
  /** Where requests go; asked anew for each, so that doors may open after the port is taken. */
  readonly router: () => Router | undefined;
  readonly headersTimeoutMs: Milliseconds;
  readonly requestTimeoutMs: Milliseconds;
  readonly drainTimeoutMs: Milliseconds;
  /** Take request ids from a proxy of ours. */
  readonly believeIds: boolean;
  /** Told about every finished request, for metrics. */
  readonly finished?: (route: string, method: string, status: number, durationMs: Milliseconds) => void;
  /** Told when a door throws; the client sees a masked 500. */
  readonly failed: (error: unknown, requestId: string) => void;
}

export interface Listener {
  /** @returns the port listened on @throws when the port is taken */
  listen(): Promise<number>;
  /** Goes on accepting, and has every connection close with its next answer. */
  announceEnd(): void;
  /**
   * Stops accepting, lets running requests finish until the deadline, then cuts what is left. Keep-alive
   * connections are told to close with their next answer.
   */
  drain(): Promise<void>;
}

/** Longer than the 60 s most load balancers keep a connection, so that it is never we who close it under them. */
const KEEP_ALIVE_MS = 65_000;

/** A node:http server with limits, JSON on every path, and an orderly end. */
export function createListener(options: ListenerOptions): Listener {
  const requestTimeoutMs = Math.max(options.requestTimeoutMs, options.headersTimeoutMs);
  const server = createServer({
    headersTimeout: options.headersTimeoutMs,
    requestTimeout: requestTimeoutMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    connectionsCheckingInterval: Math.min(options.headersTimeoutMs, 5_000),
  });
  let draining = false;

  /** Has the door answer, and writes what it says. Never throws. */
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
      write(response, answer, requestId, draining);
      cutUnread(response, requestTimeoutMs);
    } catch (error) {
      options.failed(error, requestId);
      response.destroy();
    }
  };

  server.on("request", (request, response) => {
    const exchange = createExchange(request, response, options.clock.monotonicMs(), options.believeIds);
    const route = options.router()?.match(exchange.path);
    response.once("close", () => {
      if (!response.writableFinished) return exchange.departure.tell();
      const durationMs = options.clock.monotonicMs() - exchange.receivedAtMs;
      options.finished?.(route?.name ?? "unknown", exchange.method, response.statusCode, durationMs);
    });
    if (route === undefined) {
      const starting = refusal(request, 503, "Starting.", [["retry-after", "1"]]);
      write(response, starting, exchange.requestId, draining);
      return;
    }
    void respond(route, exchange);
  });
  server.on("clientError", refuseBytes);

  return {
    listen: () => listen(server, options),
    announceEnd: () => {
      draining = true;
    },
    drain: async () => {
      draining = true;
      await close(server, options.drainTimeoutMs);
    },
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
    const cut = setTimeout(() => server.closeAllConnections(), deadlineMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}

/** An answer that nobody reads would hold its descriptor for ever: without progress for so long it is cut off. */
function cutUnread(response: ServerResponse, afterMs: Milliseconds): void {
  const { socket } = response;
  if (socket === null || socket.writableLength === 0) return;
  socket.setTimeout(afterMs);
  // Before node's own listener, which sets how long an idle connection is kept.
  response.prependOnceListener("finish", () => socket.setTimeout(0));
}

/** How long a refused client may take to read why and to hang up. */
const LAST_WORD_MS: Milliseconds = 1_000;

/** Bytes that are no HTTP request, or headers too large or too slow: there is no response object yet. */
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
  // Ending is half the way: whoever never hangs up would keep the other half, and the descriptor with it.
  setTimeout(() => socket.destroy(), LAST_WORD_MS).unref();
}
