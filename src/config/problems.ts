import type { z } from "zod";
import type { Problem } from "../domain/errors.js";
import { closest } from "./closest.js";
import { childNames } from "./json-schema.js";
import { RANGE } from "./ranges.js";

type Issue = z.core.$ZodIssue;

/**
 * Turns the issues of the schema into one problem per setting. Values are described by their type only: a misplaced
 * secret must not appear on a terminal or in a log.
 *
 * @param input - the raw configuration, to describe the value that was found
 */
export function problemsOf(issues: readonly Issue[], input: unknown): readonly Problem[] {
  return issues.flatMap((issue) => problemsOfIssue(issue, input));
}

function problemsOfIssue(issue: Issue, input: unknown): readonly Problem[] {
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownKey(issue.path, key));
  if (issue.code === "invalid_union") {
    // The deepest branch gives the best message: a wrong key inside an object, rather than "not a string".
    const deepest = [...issue.errors].sort((a, b) => depth(b) - depth(a))[0] ?? [];
    if (depth(deepest) > 0) {
      return deepest.flatMap((inner) =>
        problemsOfIssue({ ...inner, path: [...issue.path, ...inner.path] } as Issue, input),
      );
    }
  }
  const where = pathText(issue.path);
  const found = describe(valueAt(input, issue.path));
  return [
    {
      kind: found === "nothing" ? "MISSING_SETTING" : "INVALID_SETTING",
      where,
      found,
      allowed: allowedBy(issue),
      fix: found === "nothing" ? `set ${where}` : `correct ${where}`,
    },
  ];
}

const depth = (issues: readonly Issue[]): number =>
  Math.max(0, ...issues.map((issue) => issue.path.length + (issue.code === "unrecognized_keys" ? 1 : 0)));

function unknownKey(parent: readonly PropertyKey[], key: string): Problem {
  const known = childNames(parent);
  const meant = closest(key, known);
  const where = pathText([...parent, key]);
  return {
    kind: "UNKNOWN_KEY",
    where,
    found: "a setting that does not exist",
    allowed: known.join(", "),
    fix: meant === undefined ? `remove ${where}` : `did you mean ${pathText([...parent, meant])}?`,
  };
}

function allowedBy(issue: Issue): string {
  if (RANGE.test(issue.message)) return issue.message;
  switch (issue.code) {
    case "invalid_type":
      return issue.expected === "int" ? "a whole number" : withArticle(issue.expected);
    case "invalid_value":
      return issue.values.map(String).join(" | ");
    case "too_small":
      return `${unitOf(issue.origin)}${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`;
    case "too_big":
      return `${unitOf(issue.origin)}${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}`;
    case "invalid_union":
      return issue.errors.flatMap((branch) => branch.map(allowedBy)).join(", or ");
    default:
      return issue.message;
  }
}

const unitOf = (origin: string): string =>
  origin === "string" ? "length " : origin === "array" ? "number of entries " : "";

const withArticle = (type: string): string =>
  type === "object" || type === "array" || type === "int" ? `an ${type}` : `a ${type}`;

/** Describes a value by its type, never by the content of a string. */
export function describe(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "string")
    return value === "" ? "an empty string" : `a string of ${value.length} characters`;
  return typeof value === "object" ? "an object" : `a ${typeof value}`;
}

/** Formats a path as `a.b[0].c`. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path.length === 0
    ? "configuration"
    : path
        .map((part, index) =>
          typeof part === "number" ? `[${part}]` : `${index > 0 ? "." : ""}${String(part)}`,
        )
        .join("");

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input;
  for (const part of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, part)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[part];
  }
  return value;
}
