import { readFileSync } from "node:fs";

/** Files, key sets, the ops port, the store, subgraphs and the planner need descriptors, too. */
const KEPT_AT_LEAST = 128;
const KEPT_SHARE = 1 / 4;
const MIN_CONNECTIONS = 16;

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

/** How many connections of clients leave enough descriptors for everything else. */
export const maxClientConnections = (limit: number): number =>
  Math.max(MIN_CONNECTIONS, Math.floor(Math.min(limit * (1 - KEPT_SHARE), limit - KEPT_AT_LEAST)));
