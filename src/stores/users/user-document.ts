import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { ConfigError, type Problem } from "../../domain/errors.js";

/** One entry of the list `users`, and where it is written. */
export interface UserEntry {
  readonly value: unknown;
  /** Line of the entry itself, from 1. */
  readonly line: number;
  /** Line of each of its keys. */
  readonly lines: ReadonlyMap<string, number>;
}

/** The file as a document that can be edited without losing comments, and its entries with their lines. */
export interface UserDocument {
  readonly document: Document;
  readonly entries: readonly UserEntry[];
}

/** A file without a word is one that was cut off, or never written: it does not say that there are no users. */
export const isBlank = (text: string): boolean => text.trim() === "";

/** @throws ConfigError for text that is no YAML or JSON with a list `users`; names the line, never what stands there */
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
    // The parser's own text quotes the file, and the file holds hashes: its code says enough.
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
