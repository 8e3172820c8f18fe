import type { UnixSeconds } from "../domain/time.js";

export interface TimedMark {
  readonly space: string;
  readonly name: string;
  readonly value: number;
  readonly until: UnixSeconds;
}

/** Numbers by (space, name), each kept until a time. Both only ever grow. */
export interface TimedMarks {
  /** Merges by maximum. @returns true when anything grew */
  raise(space: string, name: string, value: number, until: UnixSeconds): boolean;
  has(space: string, name: string): boolean;
  /** The mark's value, or `fallback` where there is none. */
  value(space: string, name: string, fallback: number): number;
  entries(): Iterable<TimedMark>;
  /** Drops what is over. */
  sweep(now: UnixSeconds): void;
  readonly size: number;
}

/** A map per space, so that a look-up joins no strings and no name can be mistaken for another's. */
export function createTimedMarks(): TimedMarks {
  const spaces = new Map<string, Map<string, { value: number; until: UnixSeconds }>>();
  let size = 0;
  return {
    raise(space, name, value, until) {
      let names = spaces.get(space);
      if (names === undefined) {
        names = new Map();
        spaces.set(space, names);
      }
      const known = names.get(name);
      if (known === undefined) {
        names.set(name, { value, until });
        size += 1;
        return true;
      }
      if (value <= known.value && until <= known.until) return false;
      known.value = Math.max(known.value, value);
      known.until = Math.max(known.until, until);
      return true;
    },
    // Most kinds of marks are rare: where there is none, the names of a caller need not even be read from memory.
    has: (space, name) => size > 0 && spaces.get(space)?.has(name) === true,
    value: (space, name, fallback) =>
      size === 0 ? fallback : (spaces.get(space)?.get(name)?.value ?? fallback),
    *entries() {
      for (const [space, names] of spaces)
        for (const [name, { value, until }] of names) yield { space, name, value, until };
    },
    sweep(now) {
      for (const [space, names] of spaces) {
        for (const [name, { until }] of names) if (until <= now && names.delete(name)) size -= 1;
        if (names.size === 0) spaces.delete(space);
      }
    },
    get size() {
      return size;
    },
  };
}
