import type { ServerResponse } from "node:http";
import { JSON_TYPE } from "../server/refusal.js";

/** What a route answers; the listener writes it. Header names in lower case. */
export interface Answer {
  readonly status: number;
  readonly headers?: Iterable<readonly [string, string]>;
  readonly setCookies?: readonly string[];
  readonly body: string;
  /** The connection cannot be used again, e.g. because a body was not read to its end. */
  readonly close?: boolean;
}

/** A JSON document. */
export const json = (
  status: number,
  value: unknown,
  headers: readonly (readonly [string, string])[] = [],
): Answer => ({ status, headers: [["content-type", JSON_TYPE], ...headers], body: JSON.stringify(value) });

/**
 * Writes an answer once; does nothing when the client has gone.
 *
 * @param isLast - of its connection, since the listener is closing
 */
export function write(response: ServerResponse, answer: Answer, requestId: string, isLast: boolean): void {
  if (response.destroyed || response.headersSent) return;
  // All at once, in a flat list: cheaper than one by one, which keeps a table of them first.
  const headers: string[] = [];
  for (const [name, value] of answer.headers ?? []) headers.push(name, value);
  for (const cookie of answer.setCookies ?? []) headers.push("set-cookie", cookie);
  headers.push("x-request-id", requestId, "x-content-type-options", "nosniff");
  if (answer.close === true || isLast) headers.push("connection", "close");
  const body = answer.body.length > LONG ? encode(answer.body) : answer.body;
  // RFC 9110 §8.6: no Content-Length on 204.
  if (answer.status !== 204) {
    headers.push("content-length", String(typeof body === "string" ? Buffer.byteLength(body) : body.length));
  }
  response.writeHead(answer.status, headers);
  response.end(response.req.method === "HEAD" ? undefined : body);
}

/** Up to here text is cheapest: head and body leave in one write. Longer text would be scanned and encoded apart. */
const LONG = 8_192;

const SCRATCH_BYTES = 1_048_576;
let scratch: Uint8Array | undefined;
const encoder = new TextEncoder();

/**
 * Long text as bytes. Encoding into memory that stays warm and copying what came out is cheaper than to measure
 * first; the copy is the socket's to keep until it is sent.
 */
function encode(text: string): Buffer {
  // One UTF-16 unit takes three bytes at most.
  if (text.length > SCRATCH_BYTES / 3) return Buffer.from(text, "utf8");
  scratch ??= new Uint8Array(SCRATCH_BYTES);
  const { written } = encoder.encodeInto(text, scratch);
  return Buffer.from(scratch.subarray(0, written));
}
