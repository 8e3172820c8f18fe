import type { Revocation } from "../../domain/revocation.js";
import type { Clock, Milliseconds } from "../../domain/time.js";
import type { Argument } from "./client.js";
import { createHeldEntries } from "./held-entries.js";
import { isAfter, readEntries, readPoll, type StreamEntry } from "./stream-entry.js";

export interface StreamFollowerOptions {
  readonly clock: Clock;
  /** Runs the poll script: heartbeat, then everything after the id given. */
  readonly poll: (args: readonly Argument[]) => Promise<unknown>;
  /** Reads so many entries after the id given, and writes nothing. */
  readonly read: (after: string, most: number) => Promise<unknown>;
  readonly horizonMs: Milliseconds;
  /** Silence after which what a broken stream lost may not all be remembered here. */
  readonly staleMs: Milliseconds;
  readonly apply: (entry: Revocation) => void;
  /** The server's history is another than the one read so far: it may have lost writes. */
  readonly onRollback: () => void;
  /**
   * Submits again what this gateway remembers of the partition and the stream, read anew, does not hold.
   * @param holds - does the stream say as much as this entry?
   */
  readonly repair: (holds: (entry: Revocation) => boolean) => Promise<void>;
}

/** Reads one partition's revocations, knows how old its knowledge is, and mends the stream when it lost some. */
export interface StreamFollower {
  /** Reads what is new. Calls made meanwhile lead to one more reading, never to several at once. */
  poll(): Promise<void>;
  /**
   * Somebody says that this entry was written: reads on, unless it was read or written here. It is a plain look, much
   * cheaper than a poll in a burst of revocations, and vouches for nothing.
   */
  hear(id: string): Promise<void>;
  /** This gateway wrote an entry itself; a stream in which it does not appear has lost it. */
  expect(id: string, sequence: number): void;
  /** Monotonic send time of the last poll the primary acknowledged; `undefined` before the first. */
  readonly acknowledgedAtMs: Milliseconds | undefined;
  /** Unix ms of the server; nothing issued before is vouched for unless it lies a horizon back. */
  readonly birthMs: Milliseconds | undefined;
  /** How many replicas the primary has. */
  readonly replicas: number;
  serverNowMs(): Milliseconds | undefined;
}

const BATCH = 500;
const POLLS_BETWEEN_ASKING = 8;
const BEGINNING = "-";
/** A stream in which nobody wrote a heartbeat for so long may be a restored copy. */
const LONGEST_SILENCE_MS: Milliseconds = 60_000;

interface Position {
  readonly lastId: string;
  readonly sequence: number;
  readonly revocationId: string;
}

export function createStreamFollower(options: StreamFollowerOptions): StreamFollower {
  const { clock, horizonMs, staleMs, apply, onRollback } = options;
  let position: Position | undefined;
  let replicationId: string | undefined;
  let replicas = 0;
  let pollsUntilAsking = 0;
  let troubled = false;
  let acknowledgedAtMs: Milliseconds | undefined;
  let birthMs: Milliseconds | undefined;
  let serverAhead: Milliseconds | undefined;
  /** Own entries not read back yet: sequence number → id. */
  const expected = new Map<number, string>();
  let running: Promise<void> | undefined;
  let pollWanted = false;
  let heard: string[] = [];

  /** Asked now and then, since it is the dearest part of a poll; and always after trouble, when it may have changed. */
  const isAsking = (): boolean => {
    pollsUntilAsking = pollsUntilAsking === 0 || troubled ? POLLS_BETWEEN_ASKING : pollsUntilAsking - 1;
    return pollsUntilAsking === POLLS_BETWEEN_ASKING;
  };

  const learn = ({ id, replicas: count }: { readonly id: string; readonly replicas: number }): void => {
    replicas = count;
    if (replicationId !== undefined && replicationId !== id) onRollback();
    replicationId = id;
  };

  /** Does the entry continue what was read? The first one ever read has nothing to continue. */
  const continues = (entry: StreamEntry): boolean => {
    if (position === undefined) return true;
    const isRevocation = entry.revocation !== undefined;
    if (entry.previous !== position.revocationId) return false;
    if (entry.sequence !== position.sequence + (isRevocation ? 1 : 0)) return false;
    // Somebody else's entry where ours stood: the place was given out twice, by two histories.
    return !isRevocation || (expected.get(entry.sequence) ?? entry.id) === entry.id;
  };

  const take = (entry: StreamEntry): void => {
    position = {
      lastId: entry.id,
      sequence: entry.sequence,
      revocationId: entry.revocation === undefined ? entry.previous : entry.id,
    };
    if (entry.revocation === undefined) return;
    expected.delete(entry.sequence);
    apply(entry.revocation);
  };

  /**
   * Reads to the end of the stream. Every poll writes a heartbeat, so the end is an entry this very poll may read; an
   * answer without one comes from a stream whose ids lie behind ours.
   *
   * @returns false when the stream is not the one read so far
   */
  const readToEnd = async (onEntry: (entry: StreamEntry) => void): Promise<boolean> => {
    for (;;) {
      const sentAtMs = clock.monotonicMs();
      // Written before this poll is sent, so this poll has to find them.
      const due = [...expected.keys()];
      const answer = readPoll(
        await options.poll([
          position?.lastId ?? BEGINNING,
          BATCH,
          horizonMs,
          LONGEST_SILENCE_MS,
          isAsking() ? 1 : 0,
        ]),
      );
      if (answer.replication !== undefined) learn(answer.replication);
      for (const entry of answer.entries) {
        if (!continues(entry)) return false;
        take(entry);
        onEntry(entry);
      }
      const last = answer.entries.at(-1);
      if (last === undefined) return false;
      if (answer.entries.length < BATCH) {
        if (due.some((sequence) => expected.has(sequence))) return false;
        birthMs = Math.min(birthMs ?? last.birthMs, last.birthMs);
        serverAhead = last.atMs - clock.monotonicMs();
        acknowledgedAtMs = sentAtMs;
        return true;
      }
    }
  };

  /** Reads the stream anew and adds what it lost. Until that has succeeded nothing is acknowledged. */
  const recover = async (): Promise<void> => {
    onRollback();
    // While this gateway heard nothing, revocations may have been made and lost that it never knew of.
    const heardUntilMs = acknowledgedAtMs;
    const wasDeaf = heardUntilMs === undefined || clock.monotonicMs() - heardUntilMs > staleMs;
    if (wasDeaf) birthMs = undefined;
    position = undefined;
    expected.clear();
    acknowledgedAtMs = undefined;
    const held = createHeldEntries();
    const hold = ({ revocation }: StreamEntry) => {
      if (revocation !== undefined) held.hold(revocation);
    };
    try {
      if (!(await readToEnd(hold))) throw new Error("the stream broke again while it was read");
      await options.repair(held.sayAsMuch);
    } catch (error) {
      // Tried again from the beginning by the next poll.
      position = LOST;
      acknowledgedAtMs = heardUntilMs;
      throw error;
    }
  };

  const readOnce = async (): Promise<void> => {
    try {
      if (position === LOST || !(await readToEnd(() => undefined))) await recover();
      troubled = false;
    } catch (error) {
      troubled = true;
      throw error;
    }
  };

  const isNews = (id: string): boolean =>
    position !== undefined && isAfter(id, position.lastId) && ![...expected.values()].includes(id);

  /** An entry that continues nothing is left to a poll, which reads it again and mends what there is to mend. */
  const look = async (): Promise<void> => {
    for (;;) {
      if (position === undefined || position === LOST) return;
      const entries = readEntries(await options.read(position.lastId, BATCH));
      for (const entry of entries) {
        if (!continues(entry)) {
          pollWanted = true;
          return;
        }
        take(entry);
      }
      if (entries.length < BATCH) return;
    }
  };

  const run = (): Promise<void> => {
    running ??= (async () => {
      while (pollWanted || heard.length > 0) {
        const ids = heard;
        heard = [];
        if (pollWanted) {
          pollWanted = false;
          await readOnce();
        } else if (ids.some(isNews)) {
          // Hints are a convenience: one that led nowhere is made good by the next poll.
          await look().catch(() => undefined);
        }
      }
    })().finally(() => {
      running = undefined;
    });
    return running;
  };

  return {
    poll() {
      pollWanted = true;
      return run();
    },
    hear(id) {
      heard.push(id);
      return run();
    },
    expect(id, sequence) {
      // Read back already, while the answer to the writer was still on its way.
      if (position !== undefined && position.sequence >= sequence) return;
      expected.set(sequence, id);
    },
    get acknowledgedAtMs() {
      return acknowledgedAtMs;
    },
    get birthMs() {
      return birthMs;
    },
    get replicas() {
      return replicas;
    },
    serverNowMs: () => (serverAhead === undefined ? undefined : serverAhead + clock.monotonicMs()),
  };
}

/** A position that nothing continues. */
const LOST: Position = { lastId: BEGINNING, sequence: Number.NaN, revocationId: "" };
