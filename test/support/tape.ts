/** A seeded generator (mulberry32): the same seed gives the same numbers on every machine. */
const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return (mixed ^ (mixed >>> 14)) >>> 0;
  };
};

/**
 * A source of choices that records them. Generators draw from it and treat 0 as the simplest choice, so every failure
 * can be made smaller by replaying the record with parts removed or set to 0.
 */
export class Tape {
  readonly drawn: number[] = [];
  private constructor(private readonly draw: () => number) {}

  static fromSeed(seed: number): Tape {
    return new Tape(seeded(seed));
  }

  /** Replays a record; past its end every choice is the plainest. */
  static replay(record: readonly number[]): Tape {
    let at = 0;
    return new Tape(() => {
      const value = record[at] ?? 0;
      at += 1;
      return value;
    });
  }

  /** A whole number from 0 to below `bound`. */
  int(bound: number): number {
    const value = this.draw() % bound;
    this.drawn.push(value);
    return value;
  }

  /** True in `percent` of all draws; 0 on the tape means false. */
  chance(percent: number): boolean {
    return this.int(100) >= 100 - percent;
  }

  pick<Item>(items: readonly Item[]): Item {
    const item = items[this.int(items.length)];
    if (item === undefined) throw new RangeError("nothing to pick from");
    return item;
  }

  /** Each item with the given chance, in order. */
  some<Item>(items: readonly Item[], percent: number): Item[] {
    return items.filter(() => this.chance(percent));
  }
}

/**
 * Makes a failing record smaller: removes spans, then lowers single choices, as long as the failure remains.
 *
 * @param budget - how many replays at most
 */
export const shrink = async (
  record: readonly number[],
  stillFails: (candidate: readonly number[]) => boolean | Promise<boolean>,
  budget = 400,
): Promise<readonly number[]> => {
  let best = record;
  let left = budget;
  const attempt = async (candidate: readonly number[]): Promise<boolean> => {
    if (left <= 0) return false;
    left -= 1;
    if (!(await stillFails(candidate))) return false;
    best = candidate;
    return true;
  };
  for (let span = Math.max(1, best.length >> 1); span >= 1 && left > 0; span >>= 1) {
    for (let at = 0; at < best.length && left > 0; ) {
      const cut = [...best.slice(0, at), ...best.slice(at + span)];
      if (!(await attempt(cut))) at += span;
    }
  }
  for (let at = 0; at < best.length && left > 0; at += 1) {
    if (best[at] !== 0) await attempt(best.with(at, 0));
  }
  return best;
};
