import type { FieldNode, GraphQLFormattedError } from "graphql";
import type { Principal } from "../../domain/principal.js";
import { responseKey } from "../../graphql/documents.js";
import type { Denial, Disclosure } from "../authorizer.js";
import { denialError } from "./challenge.js";
import type { Analysis, GuardedSelection } from "./compile.js";
import { worstOf } from "./denial-view.js";
import type { DeniedPath } from "./denied-paths.js";

type ToDenial = (selection: GuardedSelection) => Denial;

/** One error per denied selection of an operation that does not run; none for the other selections. */
export const refusalErrors = (
  paths: readonly DeniedPath[],
  toDenial: ToDenial,
  principal: Principal,
  disclosure: Disclosure,
): readonly GraphQLFormattedError[] =>
  paths.flatMap(({ path, guardedSelections }) => {
    const worst = worstOf(guardedSelections.map(toDenial));
    return worst === undefined ? [] : [denialError(worst, path, principal, disclosure)];
  });

/**
 * The root fields of a mutation that contain a denial (`relaxMutations`), by response key: selections that merge are one
 * call, which either runs or does not. A root field is recognized by its parent type, since it may be selected through an
 * interface of the root type.
 */
export const deniedRoots = (
  analysis: Analysis,
  rootName: string | undefined,
  paths: readonly DeniedPath[],
  toDenial: ToDenial,
): ReadonlyMap<FieldNode, Denial> => {
  const byKey = new Map<string, Denial[]>();
  for (const { path, guardedSelections } of paths) {
    const key = path[0] ?? "";
    byKey.set(key, [...(byKey.get(key) ?? []), ...guardedSelections.map(toDenial)]);
  }
  const refused = new Map<FieldNode, Denial>();
  for (const [node, info] of analysis.fields) {
    const worst =
      rootName !== undefined && info.types.has(rootName)
        ? worstOf(byKey.get(responseKey(node)) ?? [])
        : undefined;
    if (worst !== undefined) refused.set(node, worst);
  }
  return refused;
};
