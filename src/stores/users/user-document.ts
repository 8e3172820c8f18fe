import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { ConfigError, type Problem } from "../../domain/errors.js";

/** One entry of the list `users`, with its place in the file. */
export interface UserEntry {
  readonly value: unknown;
  /** Line of the entry itself, from 1. */
  readonly line: number;
  /** Line of each of its keys. */
  readonly lines: ReadonlyMap<string, number>;
}

/** The file as a document that keeps its comments when it is edited, and its entries with their lines. */
export interface UserDocument {
  readonly document: Document;
  readonly entries: readonly UserEntry[];
}

/** An empty file was cut off, or never written. It does not mean that there are no users. */
export const isBlank = (text: string): boolean => text.trim() === "";

/** @throws ConfigError for a text that is not YAML or JSON with a list `users`. Names the line, never its content */
export function parseUserDocument(text: string, path: string): UserDocument {
  if (isBlank(text))
    throw new ConfigError([
      bad(path, "an empty file", "write `users: []` for no users, or restore the file"),
    ]);
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: true, lineCounter });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line } = lineCounter.linePos(error.pos[0]);
    // The message of the parser quotes the file, which holds hashes. Its code is enough.
    throw new ConfigError([
      bad(`${path}:${line}`, `text that does not parse (${error.code})`, "correct the line"),
    ]);
  }
  const users = isMap(document.contents) ? document.get("users") : undefined;
  if (!isSeq(users))
    throw new ConfigError([
      bad(path, "a file without a list `users`", "correct the file, or start one with `cardea users add`"),
    ]);
  const lineOf = (node: unknown, before: number): number => {
    const range = isMap(node) || isSeq(node) || isScalar(node) ? node.range : undefined;
    return range == null ? before : lineCounter.linePos(range[0]).line;
  };
  const listed: unknown = document.toJS({ mapAsMap: true });
  const values: unknown = listed instanceof Map ? listed.get("users") : [];
  const entries = users.items.map((item, index) => {
    const line = lineOf(item, 1);
    const pairs = isMap(item) ? item.items : [];
    return {
      value: Array.isArray(values) ? values[index] : undefined,
      line,
      lines: new Map(pairs.map(({ key }) => [String(key), lineOf(key, line)])),
    };
  });
  return { document, entries };
}

const bad = (where: string, found: string, fix: string): Problem => ({
  kind: "BAD_USER_FILE",
  where,
  found,
  allowed: "users: [{ id, username, passwordHash, scopes, status, attributes }]",
  fix,
});
