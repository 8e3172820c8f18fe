import type { OperationEntry } from "../operation-cache.js";

/**
 * True when every root field, after fragments, `@skip` and `@include`, is exempt. It compares field names, never aliases;
 * `__typename` is allowed too.
 */
export const isExempt = (
  entry: OperationEntry,
  variables: Readonly<Record<string, unknown>>,
  exempt: ReadonlySet<string>,
): boolean => {
  if (entry.operation.operation !== "mutation") return false;
  const fields = entry.rootFields((variable) => entry.variables.isTrue(variables, variable));
  return (
    fields.some((field) => exempt.has(field.name)) &&
    fields.every((field) => exempt.has(field.name) || field.name === "__typename")
  );
};
