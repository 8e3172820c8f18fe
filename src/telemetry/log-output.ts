import type { Writable } from "node:stream";

/** The destination of log lines. */
export interface LogOutput {
  /** Never waits and never throws. */
  write(line: string): void;
  /** Number of dropped lines since the start. */
  dropped(): number;
}

/** Bytes that may wait for a slow reader; a busy gateway fills them in some seconds. */
const MAX_WAITING_BYTES = 1_048_576;

/**
 * Writes lines to a stream that may stall or lose its reader. The gateway continues without its log, and its memory
 * stays bounded: lines that do not fit are dropped and counted. When the reader returns, a line `log.dropped` reports
 * how many are missing.
 */
export function createLogOutput(stream: Writable, maxBytes = MAX_WAITING_BYTES): LogOutput {
  let dropped = 0;
  let unreported = 0;
  const drop = (): void => {
    dropped += 1;
    unreported += 1;
  };
  const put = (line: string): void =>
    void stream.write(line, (error) => {
      if (error) drop();
    });
  // The callback of each line gets the error too.
  stream.on("error", () => undefined);
  return {
    write(line) {
      if (stream.writableLength + Buffer.byteLength(line) > maxBytes) return drop();
      if (unreported > 0) put(droppedLine(unreported));
      unreported = 0;
      put(line);
    },
    dropped: () => dropped,
  };
}

const droppedLine = (lines: number): string =>
  `${JSON.stringify({ level: 40, time: new Date().toISOString(), service: "cardea", pid: process.pid, lines, msg: "log.dropped" })}\n`;

let shared: LogOutput | undefined;

/** Standard error, shared by the gateways of one process. Node writes to a pipe asynchronously, to a file or terminal synchronously. */
export function standardError(): LogOutput {
  shared ??= createLogOutput(process.stderr);
  return shared;
}
