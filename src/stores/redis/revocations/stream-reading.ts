import type { Revocation } from "../../../domain/revocation.js";
import type { Milliseconds } from "../../../domain/time.js";
import { isAfter, type PollAnswer, type StreamEntry } from "./stream-entry.js";

/** What a gateway knows of the stream of one partition. Only {@link decideReading} changes it. */
export interface Reading {
  /** Absent before the first entry; `lost` when the stream has to be read from its beginning. */
  readonly position?: Position | "lost";
  /** Own entries that were not read yet: sequence number → id. */
  readonly expected: ReadonlyMap<number, string>;
  readonly replication?: NonNullable<PollAnswer["replication"]>;
  /** Another server answers now: entries may be missing even if the stream has no gap. */
  readonly isSuspect?: true;
  /** Monotonic send time of the last poll that the primary acknowledged. */
  readonly acknowledgedAtMs?: Milliseconds;
  /** When the stream began, Unix ms of the server. Revocations from before may be lost. */
  readonly birthMs?: Milliseconds;
  /** The Unix time of the server minus our monotonic time. */
  readonly serverAheadMs?: Milliseconds;
  /** While the stream is read from its beginning: when it was last heard of, and the poll that read to its end. */
  readonly recovery?: { readonly heardUntilMs?: Milliseconds; readonly readAtMs?: Milliseconds };
}

export interface Position {
  readonly lastId: string;
  readonly sequence: number;
  readonly revocationId: string;
}

/** The state when a question was sent: the answer must contain everything that was in the stream by then. */
export interface Ask {
  readonly after: string;
  readonly due: readonly number[];
  readonly sentAtMs: Milliseconds;
}

interface Answered {
  readonly ask: Ask;
  readonly entries: readonly StreamEntry[];
  /** False when there are more entries than one answer holds. */
  readonly isWhole: boolean;
  readonly replication?: PollAnswer["replication"];
  readonly receivedAtMs: Milliseconds;
}

export type ReadingEvent =
  /** This gateway wrote an entry itself. */
  | { readonly kind: "wrote"; readonly id: string; readonly sequence: number }
  /** A poll of this stream, which wrote a heartbeat into it. */
  | ({ readonly kind: "polled"; readonly staleMs: Milliseconds } & Answered)
  /** A poll of many streams, which wrote one heartbeat beside them. */
  | ({ readonly kind: "shared"; readonly serverNowMs: Milliseconds } & Answered)
  /** Entries were read without a heartbeat: this does not prove that the view is complete. */
  | { readonly kind: "looked"; readonly entries: readonly StreamEntry[]; readonly isWhole: boolean }
  /** The lost entries were written again. */
  | { readonly kind: "repaired" }
  /** A question or a repair failed. */
  | { readonly kind: "failed" };

export type ReadingEffect =
  | { readonly kind: "apply"; readonly revocation: Revocation }
  /** The history of the server differs from what was read: it may have lost writes. */
  | { readonly kind: "rollback" }
  /** The next action, at most one: read the rest, read from the beginning, write lost entries again, poll. */
  | { readonly kind: "readOn" | "readAnew" | "repair" | "poll" | "giveUp" };

export interface ReadingDecision {
  readonly state: Reading;
  readonly effects: readonly ReadingEffect[];
}

export const NOTHING_READ: Reading = { expected: new Map() };
export const BEGINNING = "-";

export const askNow = ({ position, expected }: Reading, sentAtMs: Milliseconds): Ask => ({
  after: position === undefined || position === "lost" ? BEGINNING : position.lastId,
  due: [...expected.keys()],
  sentAtMs,
});

/** Can a shared poll be used? Not before the stream was read, and not while it is read from its beginning. */
export const isFollowing = ({ position, recovery }: Reading): boolean =>
  position !== undefined && position !== "lost" && recovery === undefined;

/** The rules of reading a stream: (state, event) → new state and next action. */
export function decideReading(state: Reading, event: ReadingEvent): ReadingDecision {
  switch (event.kind) {
    case "wrote": {
      const { position } = state;
      // The entry was read before the answer to its writer arrived.
      if (position !== undefined && position !== "lost" && position.sequence >= event.sequence)
        return { state, effects: [] };
      const isTaken = (state.expected.get(event.sequence) ?? event.id) !== event.id;
      const expected = new Map(state.expected).set(event.sequence, event.id);
      // The same sequence number was used twice: there are two histories.
      return { state: { ...state, expected, ...(isTaken ? { isSuspect: true } : {}) }, effects: [] };
    }
    case "polled":
      return decidePolled(state, event);
    case "shared": {
      const learned = learn(state, event.replication);
      if (!isFollowing(state)) return { ...learned, effects: [...learned.effects, { kind: "poll" }] };
      const read = take(learned.state, event.entries);
      const effects = [...learned.effects, ...read.effects];
      const isMissing = event.ask.due.some((sequence) => read.state.expected.has(sequence));
      // Its own poll reads the stream again and repairs it if needed.
      if (read.isBroken || isMissing || !event.isWhole || read.state.isSuspect === true)
        return { state: read.state, effects: [...effects, { kind: "poll" }] };
      return {
        state: {
          ...read.state,
          serverAheadMs: event.serverNowMs - event.receivedAtMs,
          acknowledgedAtMs: event.ask.sentAtMs,
        },
        effects,
      };
    }
    case "looked": {
      if (!isFollowing(state)) return { state, effects: [] };
      const { isBroken, ...read } = take(state, event.entries);
      const next = isBroken ? "poll" : event.isWhole ? undefined : "readOn";
      return next === undefined ? read : { ...read, effects: [...read.effects, { kind: next }] };
    }
    case "repaired": {
      const { recovery, ...rest } = state;
      const readAtMs = recovery?.readAtMs;
      return {
        state: { ...rest, ...(readAtMs === undefined ? {} : { acknowledgedAtMs: readAtMs }) },
        effects: [],
      };
    }
    case "failed": {
      const { recovery, acknowledgedAtMs, ...rest } = state;
      if (recovery === undefined) return { state, effects: [] };
      const heardUntilMs = recovery.heardUntilMs;
      return {
        state: {
          ...rest,
          position: "lost",
          ...(heardUntilMs === undefined ? {} : { acknowledgedAtMs: heardUntilMs }),
        },
        effects: [],
      };
    }
    default:
      return event satisfies never;
  }
}

function decidePolled(state: Reading, event: Extract<ReadingEvent, { kind: "polled" }>): ReadingDecision {
  const learned = learn(state, event.replication);
  const read = take(learned.state, event.entries);
  const effects = [...learned.effects, ...read.effects];
  const last = event.entries.at(-1);
  const isMissing = event.isWhole && event.ask.due.some((sequence) => read.state.expected.has(sequence));
  // Every poll writes a heartbeat, so its answer has at least that entry. An answer without entries comes from a stream
  // whose ids are lower than ours.
  const isSuspect = read.state.isSuspect === true && read.state.recovery === undefined;
  if (read.isBroken || isMissing || isSuspect || last === undefined) return begin(read.state, event, effects);
  if (!event.isWhole) return { state: read.state, effects: [...effects, { kind: "readOn" }] };
  const { recovery } = read.state;
  const whole = {
    ...read.state,
    birthMs: Math.min(read.state.birthMs ?? last.birthMs, last.birthMs),
    serverAheadMs: last.atMs - event.receivedAtMs,
  };
  const { sentAtMs } = event.ask;
  return recovery === undefined
    ? { state: { ...whole, acknowledgedAtMs: sentAtMs }, effects }
    : {
        state: { ...whole, recovery: { ...recovery, readAtMs: sentAtMs } },
        effects: [...effects, { kind: "repair" }],
      };
}

/** The stream differs from what was read: reads it from the beginning, once. Polls are acknowledged after the repair. */
function begin(
  state: Reading,
  { staleMs, receivedAtMs }: { readonly staleMs: Milliseconds; readonly receivedAtMs: Milliseconds },
  effects: readonly ReadingEffect[],
): ReadingDecision {
  if (state.recovery !== undefined) return { state, effects: [...effects, { kind: "giveUp" }] };
  const { replication, acknowledgedAtMs: heardUntilMs, birthMs, serverAheadMs } = state;
  // While this gateway had no answers, revocations may have been made and lost that it never had.
  const wasDeaf = heardUntilMs === undefined || receivedAtMs - heardUntilMs > staleMs;
  // An answer of another server in the meantime sets isSuspect again.
  return {
    state: {
      expected: new Map(),
      recovery: heardUntilMs === undefined ? {} : { heardUntilMs },
      ...(replication === undefined ? {} : { replication }),
      ...(wasDeaf || birthMs === undefined ? {} : { birthMs }),
      ...(serverAheadMs === undefined ? {} : { serverAheadMs }),
    },
    effects: [...effects, { kind: "rollback" }, { kind: "readAnew" }],
  };
}

/** Another replication id means another server, or a restart of this one. */
function learn(state: Reading, replication: PollAnswer["replication"]): ReadingDecision {
  if (replication === undefined) return { state, effects: [] };
  const isOther = state.replication !== undefined && state.replication.id !== replication.id;
  if (!isOther) return { state: { ...state, replication }, effects: [] };
  return { state: { ...state, replication, isSuspect: true }, effects: [{ kind: "rollback" }] };
}

/** Takes entries in order, until one that leaves a gap. */
function take(
  before: Reading,
  entries: readonly StreamEntry[],
): ReadingDecision & { readonly isBroken: boolean } {
  if (before.position === "lost") return { state: before, effects: [], isBroken: true };
  let position = before.position;
  const expected = new Map(before.expected);
  const effects: ReadingEffect[] = [];
  let isBroken = false;
  for (const entry of entries) {
    // The answer to a later question arrived first.
    if (position !== undefined && !isAfter(entry.id, position.lastId)) continue;
    if (!continues(entry, position, expected)) {
      isBroken = true;
      break;
    }
    const { id, sequence, previous, revocation } = entry;
    position = { lastId: id, sequence, revocationId: revocation === undefined ? previous : id };
    if (revocation === undefined) continue;
    expected.delete(sequence);
    effects.push({ kind: "apply", revocation });
  }
  return {
    state: { ...before, expected, ...(position === undefined ? {} : { position }) },
    effects,
    isBroken,
  };
}

/** Does the entry follow the last one without a gap? The first entry always does. */
function continues(
  entry: StreamEntry,
  position: Position | undefined,
  expected: ReadonlyMap<number, string>,
): boolean {
  const isRevocation = entry.revocation !== undefined;
  // Another entry has the sequence number of ours: there are two histories.
  if (isRevocation && (expected.get(entry.sequence) ?? entry.id) !== entry.id) return false;
  if (position === undefined) return true;
  if (entry.previous !== position.revocationId) return false;
  return entry.sequence === position.sequence + (isRevocation ? 1 : 0);
}
