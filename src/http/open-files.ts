import { readFileSync } from "node:fs";

/** What a process opens beside connections of clients and to subgraphs: files, the ops port, the store, the planner. */
const KEPT_AT_MOST = 128;
const KEPT_AT_LEAST = 64;
const QUARTER = 1 / 4;
const MIN_CLIENTS = 16;
/** Below this, the limit rather than memory or the CPU decides how many clients there can be. */
const FEW = 4_096;

/**
 * How many files and sockets this process may have open (`ulimit -n`).
 *
 * @returns `undefined` where the system does not say: only Linux does, and "unlimited" is no number
 */
export function openFilesLimit(path = "/proc/self/limits"): number | undefined {
  try {
    const soft = /^Max open files +(\d+)/m.exec(readFileSync(path, "utf8"))?.[1];
    return soft === undefined ? undefined : Number(soft);
  } catch {
    return undefined;
  }
}

/** How many connections may be open at a time, so that everything else always finds a free descriptor. */
export interface ConnectionShares {
  readonly clients: number;
  readonly subgraphs: number;
}

/** Divides the files that a process may open. The sum is below the limit, if that is more than a process needs at all. */
export function connectionShares(limit: number): ConnectionShares {
  const subgraphs = Math.floor(limit * QUARTER);
  const kept = Math.min(KEPT_AT_MOST, Math.max(KEPT_AT_LEAST, Math.ceil(limit * QUARTER)));
  return { clients: Math.max(MIN_CLIENTS, limit - subgraphs - kept), subgraphs };
}

/** What to tell the operator of a process that may open few files. */
export function fewOpenFilesNote(limit: number): string | undefined {
  if (limit >= FEW) return undefined;
  const { clients, subgraphs } = connectionShares(limit);
  return `this process may open ${limit} files: at most ${clients} connections of clients and ${subgraphs} to subgraphs at a time. Fix: raise the hard limit (ulimit -n; LimitNOFILE= of systemd; --ulimit nofile= of a container)`;
}
