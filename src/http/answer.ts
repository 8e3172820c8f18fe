import type { ServerResponse } from "node:http";
import { JSON_TYPE } from "../server/refusal.js";

/** The response of a route; the listener writes it. Header names in lower case. */
export interface Answer {
  readonly status: number;
  readonly headers?: Iterable<readonly [string, string]>;
  readonly setCookies?: readonly string[];
  readonly body: string | Uint8Array;
  /** Writes the body piece by piece and ends the response. Then `body` is empty and there is no Content-Length. */
  readonly stream?: (response: ServerResponse) => void;
  /** Close the connection: it cannot be reused, e.g. because the body was not read completely. */
  readonly close?: boolean;
}

/** A JSON document. */
export const json = (
  status: number,
  value: unknown,
  headers: readonly (readonly [string, string])[] = [],
): Answer => ({ status, headers: [["content-type", JSON_TYPE], ...headers], body: JSON.stringify(value) });

/**
 * Writes a response once. Does nothing when the client has disconnected.
 *
 * @param isLast - the listener is closing, so this is the last response on the connection
 * @param hsts - value of `Strict-Transport-Security`; absent: it is not sent
 */
export function write(
  response: ServerResponse,
  answer: Answer,
  requestId: string,
  isLast: boolean,
  hsts?: string,
): void {
  if (response.destroyed || response.headersSent) return;
  // A flat list given to `writeHead` is cheaper than `setHeader` calls, which build a table first.
  const headers: string[] = [];
  let isShared = false;
  for (const [name, value] of answer.headers ?? []) {
    if (name === RESOURCE_POLICY) isShared = true;
    headers.push(name, value);
  }
  for (const cookie of answer.setCookies ?? []) headers.push("set-cookie", cookie);
  headers.push("x-request-id", requestId, "x-content-type-options", "nosniff");
  // Other sites may not embed a response, except where CORS shares it.
  if (!isShared) headers.push(RESOURCE_POLICY, "same-origin");
  if (hsts !== undefined) headers.push("strict-transport-security", hsts);
  if (answer.close === true || isLast) headers.push("connection", "close");
  if (answer.stream !== undefined) {
    response.writeHead(answer.status, headers);
    answer.stream(response);
    return;
  }
  const body =
    typeof answer.body === "string" && answer.body.length > MAX_TEXT_LENGTH
      ? encode(answer.body)
      : answer.body;
  // RFC 9110 §8.6: no Content-Length on 204. One on 304 would be that of the document.
  if (answer.status !== 204 && answer.status !== 304) {
    headers.push("content-length", String(typeof body === "string" ? Buffer.byteLength(body) : body.length));
  }
  response.writeHead(answer.status, headers);
  response.end(response.req.method === "HEAD" ? undefined : body);
}

const RESOURCE_POLICY = "cross-origin-resource-policy";

/** Up to this length a string is cheapest: Node sends head and body in one write. */
const MAX_TEXT_LENGTH = 8_192;

const SCRATCH_BYTES = 1_048_576;
let scratch: Uint8Array | undefined;
const encoder = new TextEncoder();

/**
 * Encodes long text. Encoding into a reused buffer and copying the result is cheaper than measuring the text first.
 * The socket keeps the copy until it is sent.
 */
function encode(text: string): Buffer {
  // One UTF-16 code unit needs at most three bytes.
  if (text.length > SCRATCH_BYTES / 3) return Buffer.from(text, "utf8");
  scratch ??= new Uint8Array(SCRATCH_BYTES);
  const { written } = encoder.encodeInto(text, scratch);
  return Buffer.from(scratch.subarray(0, written));
}
