import { type Clock, nowSeconds, type UnixSeconds } from "../domain/time.js";

export interface TimedMark {
  readonly space: string;
  readonly name: string;
  readonly value: number;
  readonly until: UnixSeconds;
}

/** Numbers by (space, name), each good until a time. While a mark is good both only ever grow. */
export interface TimedMarks {
  /** Merges by maximum. @returns true when anything grew */
  raise(space: string, name: string, value: number, until: UnixSeconds): boolean;
  has(space: string, name: string): boolean;
  /** The mark's value, or `fallback` where there is none that is still good. */
  value(space: string, name: string, fallback: number): number;
  /** Those that are still good. */
  entries(): Iterable<TimedMark>;
  /** Makes room: what is over counts for nothing before it is dropped, too. */
  sweep(now: UnixSeconds): void;
  readonly size: number;
}

/** A map per space, so that a look-up joins no strings and no name can be mistaken for another's. */
export function createTimedMarks(clock: Clock): TimedMarks {
  const spaces = new Map<string, Map<string, { value: number; until: UnixSeconds }>>();
  let size = 0;
  const isGood = ({ until }: { readonly until: UnixSeconds }): boolean => until > nowSeconds(clock);
  const find = (space: string, name: string) => {
    // Most kinds of marks are rare: where there is none, the names of a caller need not even be read from memory.
    const mark = size === 0 ? undefined : spaces.get(space)?.get(name);
    return mark !== undefined && isGood(mark) ? mark : undefined;
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
      if (!isGood(known)) {
        // What a mark said that is over must not come back with the next one.
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
          if (isGood(mark)) yield { space, name, value: mark.value, until: mark.until };
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
