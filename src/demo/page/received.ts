import { closeSync, existsSync, openSync, readSync } from "node:fs";
import type { ReceivedAnswer, ReceivedRequest } from "../../http/page/contract.js";
import type { RequestLogEntry } from "../request-log.js";

/** The requests of all subgraphs, numbered in the order in which they were read from the logs. */
export interface Received {
  /** Reads what was logged since. @returns the new requests, oldest first */
  read(): readonly ReceivedRequest[];
  /** Those with a greater number, at most the last {@link KEPT}. */
  after(number: number): ReceivedAnswer;
}

/** For those who ask later. */
export const KEPT = 500;

const CHUNK_BYTES = 65_536;

/** @param paths - the request logs; a log that is not there yet is empty */
export const createReceived = (paths: readonly string[], nowMs: () => number): Received => {
  const offsets = new Map(paths.map((path) => [path, 0]));
  const kept: ReceivedRequest[] = [];
  let last = 0;
  const read = (): readonly ReceivedRequest[] => {
    const found: ReceivedRequest[] = [];
    for (const path of paths) {
      const { lines, end } = linesAfter(path, offsets.get(path) ?? 0);
      offsets.set(path, end);
      for (const line of lines) {
        last += 1;
        found.push(requestOf(JSON.parse(line) as RequestLogEntry, last, nowMs())); // written by writeLogEntry
      }
    }
    kept.push(...found);
    kept.splice(0, kept.length - KEPT);
    return found;
  };
  return { read, after: (number) => ({ last, requests: kept.filter((one) => one.number > number) }) };
};

const requestOf = (entry: RequestLogEntry, number: number, at: number): ReceivedRequest => ({
  number,
  at,
  subgraph: entry.subgraph,
  operation: entry.operation,
  headerNames: entry.headerNames,
  credentialDigest: entry.credentialDigest ?? null,
  identity: entry.identity,
});

/** The complete lines behind an offset in bytes, and the offset behind them. */
const linesAfter = (
  path: string,
  offset: number,
): { readonly lines: readonly string[]; readonly end: number } => {
  if (!existsSync(path)) return { lines: [], end: offset };
  const file = openSync(path, "r");
  try {
    const chunks: Buffer[] = [];
    let position = offset;
    for (;;) {
      const chunk = Buffer.alloc(CHUNK_BYTES);
      const count = readSync(file, chunk, 0, CHUNK_BYTES, position);
      if (count === 0) break;
      chunks.push(chunk.subarray(0, count));
      position += count;
    }
    const bytes = Buffer.concat(chunks);
    const complete = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
    const lines = complete.toString("utf8").split("\n").slice(0, -1);
    return { lines, end: offset + complete.length };
  } finally {
    closeSync(file);
  }
};
