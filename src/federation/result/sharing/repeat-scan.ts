const MAX_DEPTH = 64;
/** An object with more keys is probably a map inside a custom scalar. Comparing every key of it would take too long. */
const MAX_KEYS = 128;
/** Size after which a text without any repetition is not scanned further. */
const MAX_BYTES_WITHOUT_REPEATS = 32_768;

/** Keys and list indices from the root. */
export type Path = readonly (string | number)[];

/** A place in the selection: the keys from the root, without list indices. */
class Place {
  readonly key: string | number;
  readonly keyStart: number;
  readonly keyBytes: number;
  readonly members: Place[] = [];
  items: Place | undefined;
  /** The last value read here: its bytes and its position. */
  start = 0;
  bytes = 0;
  path: Path = [];
  /** The last object with this key, to detect a key that occurs twice in one object. */
  lastHolder = 0;

  constructor(key: string | number, keyStart: number, keyBytes: number) {
    this.key = key;
    this.keyStart = keyStart;
    this.keyBytes = keyBytes;
  }
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [0x7b, 0x7d, 0x5b, 0x5d];

/** Thrown at anything unexpected. The whole text is then parsed with `JSON.parse`. */
const UNEXPECTED = Symbol("unexpected");

/** Scans compact JSON once and finds values that repeat the previous value at the same place. */
export class RepeatScan {
  readonly repeats: { readonly path: Path; readonly source: Path }[] = [];
  savedBytes = 0;
  readonly #bytes: Buffer;
  readonly #comparedBytes: number;
  readonly #path: (string | number)[] = [];
  #at = 0;
  #kept = "";
  #keptUntil = 0;
  #holders = 0;

  constructor(bytes: Buffer, comparedBytes: number) {
    this.#bytes = bytes;
    this.#comparedBytes = comparedBytes;
  }

  /** The text without its repetitions. */
  rest(): string | undefined {
    const { length } = this.#bytes;
    try {
      this.#value(new Place("", 0, 0));
    } catch (error) {
      if (error === UNEXPECTED) return undefined;
      throw error;
    }
    if (this.repeats.length === 0) return undefined;
    // `JSON.parse` checks what follows the value.
    return this.#kept + this.#bytes.toString("utf8", this.#keptUntil, length);
  }

  #unexpected(): never {
    throw UNEXPECTED;
  }

  #value(place: Place): void {
    const first = this.#bytes[this.#at];
    if (first === QUOTE) {
      this.#string();
      return;
    }
    if (first !== OPEN_OBJECT && first !== OPEN_LIST) {
      this.#scalar();
      return;
    }
    if (this.#isRepeated(place)) {
      this.repeats.push({ path: this.#path.slice(), source: place.path });
      this.#kept += `${this.#bytes.toString("utf8", this.#keptUntil, this.#at)}0`;
      this.#at += place.bytes;
      this.savedBytes += place.bytes;
      this.#keptUntil = this.#at;
      return;
    }
    if (this.#path.length >= MAX_DEPTH) this.#unexpected();
    const start = this.#at;
    if (first === OPEN_OBJECT) this.#object(place);
    else this.#list(place);
    if (this.#at - start < this.#comparedBytes) return;
    if (this.#at > MAX_BYTES_WITHOUT_REPEATS && this.repeats.length === 0) this.#unexpected();
    place.start = start;
    place.bytes = this.#at - start;
    place.path = this.#path.slice();
  }

  #isRepeated({ start, bytes }: Place): boolean {
    if (bytes === 0) return false;
    const from = this.#at;
    const all = this.#bytes;
    // Cheap test first: most different values differ in the last byte or in the middle one.
    if (all[from + bytes - 1] !== all[start + bytes - 1]) return false;
    if (all[from + (bytes >> 1)] !== all[start + (bytes >> 1)]) return false;
    if (from + bytes > all.length) return false;
    return all.compare(all, start, start + bytes, from, from + bytes) === 0;
  }

  #object(place: Place): void {
    const all = this.#bytes;
    this.#holders += 1;
    const holder = this.#holders;
    this.#at += 1;
    if (all[this.#at] === CLOSE_OBJECT) {
      this.#at += 1;
      return;
    }
    for (let order = 0; ; order += 1) {
      const member = this.#member(place, order);
      if (member.lastHolder === holder) this.#unexpected();
      member.lastHolder = holder;
      this.#path.push(member.key);
      this.#value(member);
      this.#path.pop();
      const next = all[this.#at];
      this.#at += 1;
      if (next === CLOSE_OBJECT) return;
      if (next !== COMMA) this.#unexpected();
    }
  }

  #list(place: Place): void {
    const all = this.#bytes;
    this.#at += 1;
    if (all[this.#at] === CLOSE_LIST) {
      this.#at += 1;
      return;
    }
    place.items ??= new Place(0, 0, 0);
    for (let index = 0; ; index += 1) {
      this.#path.push(index);
      this.#value(place.items);
      this.#path.pop();
      const next = all[this.#at];
      this.#at += 1;
      if (next === CLOSE_LIST) return;
      if (next !== COMMA) this.#unexpected();
    }
  }

  /** Reads a key and its colon. Keys come in the same order in every object of a selection. */
  #member(place: Place, order: number): Place {
    if (this.#bytes[this.#at] !== QUOTE) this.#unexpected();
    const guess = place.members[order];
    if (guess !== undefined && this.#isKey(guess)) return this.#afterKey(guess);
    for (const member of place.members) if (this.#isKey(member)) return this.#afterKey(member);
    const start = this.#at;
    this.#string();
    // Only GraphQL names are accepted: without escapes, and never `__proto__`.
    const key = this.#bytes.toString("latin1", start + 1, this.#at - 1);
    if (!/^[A-Za-z_]\w*$/.test(key) || key === "__proto__") this.#unexpected();
    if (place.members.length >= MAX_KEYS) this.#unexpected();
    const member = new Place(key, start, this.#at - start);
    place.members.push(member);
    this.#at = start;
    return this.#afterKey(member);
  }

  #isKey({ keyStart, keyBytes }: Place): boolean {
    const all = this.#bytes;
    for (let offset = 1; offset < keyBytes; offset += 1) {
      if (all[this.#at + offset] !== all[keyStart + offset]) return false;
    }
    return true;
  }

  #afterKey(member: Place): Place {
    this.#at += member.keyBytes;
    if (this.#bytes[this.#at] !== COLON) this.#unexpected();
    this.#at += 1;
    return member;
  }

  #string(): void {
    const all = this.#bytes;
    let at = this.#at + 1;
    for (;;) {
      const byte = all[at];
      if (byte === QUOTE) break;
      if (byte === undefined) this.#unexpected();
      at += byte === BACKSLASH ? 2 : 1;
    }
    this.#at = at + 1;
  }

  /** Skips a number or literal; `JSON.parse` checks it later. */
  #scalar(): void {
    const all = this.#bytes;
    let at = this.#at;
    for (;;) {
      const byte = all[at];
      if (byte === COMMA || byte === CLOSE_OBJECT || byte === CLOSE_LIST) break;
      if (byte === undefined || byte === QUOTE || byte === OPEN_OBJECT || byte === OPEN_LIST)
        this.#unexpected();
      at += 1;
    }
    if (at === this.#at) this.#unexpected();
    this.#at = at;
  }
}
