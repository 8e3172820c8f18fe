import type { FieldNode, GraphQLFormattedError } from "graphql";
import type { Principal } from "../../domain/principal.js";
import { responseKey } from "../../graphql/documents.js";
import type { Denial, Disclosure } from "../authorizer.js";
import { denialError } from "./challenge.js";
import type { Analysis, Cell } from "./compile.js";
import { worstOf } from "./denial-view.js";
import type { DeniedPath } from "./denied-paths.js";

type Tell = (cell: Cell) => Denial;

/** One error per denied selection of an operation that does not run, none for the innocent ones. */
export const refusalErrors = (
  paths: readonly DeniedPath[],
  tell: Tell,
  principal: Principal,
  disclosure: Disclosure,
): readonly GraphQLFormattedError[] =>
  paths.flatMap(({ path, cells }) => {
    const worst = worstOf(cells.map(tell));
    return worst === undefined ? [] : [denialError(worst, path, principal, disclosure)];
  });

/**
 * Root fields of a mutation that hold a denial (`relaxMutations`). By response key: selections that merge are one
 * call, which either runs or does not. A root field is known by the object it stands on, since it may be selected
 * through an interface the root type implements.
 */
export const deniedRoots = (
  analysis: Analysis,
  rootName: string | undefined,
  paths: readonly DeniedPath[],
  tell: Tell,
): ReadonlyMap<FieldNode, Denial> => {
  const byKey = new Map<string, Denial[]>();
  for (const { path, cells } of paths) {
    const key = path[0] ?? "";
    byKey.set(key, [...(byKey.get(key) ?? []), ...cells.map(tell)]);
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
