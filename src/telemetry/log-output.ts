import type { Writable } from "node:stream";

/** Where lines of the log go. */
export interface LogOutput {
  /** Never waits and never throws. */
  write(line: string): void;
  /** How many lines nobody took, since the start. */
  dropped(): number;
}

/** What a reader may lag behind; a busy gateway fills it in some seconds. */
const MOST_WAITING_BYTES = 1_048_576;

/**
 * Hands lines to a stream that may stall or lose its reader: a gateway goes on without its log, and never grows by
 * it. What does not fit is dropped and counted, and a reader who comes back is told how much is missing.
 */
export function createLogOutput(stream: Writable, mostBytes = MOST_WAITING_BYTES): LogOutput {
  let dropped = 0;
  let untold = 0;
  const drop = (): void => {
    dropped += 1;
    untold += 1;
  };
  const put = (line: string): void =>
    void stream.write(line, (error) => {
      if (error) drop();
    });
  // Told to the callback of each line as well.
  stream.on("error", () => undefined);
  return {
    write(line) {
      if (stream.writableLength + Buffer.byteLength(line) > mostBytes) return drop();
      if (untold > 0) put(gap(untold));
      untold = 0;
      put(line);
    },
    dropped: () => dropped,
  };
}

const gap = (lines: number): string =>
  `${JSON.stringify({ level: 40, time: new Date().toISOString(), service: "cardea", pid: process.pid, lines, msg: "log.dropped" })}\n`;

let shared: LogOutput | undefined;

/** Standard error, which the gateways of one process share. A pipe is not waited for; a file or terminal is. */
export function standardError(): LogOutput {
  shared ??= createLogOutput(process.stderr);
  return shared;
}
