import { promisify } from "node:util";
import { brotliDecompress, gunzip, inflate } from "node:zlib";
import type { Dispatcher, Pool } from "undici";

/** What came back, read to its end and within limits. */
export type Exchange =
  | {
      readonly kind: "response";
      readonly status: number;
      readonly text: string;
      readonly setCookies: readonly string[];
    }
  | {
      readonly kind: "failed";
      readonly reason: string;
      /** The connection was closed before anything of an answer came. */
      readonly isReset?: boolean;
      /** The deadline passed. */
      readonly isTimeout?: boolean;
    };

export interface ExchangeInput {
  readonly path: string;
  readonly headers: readonly string[];
  readonly body: string;
  readonly deadlineMs: number;
  /** Bytes, before and after decompression. */
  readonly maxResponseBytes: number;
  readonly signal: AbortSignal;
}

const UNPACK: ReadonlyMap<string, (data: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>> =
  new Map([
    ["gzip", promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)],
    ["x-gzip", promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip)],
    ["deflate", promisify<Buffer, { maxOutputLength: number }, Buffer>(inflate)],
    ["br", promisify<Buffer, { maxOutputLength: number }, Buffer>(brotliDecompress)],
  ]);

const RESET_CODES: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", "UND_ERR_SOCKET"]);

/**
 * One POST on a pool. Never throws and never follows a redirect; the deadline covers the whole exchange, so a
 * body of one byte a second ends like silence does.
 */
export const exchange = (pool: Pool, input: ExchangeInput): Promise<Exchange> =>
  new Promise((resolve) => {
    if (input.signal.aborted) {
      resolve({ kind: "failed", reason: "the client went away" });
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
    const giveUp = (reason: string, isTimeout = false): void => {
      finish({ kind: "failed", reason, isTimeout });
      controller?.abort(new Error(reason));
    };
    const onAbort = (): void => giveUp("the client went away");
    const timer = setTimeout(
      () => giveUp(`no complete answer within ${input.deadlineMs} ms`, true),
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
          if (length > input.maxResponseBytes)
            giveUp(`an answer of more than ${input.maxResponseBytes} bytes`);
        },
        onResponseData(_controller, chunk) {
          bytes += chunk.length;
          if (bytes > input.maxResponseBytes) {
            giveUp(`an answer of more than ${input.maxResponseBytes} bytes`);
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
              ? { kind: "response", status, text: whole?.toString("utf8") ?? "", setCookies }
              : unpack(whole, encoding, input.maxResponseBytes, status, setCookies),
          );
        },
        onResponseError(_controller, error) {
          const code = (error as { readonly code?: unknown }).code;
          const isReset = status === 0 && typeof code === "string" && RESET_CODES.has(code);
          finish({ kind: "failed", reason: typeof code === "string" ? code : error.message, isReset });
        },
      },
    );
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
    return { kind: "failed", reason: "a content encoding nobody asked for" };
  }
  try {
    const text = (await decompress(data, { maxOutputLength })).toString("utf8");
    return { kind: "response", status, text, setCookies };
  } catch {
    return { kind: "failed", reason: "an answer that does not unpack within its limit" };
  }
};
