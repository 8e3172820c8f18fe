import { type DocumentNode, type FieldNode, Kind, parse, type StringValueNode, visit } from "graphql";
import { ConfigError, type Problem } from "../../domain/errors.js";

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
  const problems: Problem[] = [];
  for (const definition of supergraph.definitions) {
    if (definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === "join__Graph") {
      for (const value of definition.values ?? []) {
        const directive = value.directives?.find((item) => item.name.value === "join__graph");
        const argument = (name: string): string | undefined =>
          directive?.arguments?.find(
            (item): item is typeof item & { readonly value: StringValueNode } =>
              item.name.value === name && item.value.kind === Kind.STRING,
          )?.value.value;
        const name = argument("name");
        if (name !== undefined) subgraphs.set(name, { name, url: argument("url") ?? "" });
      }
    }
  }
  if (subgraphs.size === 0) {
    problems.push({
      kind: "UNREADABLE_SUPERGRAPH",
      where: "supergraph",
      found: "no join__Graph with subgraphs",
      allowed: "a federation 2 supergraph",
      fix: "serve the output of a composer, not a subgraph's SDL",
    });
  }
  visit(supergraph, {
    FieldDefinition(field, _key, _parent, _path, ancestors) {
      const usesContext = field.directives?.some(
        (directive) =>
          directive.name.value === "join__field" &&
          directive.arguments?.some((argument) => argument.name.value === "contextArguments") === true,
      );
      if (usesContext !== true) return;
      const parent = ancestors.at(-1);
      const owner =
        parent !== undefined && !Array.isArray(parent) && "name" in parent && parent.name !== undefined
          ? (parent.name as { readonly value: string }).value
          : "";
      problems.push({
        kind: "CONTEXT_UNSUPPORTED",
        where: `${owner}.${field.name.value}`,
        found: "an argument filled by @fromContext",
        allowed: "arguments sent by clients",
        fix: "take @fromContext off this field, for instance with @requires instead",
      });
    },
  });
  if (problems.length > 0) throw new ConfigError(problems);
  return subgraphs;
};

/** Names of fields that some `@requires` selects with arguments. */
export const requiredWithArguments = (supergraph: DocumentNode): ReadonlySet<string> =>
  namesInSets(supergraph, "requires", ({ arguments: given }) => given !== undefined && given.length > 0);

/** Names of fields of which some `@provides` selects something. */
export const providedWithSelections = (supergraph: DocumentNode): ReadonlySet<string> =>
  namesInSets(supergraph, "provides", ({ selectionSet }) => selectionSet !== undefined);

/** What each field requires of its own object, as paths of field names: `Item.fee` → `price`, `size.width`. */
export type RequiredPaths = ReadonlyMap<string, ReadonlySet<string>>;

/** Inputs of inputs included, where a field requires another of its type that requires something itself. */
export const requiredPathsOf = (supergraph: DocumentNode): RequiredPaths => {
  const direct = new Map<string, Set<string>>();
  for (const type of supergraph.definitions) {
    if (type.kind !== Kind.OBJECT_TYPE_DEFINITION && type.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue;
    for (const field of type.fields ?? []) {
      for (const { name, arguments: given } of field.directives ?? []) {
        const set = given?.find((argument) => argument.name.value === "requires")?.value;
        if (name.value !== "join__field" || set?.kind !== Kind.STRING) continue;
        const coordinate = `${type.name.value}.${field.name.value}`;
        const paths = direct.get(coordinate) ?? new Set();
        direct.set(coordinate, paths);
        for (const path of fieldPaths(set.value)) paths.add(path);
      }
    }
  }
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
  visit(parse(`{ ${fieldSet} }`, { noLocation: true }), {
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
  supergraph: DocumentNode,
  argumentName: "requires" | "provides",
  isMeant: (field: FieldNode) => boolean,
): ReadonlySet<string> => {
  const names = new Set<string>();
  visit(supergraph, {
    Directive(directive) {
      if (directive.name.value !== "join__field") return;
      const set = directive.arguments?.find((argument) => argument.name.value === argumentName)?.value;
      if (set?.kind !== Kind.STRING) return;
      visit(parse(`{ ${set.value} }`, { noLocation: true }), {
        Field(field) {
          if (isMeant(field)) names.add(field.name.value);
        },
      });
    },
  });
  return names;
};
