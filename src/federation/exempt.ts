import type { OperationEntry } from "./operation.js";

/** Field names of the auth subgraph that are served even when a stale credential comes along (wire contract §2). */
export const EXEMPT_FIELDS: readonly string[] = [
  "login",
  "completeLogin",
  "refreshToken",
  "beginProviderLogin",
  "completeProviderLogin",
];

/** The names under a configured prefix: `cardea` makes `cardeaLogin`. */
export const exemptFields = (prefix = ""): ReadonlySet<string> =>
  new Set(
    EXEMPT_FIELDS.map((name) =>
      prefix === "" ? name : `${prefix}${name[0]?.toUpperCase() ?? ""}${name.slice(1)}`,
    ),
  );

/**
 * True when every root field, after fragments, `@skip` and `@include`, is one of the exempt ones. Judged on field
 * names, never on aliases; only `__typename` may accompany them.
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
