import type { SessionId } from "../domain/brand.js";
import { PARTITIONS, publicSessionId } from "../domain/session.js";
import type { UnixSeconds } from "../domain/time.js";

/** Public session ids, each with a time: twenty bytes an entry instead of a string, an object and a map slot. */
export interface SessionIdTable {
  /** @returns true when the id is new or its time has grown; `undefined` for what is no session id */
  add(id: string, until: UnixSeconds): boolean | undefined;
  has(id: string): boolean;
  /** All, or those of one partition. */
  entries(only?: number): Iterable<readonly [SessionId, UnixSeconds]>;
  /** Drops what is over. */
  sweep(now: UnixSeconds): void;
  readonly size: number;
  readonly bytes: number;
}

/** Four words of id, one of time. A time of zero marks an empty slot. */
const WORDS = 5;
const LEAST_CAPACITY = 16;
const FULLEST = 0.85;
const GROWTH = 1.25;
const ID_LENGTH = 23;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const DIGITS = new Int8Array(256).fill(-1);
for (let i = 0; i < ALPHABET.length; i += 1) DIGITS[ALPHABET.charCodeAt(i)] = i;

/**
 * One partition: linear probing by the id's own first word, which is random already. Entries stand in the order of
 * that word, so that looking for one that is not there ends at the first greater one.
 */
interface Segment {
  slots: Uint32Array;
  capacity: number;
  count: number;
}

/** Behind the last home slot there is room for those pushed on, so that nothing wraps around. */
const roomFor = (capacity: number): number => capacity + 16 + (capacity >> 6);

const emptySegment = (capacity: number): Segment => ({
  slots: new Uint32Array(roomFor(capacity) * WORDS),
  capacity,
  count: 0,
});

export function createSessionIdTable(): SessionIdTable {
  const segments: (Segment | undefined)[] = Array.from({ length: PARTITIONS }, () => undefined);
  // Reused by every look-up: one request must not cost an allocation.
  const words = new Uint32Array(4);

  /** Offset of the id in `words`, or of the place where it would have to stand. */
  const locate = ({ slots, capacity }: Segment): number => {
    // Read one by one: taking an array apart calls its iterator, which costs more than the look-up.
    const first = words[0] ?? 0;
    let at = Math.floor((first / 2 ** 32) * capacity) * WORDS;
    while (at < slots.length && slots[at + 4] !== 0) {
      const found = slots[at] ?? 0;
      if (found > first) return at;
      if (found === first && standsAt(slots, at)) return at;
      at += WORDS;
    }
    return at;
  };

  const standsAt = (slots: Uint32Array, at: number): boolean =>
    slots[at] === words[0] &&
    slots[at + 1] === words[1] &&
    slots[at + 2] === words[2] &&
    slots[at + 3] === words[3] &&
    slots[at + 4] !== 0;

  /** Puts the id in `words` at its place and pushes on what stands there. @returns false when there is no room */
  const insert = (segment: Segment, at: number, until: UnixSeconds): boolean => {
    const { slots } = segment;
    let free = at;
    while (free < slots.length && slots[free + 4] !== 0) free += WORDS;
    if (free >= slots.length) return false;
    slots.copyWithin(at + WORDS, at, free);
    slots.set(words, at);
    slots[at + 4] = until;
    segment.count += 1;
    return true;
  };

  /** Copies what is not over into fresh slots; larger ones if the pushed-on find no room at the end. */
  const rebuild = (segment: Segment, capacity: number, now: UnixSeconds): void => {
    const { slots } = segment;
    for (let size = capacity; ; size = Math.ceil(size * GROWTH)) {
      Object.assign(segment, emptySegment(size));
      if (copyLive(slots, segment, now)) return;
    }
  };

  const copyLive = (slots: Uint32Array, into: Segment, now: UnixSeconds): boolean => {
    for (let at = 0; at < slots.length; at += WORDS) {
      const until = slots[at + 4] ?? 0;
      if (until === 0 || until <= now) continue;
      words.set(slots.subarray(at, at + 4));
      if (!insert(into, locate(into), until)) return false;
    }
    return true;
  };

  const grow = (segment: Segment): void => rebuild(segment, Math.ceil(segment.capacity * GROWTH), 0);

  const countLive = ({ slots }: Segment, now: UnixSeconds): number => {
    let live = 0;
    for (let at = 4; at < slots.length; at += WORDS) if ((slots[at] ?? 0) > now) live += 1;
    return live;
  };

  return {
    add(id, until) {
      const partition = decode(id, words);
      if (partition < 0) return undefined;
      let segment = segments[partition];
      if (segment === undefined) {
        segment = emptySegment(LEAST_CAPACITY);
        segments[partition] = segment;
      }
      const at = locate(segment);
      if (standsAt(segment.slots, at)) {
        if ((segment.slots[at + 4] ?? 0) >= until) return false;
        segment.slots[at + 4] = until;
        return true;
      }
      if (segment.count < segment.capacity * FULLEST && insert(segment, at, until)) return true;
      do {
        grow(segment);
        decode(id, words);
      } while (!insert(segment, locate(segment), until));
      return true;
    },
    has(id) {
      const partition = decode(id, words);
      const segment = partition < 0 ? undefined : segments[partition];
      return segment !== undefined && standsAt(segment.slots, locate(segment));
    },
    *entries(only) {
      for (const [partition, segment] of segments.entries()) {
        if (segment === undefined || (only !== undefined && only !== partition)) continue;
        const { slots } = segment;
        for (let at = 0; at < slots.length; at += WORDS) {
          const until = slots[at + 4] ?? 0;
          if (until !== 0) yield [encode(partition, slots.subarray(at, at + 4)), until] as const;
        }
      }
    },
    sweep(now) {
      for (const segment of segments) {
        if (segment === undefined) continue;
        const live = countLive(segment, now);
        if (live === segment.count) continue;
        rebuild(segment, Math.max(LEAST_CAPACITY, Math.ceil((live / FULLEST) * GROWTH)), now);
      }
    },
    get size() {
      return segments.reduce((sum, segment) => sum + (segment?.count ?? 0), 0);
    },
    get bytes() {
      return segments.reduce((sum, segment) => sum + (segment?.slots.byteLength ?? 0), 0);
    },
  };
}

/**
 * The characters of the id that is being read. Not read by `charCodeAt`: one subclass of String anywhere in the process,
 * and the client of Redis brings one, makes V8 call that as a function for each character, at eight times the cost.
 */
const characters = Buffer.alloc(32);

/**
 * Reads base64url(partition ‖ 16 bytes) without an allocation; the sixteen bytes go to `words`. Written out, because every
 * verified request comes through here: 23 digits of six bits are eight bits of partition, four words and two spare.
 *
 * @returns the partition, or -1 for what is not the canonical spelling of a session id
 */
function decode(id: string, words: Uint32Array): number {
  // In UTF-8 any character beyond ASCII takes more than one byte.
  if (id.length !== ID_LENGTH || characters.write(id) !== ID_LENGTH) return -1;
  const d1 = digit(1);
  const d6 = digit(6);
  const d17 = digit(17);
  const d22 = digit(22);
  const partition = (digit(0) << 2) | (d1 >> 4);
  const a = four(2);
  const b = (digit(7) << 24) | four(8);
  const c = (digit(12) << 24) | four(13);
  const d = four(18);
  // A digit outside the alphabet is -1, and stays negative through every shift and union.
  if ((partition | d1 | a | d6 | b | c | d17 | d | d22) < 0) return -1;
  if ((d22 & 3) !== 0 || partition >= PARTITIONS) return -1;
  words[0] = ((d1 & 15) << 28) | (a << 4) | (d6 >> 2);
  words[1] = ((d6 & 3) << 30) | b;
  words[2] = (c << 2) | (d17 >> 4);
  words[3] = ((d17 & 15) << 28) | (d << 4) | (d22 >> 2);
  return partition;
}

const digit = (at: number): number => DIGITS[characters[at] ?? 0] ?? -1;

/** Four digits, 24 bits; negative if any of them is none. */
const four = (at: number): number =>
  (digit(at) << 18) | (digit(at + 1) << 12) | (digit(at + 2) << 6) | digit(at + 3);

function encode(partition: number, words: Uint32Array): SessionId {
  const bytes = Buffer.alloc(16);
  for (const [index, word] of words.entries()) bytes.writeUInt32BE(word, index * 4);
  return publicSessionId(partition, bytes);
}
