import type { SessionId } from "../domain/brand.js";
import { PARTITIONS, publicSessionId } from "../domain/session.js";
import type { UnixSeconds } from "../domain/time.js";

/** Public session ids, each with a time. An entry takes twenty bytes, not a string, an object and a map slot. */
export interface SessionIdTable {
  /** @returns true when the id is new or its time is later; `undefined` for a text that is not a session id */
  add(id: string, until: UnixSeconds): boolean | undefined;
  /** The time of the id; 0 for an id that is not in the table. */
  until(id: string): UnixSeconds;
  has(id: string): boolean;
  /** All entries, or those of one partition. */
  entries(only?: number): Iterable<readonly [SessionId, UnixSeconds]>;
  /** Removes expired entries. */
  sweep(now: UnixSeconds): void;
  readonly size: number;
  readonly bytes: number;
}

/** An id has four words of 32 bits. */
const WORDS = 4;
const MIN_CAPACITY = 16;
const MAX_LOAD = 0.92;
const GROWTH = 1.12;
const ID_LENGTH = 23;
/** The first word of an empty slot. No id is greater, so a search ends there without a second condition. */
const EMPTY = 0xffff_ffff;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const DIGITS = new Int8Array(256).fill(-1);
for (let i = 0; i < ALPHABET.length; i += 1) DIGITS[ALPHABET.charCodeAt(i)] = i;

/**
 * One partition: linear probing by the first word of the id, which is random. Entries are sorted by that word, so that
 * the search for an absent id ends at the first greater one.
 *
 * With a million entries the cost of a look-up is its memory access. So it reads the ids only, and they are dense: with
 * fewer pages the processor finds more of them in its TLB.
 */
interface Segment {
  ids: Uint32Array;
  /** The time of each slot; zero if it is empty. */
  untils: Uint32Array;
  capacity: number;
  count: number;
}

/** The number of slots: spare slots after the last one hold displaced entries, so that nothing wraps around. */
const slotsFor = (capacity: number): number => capacity + 16 + (capacity >> 6);

const emptySegment = (capacity: number): Segment => ({
  ids: new Uint32Array(slotsFor(capacity) * WORDS).fill(EMPTY),
  untils: new Uint32Array(slotsFor(capacity)),
  capacity,
  count: 0,
});

const homeOf = (first: number, capacity: number): number => Math.floor((first / 2 ** 32) * capacity);

export function createSessionIdTable(): SessionIdTable {
  const segments: (Segment | undefined)[] = Array.from({ length: PARTITIONS }, () => undefined);
  // Reused by every look-up, to avoid an allocation per request.
  const words = new Uint32Array(WORDS);

  /** The first slot for ids with the first word of `words`. */
  const locate = ({ ids, capacity }: Segment): number => {
    // Destructuring would call the iterator of the array, which costs more than the look-up.
    const first = words[0] ?? 0;
    let at = homeOf(first, capacity) * WORDS;
    while ((ids[at] ?? EMPTY) < first) at += WORDS;
    return at / WORDS;
  };

  /** The slot of the id in `words`, searched from `slot` on; -1 if there is none. */
  const find = ({ ids, untils }: Segment, slot: number): number => {
    for (let at = slot * WORDS; ids[at] === words[0]; at += WORDS) {
      if (ids[at + 1] !== words[1] || ids[at + 2] !== words[2] || ids[at + 3] !== words[3]) continue;
      // Only the greatest possible id looks like an empty slot; only for it the time is read.
      return words[0] === EMPTY && untils[at / WORDS] === 0 ? -1 : at / WORDS;
    }
    return -1;
  };

  /** Inserts the id in `words` and moves later entries on by one slot. @returns false when there is no free slot */
  const insert = (segment: Segment, slot: number, until: UnixSeconds): boolean => {
    const { ids, untils } = segment;
    let free = slot;
    while (free < untils.length && untils[free] !== 0) free += 1;
    if (free >= untils.length) return false;
    ids.copyWithin((slot + 1) * WORDS, slot * WORDS, free * WORDS);
    untils.copyWithin(slot + 1, slot, free);
    ids.set(words, slot * WORDS);
    untils[slot] = until;
    segment.count += 1;
    return true;
  };

  /** Copies entries that have not expired into a new segment; a larger one if the spare slots do not suffice. */
  const rebuild = (segment: Segment, capacity: number, now: UnixSeconds): void => {
    const old = { ...segment };
    for (let size = capacity; ; size = Math.ceil(size * GROWTH)) {
      Object.assign(segment, emptySegment(size));
      if (copyLive(old, segment, now)) return;
    }
  };

  const grow = (segment: Segment): void => rebuild(segment, Math.ceil(segment.capacity * GROWTH), 0);

  const untilOf = (id: string): UnixSeconds => {
    const partition = readFirst(id, words);
    const segment = partition < 0 ? undefined : segments[partition];
    if (segment === undefined) return 0;
    const slot = locate(segment);
    // Nearly all look-ups find nothing, and end here before the rest of the id is read.
    if (segment.ids[slot * WORDS] !== words[0] || !readOthers(id, words)) return 0;
    return segment.untils[find(segment, slot)] ?? 0;
  };

  return {
    add(id, until) {
      const partition = readFirst(id, words);
      if (partition < 0 || !readOthers(id, words)) return undefined;
      let segment = segments[partition];
      if (segment === undefined) {
        segment = emptySegment(MIN_CAPACITY);
        segments[partition] = segment;
      }
      const slot = locate(segment);
      const known = find(segment, slot);
      if (known >= 0) {
        if ((segment.untils[known] ?? 0) >= until) return false;
        segment.untils[known] = until;
        return true;
      }
      if (segment.count < segment.capacity * MAX_LOAD && insert(segment, slot, until)) return true;
      do grow(segment);
      while (!insert(segment, locate(segment), until));
      return true;
    },
    until: untilOf,
    has: (id) => untilOf(id) > 0,
    *entries(only) {
      for (const [partition, segment] of segments.entries()) {
        if (segment === undefined || (only !== undefined && only !== partition)) continue;
        const { ids, untils } = segment;
        for (const [slot, until] of untils.entries()) {
          if (until === 0) continue;
          yield [encode(partition, ids.subarray(slot * WORDS, (slot + 1) * WORDS)), until] as const;
        }
      }
    },
    sweep(now) {
      for (const segment of segments) {
        if (segment === undefined) continue;
        const live = countLive(segment, now);
        if (live === segment.count) continue;
        rebuild(segment, Math.max(MIN_CAPACITY, Math.ceil((live / MAX_LOAD) * GROWTH)), now);
      }
    },
    get size() {
      return segments.reduce((sum, segment) => sum + (segment?.count ?? 0), 0);
    },
    get bytes() {
      return segments.reduce(
        (sum, segment) => sum + (segment?.ids.byteLength ?? 0) + (segment?.untils.byteLength ?? 0),
        0,
      );
    },
  };
}

/** Entries are sorted, so each goes to its own slot or behind the one before. @returns false when there is no free slot */
function copyLive(from: Segment, into: Segment, now: UnixSeconds): boolean {
  let free = 0;
  for (let slot = 0; slot < from.untils.length; slot += 1) {
    const until = from.untils[slot] ?? 0;
    if (until === 0 || until <= now) continue;
    const at = slot * WORDS;
    const to = Math.max(free, homeOf(from.ids[at] ?? 0, into.capacity));
    if (to >= into.untils.length) return false;
    for (let word = 0; word < WORDS; word += 1) into.ids[to * WORDS + word] = from.ids[at + word] ?? 0;
    into.untils[to] = until;
    into.count += 1;
    free = to + 1;
  }
  return true;
}

function countLive({ untils }: Segment, now: UnixSeconds): number {
  let live = 0;
  for (let slot = 0; slot < untils.length; slot += 1) if ((untils[slot] ?? 0) > now) live += 1;
  return live;
}

/*
 * base64url(partition ‖ 16 bytes), parsed without an allocation and without loops, because this runs for every verified
 * request: 23 digits of six bits are eight bits of partition, four words and two spare bits.
 */

/** Reads the first word. @returns the partition, or -1 for a text that does not begin like a session id */
function readFirst(id: string, words: Uint32Array): number {
  if (id.length !== ID_LENGTH) return -1;
  const d1 = digit(id, 1);
  const a = four(id, 2);
  const d6 = digit(id, 6);
  const partition = (digit(id, 0) << 2) | (d1 >> 4);
  // A digit outside the alphabet is -1, and stays negative through every shift and union.
  if ((partition | d1 | a | d6) < 0 || partition >= PARTITIONS) return -1;
  words[0] = ((d1 & 15) << 28) | (a << 4) | (d6 >> 2);
  return partition;
}

/** Reads the other three words. @returns false for a text that is not the canonical spelling of a session id */
function readOthers(id: string, words: Uint32Array): boolean {
  const d6 = digit(id, 6);
  const b = (digit(id, 7) << 24) | four(id, 8);
  const c = (digit(id, 12) << 24) | four(id, 13);
  const d17 = digit(id, 17);
  const d = four(id, 18);
  const d22 = digit(id, 22);
  if ((d6 | b | c | d17 | d | d22) < 0 || (d22 & 3) !== 0) return false;
  words[1] = ((d6 & 3) << 30) | b;
  words[2] = (c << 2) | (d17 >> 4);
  words[3] = ((d17 & 15) << 28) | (d << 4) | (d22 >> 2);
  return true;
}

/** Reading a character is cheap as long as V8 keeps String.prototype fast (`fast-strings.ts`). */
const digit = (id: string, at: number): number => DIGITS[id.charCodeAt(at)] ?? -1;

/** Four digits, 24 bits; negative if a character is not a digit. */
const four = (id: string, at: number): number =>
  (digit(id, at) << 18) | (digit(id, at + 1) << 12) | (digit(id, at + 2) << 6) | digit(id, at + 3);

function encode(partition: number, words: Uint32Array): SessionId {
  const bytes = Buffer.alloc(16);
  for (const [index, word] of words.entries()) bytes.writeUInt32BE(word, index * 4);
  return publicSessionId(partition, bytes);
}
