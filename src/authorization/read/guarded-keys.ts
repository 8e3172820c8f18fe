import type { Problem } from "../../domain/errors.js";
import type { JoinTable, KeySet } from "../../graphql/joins.js";

interface GuardedKeysInput {
  readonly joins: JoinTable;
  /** Key → coordinates it names → may somebody the entity is served to lack what that one asks for? */
  readonly keys: ReadonlyMap<KeySet, ReadonlyMap<string, boolean>>;
}

/**
 * A key is sent for whoever asks, so a guarded field is one only where those it comes from chose it: every subgraph that
 * resolves the field has to name it in a key itself. Otherwise a subgraph would get it by writing a key on it.
 *
 * @returns one problem for each guarded field and subgraph that takes it so
 */
export const guardedKeyProblems = ({ joins, keys }: GuardedKeysInput): readonly Problem[] => {
  const keyedBy = new Map<string, Set<string>>();
  const taken = new Map<string, Set<string>>();
  for (const [key, named] of keys) {
    for (const [coordinate, isGuarded] of named) {
      keyedBy.set(coordinate, (keyedBy.get(coordinate) ?? new Set()).add(key.graph));
      // By a key that is not resolvable nothing is sent there.
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
