import type { Problem } from "../../domain/errors.js";
import type { JoinTable, KeySet } from "../../graphql/joins.js";

interface GuardedKeysInput {
  readonly joins: JoinTable;
  /** Key → its coordinates → `true` if a caller who may see the entity may lack a requirement of the coordinate. */
  readonly keys: ReadonlyMap<KeySet, ReadonlyMap<string, boolean>>;
}

/**
 * Keys are sent for every caller, so a guarded field may be a key only if every subgraph that resolves the field also
 * declares a key on it. Otherwise any subgraph could receive the field by declaring a key on it.
 *
 * @returns one problem for each guarded field and each subgraph that declares such a key
 */
export const guardedKeyProblems = ({ joins, keys }: GuardedKeysInput): readonly Problem[] => {
  const keyedBy = new Map<string, Set<string>>();
  const taken = new Map<string, Set<string>>();
  for (const [key, named] of keys) {
    for (const [coordinate, isGuarded] of named) {
      keyedBy.set(coordinate, (keyedBy.get(coordinate) ?? new Set()).add(key.graph));
      // Nothing is sent for a key that is not resolvable.
      if (!isGuarded || !key.isResolvable) continue;
      taken.set(coordinate, (taken.get(coordinate) ?? new Set()).add(key.graph));
    }
  }
  const nameOf = (graph: string): string => joins.graphs.get(graph) ?? graph;
  return [...taken].flatMap(([coordinate, takers]) => {
    const [type = "", field = ""] = coordinate.split(".");
    const owners = joins.fieldGraphs(type, field).filter((one) => !keyedBy.get(coordinate)?.has(one));
    if (owners.length === 0) return [];
    return [...takers].map((taker) => problem(coordinate, nameOf(taker), owners.map(nameOf)));
  });
};

const problem = (where: string, subgraph: string, owners: readonly string[]): Problem => {
  const named = owners.map((one) => `"${one}"`).join(", ");
  return {
    kind: "GUARDED_KEY",
    subgraph,
    where,
    found: `a @key of "${subgraph}" on a guarded field of ${named}, which has no key of it: "${subgraph}" would receive it for everybody`,
    allowed: "a @key on a guarded field that every subgraph resolving the field names in a key too",
    fix: `key by another field and read this one by @requires; or let ${named} allow it by a @key of its own on the field (resolvable: false will do)`,
  };
};
