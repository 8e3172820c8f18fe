/** The middle value; of an even number of values the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError("no values");
  const sorted = [...values].sort((left, right) => left - right);
  const middle = sorted.length >> 1;
  const upper = sorted[middle]!;
  return sorted.length % 2 === 1 ? upper : (sorted[middle - 1]! + upper) / 2;
}

/**
 * The mean of ratios: of a ratio and its reciprocal it is 1. With its standard error, as a share of the mean.
 *
 * @param values - two at least, all positive
 */
export function geometricMean(values: readonly number[]): { readonly mean: number; readonly error: number } {
  if (values.length < 2) throw new RangeError("fewer than two values");
  const logs = values.map(Math.log);
  const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length;
  const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / (logs.length - 1);
  return { mean: Math.exp(mean), error: Math.sqrt(variance / logs.length) };
}

/** The value below which a share of all values lies (nearest rank). */
export function percentile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError("no values");
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)]!;
}

/** Rounded for people: so many significant digits. */
export const significant = (value: number, digits = 3): number => Number(value.toPrecision(digits));
