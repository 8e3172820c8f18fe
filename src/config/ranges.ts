import { z } from "zod";

/** How the range of a number is put into words; `problems.ts` prints such a message as it is. */
export const RANGE = /^a whole number from /;

/** A timer that is set for longer fires at once (2^31 − 1 ms); nothing here is worth waiting more than a day for. */
const MAX_MILLISECONDS = 86_400_000;
/** Records keep times as 32 bits of Unix seconds; ten years from now are well within. */
const MAX_SECONDS = 315_360_000;
const MAX_COUNT = 1_000_000_000;
/** A text in memory can hold about twice as much. */
const MAX_BYTES = 268_435_456;

const whole = (least: number, most: number) => {
  const range = `a whole number from ${least} to ${most}`;
  return z.int().min(least, range).max(most, range);
};

/** A deadline or interval. */
export const milliseconds = (least = 1) => whole(least, MAX_MILLISECONDS);
/** A life or window. */
export const seconds = (most = MAX_SECONDS) => whole(1, most);
/** How many of something. */
export const count = () => whole(1, MAX_COUNT);
/** A size. */
export const bytes = () => whole(1, MAX_BYTES);
/** Any other number, from `least` to `most`. */
export const between = whole;
