import type { Revocation } from "../../../domain/revocation.js";
import type { Clock, Milliseconds } from "../../../domain/time.js";
import type { Argument } from "../connection/client.js";
import { createHeldEntries } from "./held-entries.js";
import { isAfter, readEntries, readPoll } from "./stream-entry.js";
import {
  type Ask,
  askNow,
  decideReading,
  isFollowing,
  NOTHING_READ,
  type ReadingEvent,
} from "./stream-reading.js";

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

/** What a poll of many streams says of one of them. */
export type SharedAnswer = Omit<
  Extract<ReadingEvent, { readonly kind: "shared" }>,
  "kind" | "receivedAtMs" | "isWhole"
>;

/** Reads one partition's revocations, knows how old its knowledge is, and fixes the stream when it lost some. */
export interface StreamFollower {
  /** Reads what is new. Calls made meanwhile lead to one more reading, never to several at once. */
  poll(): Promise<void>;
  /**
   * Somebody says that this entry was written: reads on, unless it was read or written here. It is a plain look, much
   * cheaper than a poll in a burst of revocations, and vouches for nothing.
   */
  hear(id: string): Promise<void>;
  /** What a poll of many streams has to ask about this one; `undefined` when it needs a poll of its own. */
  ask(): Ask | undefined;
  /** @returns false when it needs a poll of its own all the same */
  answer(part: SharedAnswer): boolean;
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

/** Entries in one answer. */
export const BATCH = 500;
const POLLS_BETWEEN_ASKING = 8;
/** A stream in which nobody wrote a heartbeat for so long may be a restored copy. */
const LONGEST_SILENCE_MS: Milliseconds = 60_000;

/** Carries out what {@link decideReading} decides: asks, applies, repairs. */
export function createStreamFollower(options: StreamFollowerOptions): StreamFollower {
  const { clock, horizonMs, staleMs, apply, onRollback } = options;
  let state = NOTHING_READ;
  let held = createHeldEntries();
  let pollsUntilAsking = 0;
  let troubled = false;
  let running: Promise<void> | undefined;
  let pollWanted = false;
  let heard: string[] = [];

  /** @returns what is to be done next */
  const step = (event: ReadingEvent) => {
    const decision = decideReading(state, event);
    state = decision.state;
    let next: "readOn" | "readAnew" | "repair" | "poll" | "giveUp" | undefined;
    for (const effect of decision.effects) {
      if (effect.kind === "apply") {
        if (state.recovery !== undefined) held.hold(effect.revocation);
        apply(effect.revocation);
      } else if (effect.kind === "rollback") onRollback();
      else next = effect.kind;
    }
    return next;
  };

  /** Asked now and then, since it is the dearest part of a poll; and always after trouble, when it may have changed. */
  const isAsking = (): boolean => {
    pollsUntilAsking = pollsUntilAsking === 0 || troubled ? POLLS_BETWEEN_ASKING : pollsUntilAsking - 1;
    return pollsUntilAsking === POLLS_BETWEEN_ASKING;
  };

  const askOnce = async () => {
    const ask = askNow(state, clock.monotonicMs());
    const args = [ask.after, BATCH, horizonMs, LONGEST_SILENCE_MS, isAsking() ? 1 : 0];
    const { entries, replication } = readPoll(await options.poll(args));
    const isWhole = entries.length < BATCH;
    const receivedAtMs = clock.monotonicMs();
    return step({ kind: "polled", ask, entries, isWhole, replication, receivedAtMs, staleMs });
  };

  const readToEnd = async (): Promise<void> => {
    for (;;) {
      const next = await askOnce();
      if (next === "readAnew") held = createHeldEntries();
      else if (next === "giveUp") throw new Error("the stream broke again while it was read");
      else if (next === "repair") {
        await options.repair(held.sayAsMuch);
        step({ kind: "repaired" });
        return;
      } else if (next !== "readOn") return;
    }
  };

  const readOnce = async (): Promise<void> => {
    try {
      await readToEnd();
      troubled = false;
    } catch (error) {
      // Tried again from the beginning by the next poll.
      step({ kind: "failed" });
      troubled = true;
      throw error;
    }
  };

  const isNews = (id: string): boolean => {
    const { position, expected } = state;
    if (position === undefined || position === "lost") return false;
    return isAfter(id, position.lastId) && ![...expected.values()].includes(id);
  };

  /** An entry that continues nothing is left to a poll, which reads it again and repairs what there is to repair. */
  const look = async (): Promise<void> => {
    while (isFollowing(state)) {
      const entries = readEntries(await options.read(askNow(state, 0).after, BATCH));
      const next = step({ kind: "looked", entries, isWhole: entries.length < BATCH });
      if (next === "poll") pollWanted = true;
      if (next !== "readOn") return;
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
    ask: () => (troubled || !isFollowing(state) ? undefined : askNow(state, clock.monotonicMs())),
    answer(part) {
      const isWhole = part.entries.length < BATCH;
      return step({ kind: "shared", ...part, isWhole, receivedAtMs: clock.monotonicMs() }) !== "poll";
    },
    expect: (id, sequence) => void step({ kind: "wrote", id, sequence }),
    get acknowledgedAtMs() {
      return state.acknowledgedAtMs;
    },
    get birthMs() {
      return state.birthMs;
    },
    get replicas() {
      return state.replication?.replicas ?? 0;
    },
    serverNowMs: () =>
      state.serverAheadMs === undefined ? undefined : state.serverAheadMs + clock.monotonicMs(),
  };
}
