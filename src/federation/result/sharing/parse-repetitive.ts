import { type Path, RepeatScan } from "./repeat-scan.js";

/** The result of `JSON.parse`, except that equal objects at the same place of a selection are one object. */
export interface Repetitive {
  readonly value: unknown;
  /** Objects and lists that occur at more than one place. */
  readonly shared: ReadonlySet<object>;
  /** Bytes that were not parsed. */
  readonly savedBytes: number;
}

/** For shorter values a comparison takes as long as parsing them. */
const COMPARED_BYTES = 64;

/**
 * Parses JSON with many repetitions, which is common in answers of subgraphs: a hundred reviews contain the same
 * author. If a value has the same bytes as the previous value at this place (the same keys from the root, without
 * list indices), its bytes are removed from the text. `JSON.parse` reads the rest, and the previous value is used
 * again. A tree of fewer objects is also faster to walk, to merge into, to write and to collect.
 *
 * Exact: only complete values are removed, so the rest is valid JSON if and only if the whole text is.
 *
 * @param comparedBytes - shorter values are not compared
 * @returns `undefined` when nothing was removed or the text is not compact JSON; then use `JSON.parse`
 */
export const parseRepetitive = (bytes: Buffer, comparedBytes = COMPARED_BYTES): Repetitive | undefined => {
  const scan = new RepeatScan(bytes, comparedBytes);
  const rest = scan.rest();
  if (rest === undefined) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(rest);
  } catch {
    return undefined;
  }
  const shared = new Set<object>();
  for (const { path, source } of scan.repeats) {
    const original = at(value, source, source.length);
    const holder = at(value, path, path.length - 1);
    const key = path.at(-1);
    // The scan has found every place. If one is missing, fall back to `JSON.parse`.
    if (original === undefined || holder === undefined || key === undefined) return undefined;
    holder[key] = original;
    shared.add(original);
  }
  return { value, shared, savedBytes: scan.savedBytes };
};

type Holder = Record<string | number, unknown>;

const at = (value: unknown, path: Path, length: number): Holder | undefined => {
  let here: unknown = value;
  for (let index = 0; index < length; index += 1) {
    const key = path[index];
    if (typeof here !== "object" || here === null || key === undefined) return undefined;
    here = (here as Holder)[key];
  }
  return typeof here === "object" && here !== null ? (here as Holder) : undefined;
};
