import type { IncomingMessage } from "node:http";

export type BodyOutcome =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "tooLarge" }
  | { readonly kind: "notText" }
  /** The client went away in the middle. */
  | { readonly kind: "gone" };

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** What is read and thrown away of a body that is too large, so that the client hears the refusal instead of a reset. */
const DISCARD_BYTES = 8 * 1_048_576;
const DISCARD_MS = 2_000;

/** Reads a request body and keeps at most `maxBytes` of it. */
export function readBody(request: IncomingMessage, maxBytes: number): Promise<BodyOutcome> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    let tooLarge = Number(request.headers["content-length"] ?? 0) > maxBytes;
    let late = tooLarge ? patience(resolve) : undefined;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size > maxBytes) {
        tooLarge = true;
        chunks.length = 0;
        late ??= patience(resolve);
        if (size > maxBytes + DISCARD_BYTES) {
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
      clearTimeout(late);
      resolve({ kind: "gone" });
    });
  });
}

const patience = (resolve: (outcome: BodyOutcome) => void): NodeJS.Timeout =>
  setTimeout(() => resolve({ kind: "tooLarge" }), DISCARD_MS).unref();

function decode(chunks: readonly Buffer[]): BodyOutcome {
  const [only] = chunks;
  try {
    return { kind: "text", text: utf8.decode(chunks.length === 1 ? only : Buffer.concat(chunks)) };
  } catch {
    return { kind: "notText" };
  }
}
