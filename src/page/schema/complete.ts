import type { GraphQLSchema } from "graphql";
import { getAutocompleteSuggestions, Position } from "graphql-language-service";
import type { Suggestion } from "./protocol.js";

/** More than anybody reads; the list is asked for again with the next letter. */
const MAX_SUGGESTIONS = 200;

/** What may stand at a place of an operation. */
export function complete(text: string, offset: number, schema: GraphQLSchema): readonly Suggestion[] {
  const found = getAutocompleteSuggestions(schema, text, positionAt(text, offset));
  return found
    .slice(0, MAX_SUGGESTIONS)
    .map(({ label, detail, documentation, type, isDeprecated, deprecationReason }) => ({
      label,
      kind: kindOf(label, detail ?? undefined, type !== undefined && type !== null),
      detail: detail ?? (type === undefined || type === null ? "" : String(type)),
      info: [
        documentation ?? "",
        isDeprecated === true ? `Deprecated: ${deprecationReason ?? "no reason given"}` : "",
      ]
        .filter((line) => line !== "")
        .join("\n"),
    }));
}

function kindOf(label: string, detail: string | undefined, hasType: boolean): Suggestion["kind"] {
  if (label.startsWith("$")) return "variable";
  if (label.startsWith("@")) return "directive";
  if (label.endsWith(": ")) return "argument";
  if (hasType || detail !== undefined) return "field";
  return /^[A-Z]/.test(label) ? "type" : "keyword";
}

/** Line and column, from zero, as the language service counts. */
export function positionAt(text: string, offset: number): Position {
  const before = text.slice(0, offset);
  const line = before.split("\n").length - 1;
  return new Position(line, offset - (before.lastIndexOf("\n") + 1));
}
