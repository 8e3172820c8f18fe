/** A place in the text of an answer. */
export interface AnswerMark {
  /** Which of the paths. */
  readonly path: number;
  readonly from: number;
  readonly to: number;
}

export interface AnswerText {
  readonly text: string;
  readonly marks: readonly AnswerMark[];
  /** More than `maxLength` characters: the rest is left out. */
  readonly isCut: boolean;
}

type Path = readonly (string | number)[];

/** The paths that end at a value or below it. */
interface Wanted {
  readonly ends: number[];
  readonly below: Map<string, Wanted>;
}

/**
 * Writes an answer as JSON with two spaces, and finds the values at the given paths.
 *
 * A path that leads through `null`, or through a member that is not there, is marked at the last value that is.
 */
export function answerText(
  value: unknown,
  paths: readonly (Path | undefined)[],
  maxLength: number,
): AnswerText {
  const writer = new Writer(maxLength);
  writer.write(value, treeOf(paths), "");
  return { text: writer.text(), marks: writer.marks, isCut: writer.isFull };
}

function treeOf(paths: readonly (Path | undefined)[]): Wanted {
  const root: Wanted = { ends: [], below: new Map() };
  for (const [at, path] of paths.entries()) {
    if (path === undefined) continue;
    let node = root;
    for (const step of path) {
      const next = node.below.get(String(step)) ?? { ends: [], below: new Map() };
      node.below.set(String(step), next);
      node = next;
    }
    node.ends.push(at);
  }
  return root;
}

const endsBelow = ({ ends, below }: Wanted): readonly number[] => [
  ...ends,
  ...[...below.values()].flatMap(endsBelow),
];

class Writer {
  readonly marks: AnswerMark[] = [];
  isFull = false;
  private readonly parts: string[] = [];
  private length = 0;

  constructor(private readonly maxLength: number) {}

  text(): string {
    return this.parts.join("");
  }

  write(value: unknown, wanted: Wanted | undefined, indent: string): void {
    if (this.isFull) return;
    const from = this.length;
    if (typeof value !== "object" || value === null) {
      this.put(JSON.stringify(value) ?? "null");
      if (wanted !== undefined) this.mark(endsBelow(wanted), from, this.length);
      return;
    }
    const isList = Array.isArray(value);
    const members: readonly (readonly [string, unknown])[] = Object.entries(value);
    if (wanted !== undefined) {
      const absent = [...wanted.below].filter(([step]) => !Object.hasOwn(value, step));
      this.mark([...wanted.ends, ...absent.flatMap(([, node]) => endsBelow(node))], from, from + 1);
    }
    if (members.length === 0) {
      this.put(isList ? "[]" : "{}");
      return;
    }
    const inner = `${indent}  `;
    this.put(isList ? "[\n" : "{\n");
    for (const [at, [key, member]] of members.entries()) {
      this.put(isList ? inner : `${inner}${JSON.stringify(key)}: `);
      this.write(member, wanted?.below.get(key), inner);
      this.put(at === members.length - 1 ? "\n" : ",\n");
    }
    this.put(`${indent}${isList ? "]" : "}"}`);
  }

  private put(part: string): void {
    if (this.isFull) return;
    if (this.length + part.length > this.maxLength) {
      this.isFull = true;
      return;
    }
    this.parts.push(part);
    this.length += part.length;
  }

  private mark(paths: readonly number[], from: number, to: number): void {
    if (this.isFull) return;
    for (const path of paths) this.marks.push({ path, from, to });
  }
}
