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
  /** Runs the poll script: writes a heartbeat and reads everything after the given id. */
  readonly poll: (args: readonly Argument[]) => Promise<unknown>;
  /** Reads entries after the given id, without writing. */
  readonly read: (after: string, most: number) => Promise<unknown>;
  readonly horizonMs: Milliseconds;
  /** After this long without an answer, a broken stream may have lost entries that this gateway never had. */
  readonly staleMs: Milliseconds;
  readonly apply: (entry: Revocation) => void;
  /** Called when the history of the server differs from what was read: it may have lost writes. */
  readonly onRollback: () => void;
  /**
   * Writes the entries that this gateway has and the stream has lost. Called after the stream was read from its
   * beginning.
   * @param holds - does the stream have this entry, or one that revokes at least as much?
   */
  readonly repair: (holds: (entry: Revocation) => boolean) => Promise<void>;
}

/** The answer of a shared poll for one stream. */
export type SharedAnswer = Omit<
  Extract<ReadingEvent, { readonly kind: "shared" }>,
  "kind" | "receivedAtMs" | "isWhole"
>;

/** Reads the revocations of one partition, knows how old they are, and repairs the stream when it has lost entries. */
export interface StreamFollower {
  /** Reads new entries. Calls while it is running lead to one further run, never to several in parallel. */
  poll(): Promise<void>;
  /**
   * Handles a hint that an entry was written: reads on, unless the entry is known. It only reads, which is much cheaper
   * than a poll in a burst of revocations, but does not prove that the view is complete.
   */
  hear(id: string): Promise<void>;
  /** The question of a shared poll about this stream; `undefined` when it needs its own poll. */
  ask(): Ask | undefined;
  /** @returns false when it needs its own poll all the same */
  answer(part: SharedAnswer): boolean;
  /** Call it for an entry that this gateway wrote: if the stream does not have it, the stream has lost it. */
  expect(id: string, sequence: number): void;
  /** Monotonic send time of the last poll that the primary acknowledged; `undefined` before the first. */
  readonly acknowledgedAtMs: Milliseconds | undefined;
  /** When the stream began, Unix ms of the server. Revocations from before may be lost. */
  readonly birthMs: Milliseconds | undefined;
  /** How many replicas the primary has. */
  readonly replicas: number;
  serverNowMs(): Milliseconds | undefined;
}

/** The maximum number of entries in one answer. */
export const BATCH = 500;
const POLLS_BETWEEN_ASKING = 8;
/** A stream without a heartbeat for this long may be a restored copy. */
const MAX_SILENCE_MS: Milliseconds = 60_000;

/** Executes the decisions of {@link decideReading}: reads, applies, repairs. */
export function createStreamFollower(options: StreamFollowerOptions): StreamFollower {
  const { clock, horizonMs, staleMs, apply, onRollback } = options;
  let state = NOTHING_READ;
  let held = createHeldEntries();
  let pollsUntilAsking = 0;
  let troubled = false;
  let running: Promise<void> | undefined;
  let pollWanted = false;
  let heard: string[] = [];

  /** @returns the next action */
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

  /** Requests the replication state from time to time, because it is slow; and always after a failure. */
  const isAsking = (): boolean => {
    pollsUntilAsking = pollsUntilAsking === 0 || troubled ? POLLS_BETWEEN_ASKING : pollsUntilAsking - 1;
    return pollsUntilAsking === POLLS_BETWEEN_ASKING;
  };

  const askOnce = async () => {
    const ask = askNow(state, clock.monotonicMs());
    const args = [ask.after, BATCH, horizonMs, MAX_SILENCE_MS, isAsking() ? 1 : 0];
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
        await options.repair(held.cover);
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
      // The next poll starts again from the beginning.
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

  /** Does not apply an entry with a gap before it: a poll reads it again and repairs the stream if needed. */
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
          // A failure does not matter: the next poll reads the entry.
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
