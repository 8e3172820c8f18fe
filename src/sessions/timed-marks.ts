import { type Clock, nowSeconds, type UnixSeconds } from "../domain/time.js";

export interface TimedMark {
  readonly space: string;
  readonly name: string;
  readonly value: number;
  readonly until: UnixSeconds;
}

/** Numbers by (space, name), each valid until a time. While a mark is valid, both only grow. */
export interface TimedMarks {
  /** Merges by maximum. @returns true when the number or the time grew */
  raise(space: string, name: string, value: number, until: UnixSeconds): boolean;
  has(space: string, name: string): boolean;
  /** The value of the mark, or `fallback` when there is no valid one. */
  value(space: string, name: string, fallback: number): number;
  /** The marks that are still valid. */
  entries(): Iterable<TimedMark>;
  /** Removes expired marks to free memory; they have no effect before that either. */
  sweep(now: UnixSeconds): void;
  readonly size: number;
}

/** One map per space, so that a look-up joins no strings and two keys can never collide. */
export function createTimedMarks(clock: Clock): TimedMarks {
  const spaces = new Map<string, Map<string, { value: number; until: UnixSeconds }>>();
  let size = 0;
  const isValid = ({ until }: { readonly until: UnixSeconds }): boolean => until > nowSeconds(clock);
  const find = (space: string, name: string) => {
    // Most kinds of marks are rare: without any, not even the strings of the key are read from memory.
    const mark = size === 0 ? undefined : spaces.get(space)?.get(name);
    return mark !== undefined && isValid(mark) ? mark : undefined;
  };
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
      if (!isValid(known)) {
        // The value of an expired mark must not be merged into the new one.
        names.set(name, { value, until });
        return true;
      }
      if (value <= known.value && until <= known.until) return false;
      known.value = Math.max(known.value, value);
      known.until = Math.max(known.until, until);
      return true;
    },
    has: (space, name) => find(space, name) !== undefined,
    value: (space, name, fallback) => find(space, name)?.value ?? fallback,
    *entries() {
      for (const [space, names] of spaces)
        for (const [name, mark] of names)
          if (isValid(mark)) yield { space, name, value: mark.value, until: mark.until };
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
