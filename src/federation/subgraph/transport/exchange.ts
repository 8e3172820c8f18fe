import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import type { Dispatcher, Pool } from "undici";
import type { SubgraphFailure } from "../../../domain/events.js";
import type { ClientSignal } from "../../request/request-context.js";

/** The response, read completely and within limits, or a failure. */
export type Exchange =
  | {
      readonly kind: "response";
      readonly status: number;
      readonly body: Buffer;
      readonly setCookies: readonly string[];
    }
  | {
      readonly kind: "failed";
      /** `gone`: the client disconnected. */
      readonly failure: SubgraphFailure | "gone";
      readonly reason: string;
      /** No part of a response was received: a query may be sent again. */
      readonly isUnanswered: boolean;
    };

export interface ExchangeInput {
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: string;
  /** For the whole exchange, connecting included. */
  readonly deadlineMs: number;
  /** Bytes, before and after decompression. */
  readonly maxResponseBytes: number;
  readonly signal: ClientSignal;
}

const UNPACK: ReadonlyMap<string, (data: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> =
  new Map([
    ["gzip", promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)],
    ["x-gzip", promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)],
    ["deflate", promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate)],
    ["br", promisify<Buffer, { maxOutputLength: number }, Buffer>(brotliDecompress)],
  ]);

/**
 * Sends one POST on a pool. It never throws and never follows a redirect. The timeout covers the whole exchange, so it
 * also ends a body that arrives one byte per second.
 */
export const exchange = (pool: Pool, input: ExchangeInput): Promise<Exchange> =>
  new Promise((resolve) => {
    if (input.signal.aborted) {
      resolve(GONE);
      return;
    }
    let controller: Dispatcher.DispatchController | undefined;
    let status = 0;
    let encoding: string | undefined;
    let setCookies: readonly string[] = [];
    let first: Buffer | undefined;
    let more: Buffer[] | undefined;
    let bytes = 0;
    let isOver = false;

    const finish = (result: Exchange | Promise<Exchange>): void => {
      if (isOver) return;
      isOver = true;
      clearTimeout(timer);
      input.signal.removeEventListener("abort", onAbort);
      resolve(result);
    };
    const giveUp = (result: Extract<Exchange, { kind: "failed" }>): void => {
      finish(result);
      controller?.abort(new Error(result.reason));
    };
    const tooLarge = (): void =>
      giveUp({
        kind: "failed",
        failure: "too_large",
        reason: `an answer of more than ${input.maxResponseBytes} bytes`,
        isUnanswered: false,
      });
    const onAbort = (): void => giveUp(GONE);
    const timer = setTimeout(
      () =>
        giveUp({
          kind: "failed",
          failure: "timeout",
          reason: `no complete answer within ${Math.round(input.deadlineMs)} ms`,
          isUnanswered: false,
        }),
      input.deadlineMs,
    );
    input.signal.addEventListener("abort", onAbort);

    pool.dispatch(
      { method: "POST", path: input.path, headers: input.headers as string[], body: input.body },
      {
        onRequestStart(started) {
          controller = started;
          if (isOver) started.abort(new Error("given up"));
        },
        onResponseStart(_controller, code, headers) {
          status = code;
          encoding = oneHeader(headers["content-encoding"]);
          const cookies = headers["set-cookie"];
          if (cookies !== undefined) setCookies = Array.isArray(cookies) ? cookies : [cookies];
          const length = Number(oneHeader(headers["content-length"]));
          if (length > input.maxResponseBytes) tooLarge();
        },
        onResponseData(_controller, chunk) {
          bytes += chunk.length;
          if (bytes > input.maxResponseBytes) {
            tooLarge();
            return;
          }
          if (first === undefined) first = chunk;
          else if (more === undefined) more = [first, chunk];
          else more.push(chunk);
        },
        onResponseEnd() {
          const whole = more === undefined ? first : Buffer.concat(more, bytes);
          finish(
            encoding === undefined || encoding === "identity" || whole === undefined
              ? { kind: "response", status, body: whole ?? NO_BYTES, setCookies }
              : unpack(whole, encoding, input.maxResponseBytes, status, setCookies),
          );
        },
        onResponseError(_controller, error) {
          const code = (error as { readonly code?: unknown }).code;
          const reason = typeof code === "string" ? code : error.message;
          finish({ kind: "failed", failure: "connection", reason, isUnanswered: status === 0 });
        },
      },
    );
  });

const NO_BYTES = Buffer.alloc(0);

const GONE = {
  kind: "failed",
  failure: "gone",
  reason: "the client went away",
  isUnanswered: false,
} as const satisfies Exchange;

const unreadable = (failure: SubgraphFailure, reason: string): Exchange => ({
  kind: "failed",
  failure,
  reason,
  isUnanswered: false,
});

const oneHeader = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0]?.toLowerCase() : value?.toLowerCase();

const unpack = async (
  data: Buffer,
  encoding: string,
  maxOutputLength: number,
  status: number,
  setCookies: readonly string[],
): Promise<Exchange> => {
  const decompress = UNPACK.get(encoding);
  if (decompress === undefined) {
    return unreadable("malformed", "a content encoding nobody asked for");
  }
  try {
    const body = await decompress(data, { maxOutputLength });
    return { kind: "response", status, body, setCookies };
  } catch (error) {
    const code = (error as { readonly code?: unknown }).code;
    return code === "ERR_BUFFER_TOO_LARGE"
      ? unreadable("too_large", `an answer that unpacks to more than ${maxOutputLength} bytes`)
      : unreadable("malformed", "an answer that does not unpack");
  }
};
