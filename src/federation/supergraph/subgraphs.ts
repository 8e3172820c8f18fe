import { type DocumentNode, type FieldNode, visit } from "graphql";
import { contextProblems } from "../../authorization/read/context-arguments.js";
import { ConfigError, type Problem } from "../../domain/errors.js";
import { parseFieldSet } from "../../graphql/field-sets.js";
import { graphsOf, type JoinTable, readJoins } from "../../graphql/joins.js";

export interface SubgraphInfo {
  readonly name: string;
  readonly url: string;
}

/**
 * Subgraph names and routing URLs of a supergraph, by the name the planner uses.
 *
 * @throws ConfigError `UNREADABLE_SUPERGRAPH` without a readable `join__Graph`, `CONTEXT_UNSUPPORTED` for a field
 *   with `contextArguments`: the planner at this version drops those arguments without an error
 */
export const readSubgraphs = (supergraph: DocumentNode): ReadonlyMap<string, SubgraphInfo> => {
  const subgraphs = new Map<string, SubgraphInfo>();
  for (const { name, url } of graphsOf(supergraph))
    if (name !== undefined) subgraphs.set(name, { name, url });
  const problems: Problem[] = [];
  if (subgraphs.size === 0) {
    problems.push({
      kind: "UNREADABLE_SUPERGRAPH",
      where: "supergraph",
      found: "no join__Graph with subgraphs",
      allowed: "a federation 2 supergraph",
      fix: "serve the output of a composer, not a subgraph's SDL",
    });
  }
  problems.push(...contextProblems(readJoins(supergraph)));
  if (problems.length > 0) throw new ConfigError(problems);
  return subgraphs;
};

/** Names of fields that some `@requires` selects with arguments. */
export const requiredWithArguments = ({ requires }: Pick<JoinTable, "requires">): ReadonlySet<string> =>
  namesInSets(requires, ({ arguments: given }) => given !== undefined && given.length > 0);

/** Names of fields of which some `@provides` selects something. */
export const providedWithSelections = ({ provides }: Pick<JoinTable, "provides">): ReadonlySet<string> =>
  namesInSets(provides, ({ selectionSet }) => selectionSet !== undefined);

/** What each field requires of its own object, as paths of field names: `Item.fee` → `price`, `size.width`. */
export type RequiredPaths = ReadonlyMap<string, ReadonlySet<string>>;

/** Inputs of inputs included, where a field requires another of its type that requires something itself. */
export const requiredPathsOf = ({ requires }: Pick<JoinTable, "requires">): RequiredPaths => {
  const direct = new Map(
    [...requires].map(([coordinate, sets]) => [coordinate, new Set(sets.flatMap(fieldPaths))] as const),
  );
  for (const [coordinate, paths] of direct) {
    const type = coordinate.slice(0, coordinate.indexOf("."));
    // A set grows while it is walked: what was added is looked at as well.
    for (const path of paths) {
      const [first = ""] = path.split(".");
      for (const further of direct.get(`${type}.${first}`) ?? []) paths.add(further);
    }
  }
  return direct;
};

const fieldPaths = (fieldSet: string): readonly string[] => {
  const paths: string[] = [];
  const above: string[] = [];
  visit(parseFieldSet(fieldSet), {
    Field: {
      enter(field) {
        above.push(field.name.value);
        if (field.selectionSet === undefined) paths.push(above.join("."));
      },
      leave: () => void above.pop(),
    },
  });
  return paths;
};

const namesInSets = (
  sets: JoinTable["requires"],
  isMeant: (field: FieldNode) => boolean,
): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const set of [...sets.values()].flat())
    visit(parseFieldSet(set), {
      Field(field) {
        if (isMeant(field)) names.add(field.name.value);
      },
    });
  return names;
};
