import type { Revocation } from "../../domain/revocation.js";
import type { Clock, Milliseconds } from "../../domain/time.js";
import type { Argument } from "./client.js";
import { readEntries, type StreamEntry } from "./stream-entry.js";

export interface StreamFollowerOptions {
  readonly partition: number;
  readonly clock: Clock;
  /** Runs the poll script: heartbeat, then everything after the id given. */
  readonly poll: (args: readonly Argument[]) => Promise<unknown>;
  readonly horizonMs: Milliseconds;
  readonly apply: (entry: Revocation) => void;
  /** The stream is not the one read so far: writes were lost. */
  readonly onBreak: (partition: number) => void;
}

/** Reads one partition's revocations, and knows how old its knowledge is. */
export interface StreamFollower {
  /** Reads what is new. Calls made meanwhile lead to one more reading, never to several at once. */
  poll(): Promise<void>;
  /** Monotonic send time of the last poll the primary acknowledged; `undefined` before the first. */
  readonly acknowledgedAtMs: Milliseconds | undefined;
  /** Unix ms of the server; nothing issued before is vouched for unless it lies a horizon back. */
  readonly birthMs: Milliseconds | undefined;
  serverNowMs(): Milliseconds | undefined;
}

const BATCH = 500;
/** A stream in which nobody wrote a heartbeat for so long may be a restored copy. */
const LONGEST_SILENCE_MS: Milliseconds = 60_000;

export function createStreamFollower(options: StreamFollowerOptions): StreamFollower {
  const { partition, clock, horizonMs, apply, onBreak } = options;
  let lastId = "-";
  let position: (Pick<StreamEntry, "sequence"> & { readonly revocationId: string }) | undefined;
  let acknowledgedAtMs: Milliseconds | undefined;
  let birthMs: Milliseconds | undefined;
  let serverAhead: Milliseconds | undefined;
  let running: Promise<void> | undefined;
  let again = false;

  /** Does the entry continue what was read? The first one ever read has nothing to continue. */
  const continues = (entry: StreamEntry): boolean => {
    if (position === undefined) return true;
    const expected = position.sequence + (entry.revocation === undefined ? 0 : 1);
    return entry.sequence === expected && entry.previous === position.revocationId;
  };

  const take = (entry: StreamEntry): void => {
    if (!continues(entry)) onBreak(partition);
    position = {
      sequence: entry.sequence,
      revocationId: entry.revocation === undefined ? entry.previous : entry.id,
    };
    lastId = entry.id;
    birthMs = entry.birthMs;
    if (entry.revocation !== undefined) apply(entry.revocation);
  };

  const readOnce = async (): Promise<void> => {
    for (;;) {
      const sentAtMs = clock.monotonicMs();
      const entries = readEntries(await options.poll([lastId, BATCH, horizonMs, LONGEST_SILENCE_MS]));
      for (const entry of entries) take(entry);
      const last = entries.at(-1);
      // The heartbeat just written must be among what is read: a stream that does not reach it has been replaced by
      // one whose ids lie behind ours, and is read anew from its beginning.
      if (last === undefined) {
        onBreak(partition);
        lastId = "-";
        position = undefined;
        continue;
      }
      if (entries.length < BATCH) {
        acknowledgedAtMs = sentAtMs;
        serverAhead = last.atMs - clock.monotonicMs();
        return;
      }
    }
  };

  const poll = (): Promise<void> => {
    if (running !== undefined) {
      again = true;
      return running;
    }
    running = (async () => {
      do {
        again = false;
        await readOnce();
      } while (again);
    })().finally(() => {
      running = undefined;
    });
    return running;
  };

  return {
    poll,
    get acknowledgedAtMs() {
      return acknowledgedAtMs;
    },
    get birthMs() {
      return birthMs;
    },
    serverNowMs: () => (serverAhead === undefined ? undefined : serverAhead + clock.monotonicMs()),
  };
}
