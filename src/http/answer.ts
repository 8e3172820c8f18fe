import type { ServerResponse } from "node:http";

/** What a route answers; the listener writes it. Header names in lower case. */
export interface Answer {
  readonly status: number;
  readonly headers?: Iterable<readonly [string, string]>;
  readonly setCookies?: readonly string[];
  readonly body: string;
  /** The connection cannot be used again, e.g. because a body was not read to its end. */
  readonly close?: boolean;
}

export const JSON_TYPE = "application/json; charset=utf-8";

/** A JSON document. */
export const json = (
  status: number,
  value: unknown,
  headers: readonly (readonly [string, string])[] = [],
): Answer => ({ status, headers: [["content-type", JSON_TYPE], ...headers], body: JSON.stringify(value) });

/** Writes an answer once; does nothing when the client has gone. */
export function write(response: ServerResponse, answer: Answer, requestId: string): void {
  if (response.destroyed || response.headersSent) return;
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers ?? []) response.setHeader(name, value);
  if (answer.setCookies !== undefined && answer.setCookies.length > 0) {
    response.setHeader("set-cookie", [...answer.setCookies]);
  }
  response.setHeader("x-request-id", requestId);
  response.setHeader("x-content-type-options", "nosniff");
  if (answer.close === true) response.setHeader("connection", "close");
  // RFC 9110 §8.6: no Content-Length on 204.
  if (answer.status !== 204) response.setHeader("content-length", Buffer.byteLength(answer.body));
  // As text, head and body leave in one write; as bytes they would be two.
  response.end(response.req.method === "HEAD" ? undefined : answer.body);
}
