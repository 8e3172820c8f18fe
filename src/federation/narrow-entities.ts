import type { TypeConditions } from "./execute/type-conditions.js";
import type { BatchFetchNode, FetchNode, PlanNode, RequiredSelection } from "./plan.js";

/** Response key of an `_entities` field → type conditions, or runtime types. */
type ByEntityField<Names> = ReadonlyMap<string, Names>;

/**
 * Asks the second lock about one fetch.
 *
 * @param sent - type conditions of the representations the plan sends
 * @returns runtime types that may be sent, for the fields where not all may
 * @throws FaultError when nothing of the fetch was granted
 */
export type CheckFetch = (
  subgraph: string,
  operation: string,
  sent: ByEntityField<readonly string[]>,
) => ByEntityField<ReadonlySet<string>>;

/**
 * Passes every fetch of a plan through the second lock, and takes out of it the runtime types that were not
 * granted: across an `@interfaceObject` the planner asks of all types what was asked of one.
 */
export const narrowEntities = (node: PlanNode, types: TypeConditions, check: CheckFetch): PlanNode => {
  const fetch = (inner: FetchNode): FetchNode => {
    const { requires } = inner;
    const sent = new Map(requires === undefined ? [] : [["_entities", conditionsOf(requires)] as const]);
    const allowed = check(inner.subgraph, inner.operation, sent).get("_entities");
    if (requires === undefined || allowed === undefined) return inner;
    return { ...inner, requires: narrowed(requires, allowed, types) };
  };
  const batch = (inner: BatchFetchNode): BatchFetchNode => {
    const sent = new Map(inner.aliases.map((one) => [one.alias, conditionsOf(one.requires)]));
    const allowed = check(inner.subgraph, inner.operation, sent);
    if (allowed.size === 0) return inner;
    const aliases = inner.aliases.map((one) => {
      const names = allowed.get(one.alias);
      return names === undefined ? one : { ...one, requires: narrowed(one.requires, names, types) };
    });
    return { ...inner, aliases };
  };
  switch (node.kind) {
    case "fetch":
      return fetch(node);
    case "batch":
      return batch(node);
    case "flatten":
      return { ...node, node: fetch(node.node) };
    case "sequence":
    case "parallel":
      return { ...node, nodes: node.nodes.map((one) => narrowEntities(one, types, check)) };
    case "condition":
      return {
        ...node,
        whenTrue: node.whenTrue && narrowEntities(node.whenTrue, types, check),
        whenFalse: node.whenFalse && narrowEntities(node.whenFalse, types, check),
      };
  }
};

const conditionsOf = (requires: readonly RequiredSelection[]): readonly string[] =>
  requires.flatMap((one) => (one.kind === "fragment" ? [one.typeCondition] : []));

/** One condition per allowed runtime type, so that no other object, nor one of unknown type, is represented. */
const narrowed = (
  requires: readonly RequiredSelection[],
  allowed: ReadonlySet<string>,
  types: TypeConditions,
): readonly RequiredSelection[] =>
  requires.flatMap((one) =>
    one.kind === "fragment"
      ? [...allowed]
          .filter((name) => types.satisfies(name, one.typeCondition))
          .map((typeCondition) => ({ ...one, typeCondition }))
      : [],
  );
