import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ClientProof } from "../domain/client-proof.js";
import type { Milliseconds } from "../domain/time.js";
import type { Answer } from "./answer.js";
import { ClientDisconnect } from "./client-disconnect.js";

/** One HTTP request and its response. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  /** With its `?`, or empty. */
  readonly search: string;
  /** Notified when the client disconnects before the response is sent. */
  readonly disconnect: ClientDisconnect;
  /** `Clock.monotonicMs()` on arrival. */
  readonly receivedAtMs: Milliseconds;
  /** What the request proved about its client. Absent: nothing, as requests of public clients. */
  readonly client?: ClientProof;
  /** As an authenticated client sent it. */
  readonly endUserAddress?: string;
}

export type Handler = (exchange: Exchange) => Answer | Promise<Answer>;

const FOREIGN_ID = /^[\w.:-]{8,128}$/;

/**
 * @param trustIds - take the id from the header `x-request-id`. Only behind our own proxy: otherwise a client could
 * reuse the id of another client's request
 */
export function createExchange(
  request: IncomingMessage,
  response: ServerResponse,
  receivedAtMs: Milliseconds,
  trustIds: boolean,
): Exchange {
  const url = request.url ?? "/";
  const mark = url.indexOf("?");
  const foreign = trustIds ? request.headers["x-request-id"] : undefined;
  return {
    request,
    response,
    requestId: typeof foreign === "string" && FOREIGN_ID.test(foreign) ? foreign : randomUUID(),
    method: request.method ?? "GET",
    path: mark === -1 ? url : url.slice(0, mark),
    search: mark === -1 ? "" : url.slice(mark),
    disconnect: new ClientDisconnect(),
    receivedAtMs,
  };
}
