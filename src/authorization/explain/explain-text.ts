import type { OperationExplanation } from "./explain.js";
import type { SchemaExplanation, ScopeUse } from "./explain-schema.js";

/** Formats rows as aligned text columns. */
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

/** The explanation of an operation as text. */
export const operationText = (explanation: OperationExplanation): string => {
  const rows = explanation.selections.map((one) => [
    one.verdict ?? "",
    one.coordinate,
    one.kind === "field" ? "" : `${one.kind} of ${one.types.join(", ")}`,
    `${one.demand}${one.variables.length === 0 ? "" : ` (and by ${one.variables.join(", ")})`}`,
    one.askedBy.map((origin) => `${origin.source}:${origin.line} ${origin.coordinate}`).join(", "),
  ]);
  const lines = [`${explanation.operation}: ${explanation.decision ?? "no decision (no caller given)"}`];
  if (explanation.fellBackToStrict)
    lines.push("abstract positions were decided in strict mode: the split operation would be too large");
  lines.push(
    rows.length === 0
      ? "no selection is guarded"
      : table(["verdict", "coordinate", "decided for", "requirement", "declared in"], rows),
  );
  return lines.join("\n");
};

/** The uses of a scope as text. */
export const scopeText = (scope: string, uses: readonly ScopeUse[]): string =>
  uses.length === 0
    ? `no guard requires the scope ${scope}`
    : table(
        ["coordinate", "opened by it", "requirement"],
        uses.map((one) => [one.coordinate, one.alone ? "alone" : "with others", one.demand]),
      );

/** The explanation of a schema as text. */
export const schemaText = (explanation: SchemaExplanation): string => {
  const list = (title: string, items: readonly string[]) => [
    `${title} (${items.length})`,
    ...items.map((one) => `  ${one}`),
  ];
  return [
    ...list("anyone can reach", explanation.anonymous),
    ...list("a stolen access token without a recent login can also reach", explanation.stolenToken),
    ...list("only a recent login can reach", explanation.freshOnly),
    ...list(
      "positions that reveal that an object is hidden",
      explanation.positions.map((one) => `${one.coordinate}: ${one.guardedTypes.join(", ")}`),
    ),
    ...list(
      "warnings",
      explanation.warnings.map((one) => `${one.coordinate}: ${one.warning}; ${one.fix}`),
    ),
  ].join("\n");
};
