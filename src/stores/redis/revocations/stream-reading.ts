import type { Revocation } from "../../../domain/revocation.js";
import type { Milliseconds } from "../../../domain/time.js";
import { isAfter, type PollAnswer, type StreamEntry } from "./stream-entry.js";

/** What a gateway knows of one partition's stream. Changed by {@link decideReading} alone. */
export interface Reading {
  /** Absent before the first entry; `lost` when it has to be read anew. */
  readonly position?: Position | "lost";
  /** Own entries not read back yet: sequence number → id. */
  readonly expected: ReadonlyMap<number, string>;
  readonly replication?: NonNullable<PollAnswer["replication"]>;
  /** Another server answers than the one read so far: whatever looks continuous, something may be missing. */
  readonly isSuspect?: true;
  /** Monotonic send time of the last poll the primary acknowledged. */
  readonly acknowledgedAtMs?: Milliseconds;
  /** Unix ms of the server; nothing issued before is vouched for. */
  readonly birthMs?: Milliseconds;
  /** The server's Unix time less our monotonic one. */
  readonly serverAheadMs?: Milliseconds;
  /** While the stream is read anew: what counted before, and the poll that read to its end. */
  readonly recovery?: { readonly heardUntilMs?: Milliseconds; readonly readAtMs?: Milliseconds };
}

export interface Position {
  readonly lastId: string;
  readonly sequence: number;
  readonly revocationId: string;
}

/** What was known when a question was sent: whatever stands in the stream by then has to be in its answer. */
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
  /** A plain look: it vouches for nothing. */
  | { readonly kind: "looked"; readonly entries: readonly StreamEntry[]; readonly isWhole: boolean }
  /** What the stream had lost stands in it again. */
  | { readonly kind: "repaired" }
  /** A question or a repair brought nothing. */
  | { readonly kind: "failed" };

export type ReadingEffect =
  | { readonly kind: "apply"; readonly revocation: Revocation }
  /** The server's history is another than the one read so far: it may have lost writes. */
  | { readonly kind: "rollback" }
  /** What to do next, at most one of these: ask for the rest, read from the beginning, write back what is missing, poll. */
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

/** May part of a shared poll be believed? Not before the stream was read, nor while it is read anew. */
export const isFollowing = ({ position, recovery }: Reading): boolean =>
  position !== undefined && position !== "lost" && recovery === undefined;

/** The law of reading a stream: what an answer means for what is known, and what is to be done about it. */
export function decideReading(state: Reading, event: ReadingEvent): ReadingDecision {
  switch (event.kind) {
    case "wrote": {
      const { position } = state;
      // Read back already, while the answer to the writer was still on its way.
      if (position !== undefined && position !== "lost" && position.sequence >= event.sequence)
        return { state, effects: [] };
      const isTaken = (state.expected.get(event.sequence) ?? event.id) !== event.id;
      const expected = new Map(state.expected).set(event.sequence, event.id);
      // The same place twice, in two histories.
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
      // A poll of the stream itself reads it again and repairs what there is to repair.
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
  // Every poll writes a heartbeat, so the end of the stream is an entry this very poll may read; an answer without one
  // comes from a stream whose ids lie behind ours.
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

/** The stream is not the one read so far: from the beginning, once. Until it is repaired nothing is acknowledged. */
function begin(
  state: Reading,
  { staleMs, receivedAtMs }: { readonly staleMs: Milliseconds; readonly receivedAtMs: Milliseconds },
  effects: readonly ReadingEffect[],
): ReadingDecision {
  if (state.recovery !== undefined) return { state, effects: [...effects, { kind: "giveUp" }] };
  const { replication, acknowledgedAtMs: heardUntilMs, birthMs, serverAheadMs } = state;
  // While this gateway heard nothing, revocations may have been made and lost that it never knew of.
  const wasDeaf = heardUntilMs === undefined || receivedAtMs - heardUntilMs > staleMs;
  // Another server's answer that comes meanwhile makes it suspect again.
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

/** Another replication id is another server, or another life of this one. */
function learn(state: Reading, replication: PollAnswer["replication"]): ReadingDecision {
  if (replication === undefined) return { state, effects: [] };
  const isOther = state.replication !== undefined && state.replication.id !== replication.id;
  if (!isOther) return { state: { ...state, replication }, effects: [] };
  return { state: { ...state, replication, isSuspect: true }, effects: [{ kind: "rollback" }] };
}

/** Takes entries one after the other, up to one that does not continue what was read. */
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
    // Another question, sent later, was answered first.
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

/** Does the entry continue what was read? The first one ever read has nothing to continue. */
function continues(
  entry: StreamEntry,
  position: Position | undefined,
  expected: ReadonlyMap<number, string>,
): boolean {
  const isRevocation = entry.revocation !== undefined;
  // Somebody else's entry where ours stood: the place was given out twice, by two histories.
  if (isRevocation && (expected.get(entry.sequence) ?? entry.id) !== entry.id) return false;
  if (position === undefined) return true;
  if (entry.previous !== position.revocationId) return false;
  return entry.sequence === position.sequence + (isRevocation ? 1 : 0);
}
