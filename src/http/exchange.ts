import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Milliseconds } from "../domain/time.js";
import type { Answer } from "./answer.js";
import { Departure } from "./departure.js";

/** One request on its way through the front door. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly requestId: string;
  readonly method: string;
  readonly path: string;
  /** With its `?`, or empty. */
  readonly search: string;
  /** Told when the client goes before its answer has left. */
  readonly departure: Departure;
  /** Monotonic. */
  readonly receivedAtMs: Milliseconds;
}

export type Handler = (exchange: Exchange) => Answer | Promise<Answer>;

const FOREIGN_ID = /^[\w.:-]{8,128}$/;

/**
 * @param believeIds - take `x-request-id` from the request: only when a proxy of ours stands in front, since a
 * client could otherwise give its requests the id of somebody else's
 */
export function createExchange(
  request: IncomingMessage,
  response: ServerResponse,
  receivedAtMs: Milliseconds,
  believeIds: boolean,
): Exchange {
  const url = request.url ?? "/";
  const mark = url.indexOf("?");
  const foreign = believeIds ? request.headers["x-request-id"] : undefined;
  return {
    request,
    response,
    requestId: typeof foreign === "string" && FOREIGN_ID.test(foreign) ? foreign : randomUUID(),
    method: request.method ?? "GET",
    path: mark === -1 ? url : url.slice(0, mark),
    search: mark === -1 ? "" : url.slice(mark),
    departure: new Departure(),
    receivedAtMs,
  };
}
