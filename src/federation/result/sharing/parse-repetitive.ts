import { type Path, RepeatScan } from "./repeat-scan.js";

/** What `JSON.parse` would answer, save that equal objects at the same place of a selection are one object. */
export interface Repetitive {
  readonly value: unknown;
  /** Objects and lists that stand in more than one place. */
  readonly shared: ReadonlySet<object>;
  /** That were not parsed. */
  readonly savedBytes: number;
}

/** Shorter values are parsed as quickly as they are compared. */
const COMPARED_BYTES = 64;

/**
 * Parses JSON that says the same thing many times over, as answers of subgraphs do: the same author stands under
 * each of a hundred reviews. Where a value begins with the very bytes of the last value that stood at this place
 * (the same keys from the root, whatever the list indices), those bytes are compared and left out; `JSON.parse` reads
 * the rest, and the value read before takes the place. A tree of few objects is also quicker to walk, to merge
 * into, to write, and to collect.
 *
 * Exact: bytes are left out only between complete values, so the rest is JSON if and only if the whole is.
 *
 * @param comparedBytes - shorter values are left where they are
 * @returns `undefined` when nothing was left out, or the text is not compact JSON: then it is parsed plainly
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
    // Every place was seen by the scan; were it otherwise, the text is parsed plainly.
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
