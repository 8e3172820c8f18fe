import { z } from "zod";

/** Matches the message of a range. `problems.ts` prints such a message unchanged. */
export const RANGE = /^a whole number from /;

/** One day. A timer longer than 2^31 − 1 ms fires at once. */
const MAX_MILLISECONDS = 86_400_000;
/** Ten years. Records store times as Unix seconds in 32 bits. */
const MAX_SECONDS = 315_360_000;
const MAX_COUNT = 1_000_000_000;
/** About half of the longest string that V8 allows. */
const MAX_BYTES = 268_435_456;

/** A whole number from `min` to `max`. */
export const between = (min: number, max: number) => {
  const range = `a whole number from ${min} to ${max}`;
  return z.int().min(min, range).max(max, range);
};

/** A timeout or interval. */
export const milliseconds = (min = 1) => between(min, MAX_MILLISECONDS);
/** A lifetime or window. */
export const seconds = (max = MAX_SECONDS) => between(1, max);
/** A number of things. */
export const count = () => between(1, MAX_COUNT);
/** A size. */
export const bytes = () => between(1, MAX_BYTES);
