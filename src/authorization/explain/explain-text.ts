import type { OperationExplanation } from "./explain.js";
import type { SchemaExplanation, ScopeUse } from "./explain-schema.js";

/** Rows as aligned text columns. */
const table = (head: readonly string[], rows: readonly (readonly string[])[]): string => {
  const all = [head, ...rows];
  const widths = head.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return [line(head), widths.map((width) => "-".repeat(width)).join("  "), ...rows.map(line)].join("\n");
};

/** An operation's explanation for people. */
export const operationText = (explanation: OperationExplanation): string => {
  const rows = explanation.selections.map((one) => [
    one.verdict ?? "",
    one.coordinate,
    one.kind === "field" ? "" : `${one.kind} of ${one.types.join(", ")}`,
    `${one.demand}${one.variables.length === 0 ? "" : ` (and by ${one.variables.join(", ")})`}`,
    one.askedBy.map((origin) => `${origin.source}:${origin.line} ${origin.coordinate}`).join(", "),
  ]);
  const lines = [`${explanation.operation}: ${explanation.decision ?? "not judged (no principal)"}`];
  if (explanation.fellBackToStrict)
    lines.push("abstract positions were judged strictly: the split would be too large");
  lines.push(
    rows.length === 0
      ? "nothing in it is guarded"
      : table(["verdict", "coordinate", "judged", "demand", "asked by"], rows),
  );
  return lines.join("\n");
};

/** What a scope opens, for people. */
export const scopeText = (scope: string, uses: readonly ScopeUse[]): string =>
  uses.length === 0
    ? `no guard names the scope ${scope}`
    : table(
        ["coordinate", "opened by it", "demand"],
        uses.map((one) => [one.coordinate, one.alone ? "alone" : "with others", one.demand]),
      );

/** What the schema lets out, for people. */
export const schemaText = (explanation: SchemaExplanation): string => {
  const list = (title: string, items: readonly string[]) => [
    `${title} (${items.length})`,
    ...items.map((one) => `  ${one}`),
  ];
  return [
    ...list("anyone reaches", explanation.anonymous),
    ...list("a stolen access token without a recent login also reaches", explanation.stolenToken),
    ...list("only a recent login reaches", explanation.freshOnly),
    ...list(
      "positions where it can be seen that something is hidden",
      explanation.positions.map((one) => `${one.coordinate}: ${one.guardedTypes.join(", ")}`),
    ),
    ...list(
      "warnings",
      explanation.warnings.map((one) => `${one.coordinate}: ${one.warning}; ${one.fix}`),
    ),
  ].join("\n");
};
