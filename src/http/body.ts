import type { IncomingMessage } from "node:http";

export type BodyOutcome =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tooLarge" }
  | { readonly kind: "notText" }
  /** The client disconnected before the body was complete. */
  | { readonly kind: "gone" };

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Bytes of a too large body that are read and discarded, so that the client receives the 413 and no reset. */
const MAX_DISCARDED_BYTES = 8 * 1_048_576;
const DISCARD_TIMEOUT_MS = 2_000;

/** Reads a request body and keeps at most `maxBytes` of it. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<BodyOutcome> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let tooLarge = Number(request.headers["content-length"] ?? 0) > maxBytes;
    let timer = tooLarge ? startDiscardTimer(resolve) : undefined;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        tooLarge = true;
        chunks.length = 0;
        timer ??= startDiscardTimer(resolve);
        if (size > maxBytes + MAX_DISCARDED_BYTES) {
          request.pause();
          resolve({ kind: "tooLarge" });
        }
      } else if (!tooLarge) {
        chunks.push(chunk);
      }
    });
    request.on("end", () => resolve(tooLarge ? { kind: "tooLarge" } : decode(chunks)));
    request.on("error", () => resolve({ kind: "gone" }));
    request.on("close", () => {
      clearTimeout(timer);
      resolve({ kind: "gone" });
    });
  });
}

const startDiscardTimer = (resolve: (outcome: BodyOutcome) => void): NodeJS.Timeout =>
  setTimeout(() => resolve({ kind: "tooLarge" }), DISCARD_TIMEOUT_MS).unref();

function decode(chunks: readonly Buffer[]): BodyOutcome {
  const [only] = chunks;
  try {
    return { kind: "text", text: utf8.decode(chunks.length === 1 ? only : Buffer.concat(chunks)) };
  } catch {
    return { kind: "notText" };
  }
}
