import {
  type DocumentNode,
  type FieldNode,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from "graphql";
import { fragmentsOf, onlyOperation, responseKey } from "../../../graphql/documents.js";
import type { PathStep, PlanNode, RequiredSelection, Rewrite } from "../../plan/plan.js";
import { mapLeaves } from "../../plan/walk.js";
import type { EntityRoots } from "./entity-roots.js";

/**
 * Across an interface object the planner at 0.0.38 declares the representations of a fetch only as the interface, even
 * if the operation can reach only one of its types (`users { handle }` on `User`). The fetch verifier would
 * have to include the fields of all types. So the types that are possible at the fetch's path are added here.
 *
 * The planner also omits in some cases that an object must be sent under the interface's name, because it assumes that
 * the type is still unknown. An earlier plan may have fetched it.
 *
 * @param document - the planned operation
 */
export const narrowRequires = (
  plan: PlanNode | undefined,
  document: DocumentNode,
  schema: GraphQLSchema,
  roots: Pick<EntityRoots, "typeOfRoot" | "isInterfaceObject">,
): PlanNode | undefined => {
  const renamed = (
    subgraph: string,
    {
      requires,
      inputRewrites,
    }: { readonly requires: readonly RequiredSelection[]; readonly inputRewrites: readonly Rewrite[] },
  ): readonly Rewrite[] => {
    if (inputRewrites.length > 0) return inputRewrites;
    const names = requires.flatMap((one) => {
      const type = one.kind === "fragment" ? schema.getType(one.typeCondition) : undefined;
      if (isObjectType(type)) return type.getInterfaces().map(({ name }) => name);
      return isAbstractType(type) ? [type.name] : [];
    });
    return [...new Set(names)]
      .filter((name) => roots.isInterfaceObject(subgraph, name))
      .map((name) => ({
        kind: "set",
        path: [
          { kind: "types", names: [name] },
          { kind: "key", name: "__typename" },
        ],
        value: name,
      }));
  };
  const typesAt = typesByPath(document, schema, roots);
  const narrowed = (
    requires: readonly RequiredSelection[],
    paths: readonly (readonly PathStep[])[],
  ): readonly RequiredSelection[] => {
    const types = new Set(paths.flatMap((path) => [...typesAt(path)]));
    return requires.flatMap((one): readonly RequiredSelection[] => {
      const condition = one.kind === "fragment" ? schema.getType(one.typeCondition) : undefined;
      if (one.kind !== "fragment" || !isAbstractType(condition)) return [one];
      const possible = schema.getPossibleTypes(condition);
      const met = possible.filter(({ name }) => types.has(name));
      if (met.length === 0 || met.length === possible.length) return [one];
      return met.map(({ name }) => ({ ...one, typeCondition: name }));
    });
  };
  return (
    plan &&
    mapLeaves(plan, (leaf) => {
      if (leaf.kind === "batch") {
        const aliases = leaf.aliases.map((one) => ({
          ...one,
          requires: narrowed(one.requires, one.paths),
          inputRewrites: renamed(leaf.subgraph, one),
        }));
        return { ...leaf, aliases };
      }
      if (leaf.kind === "fetch" || leaf.node.requires === undefined) return leaf;
      const { requires, inputRewrites, subgraph } = leaf.node;
      const node = {
        ...leaf.node,
        requires: narrowed(requires, [leaf.path]),
        inputRewrites: renamed(subgraph, { requires, inputRewrites }),
      };
      return { ...leaf, node };
    })
  );
};

/** Names of the object types that are possible at a path; none if the operation does not contain the path. */
const typesByPath = (
  document: DocumentNode,
  schema: GraphQLSchema,
  roots: Pick<EntityRoots, "typeOfRoot">,
): ((path: readonly PathStep[]) => ReadonlySet<string>) => {
  const fragments = fragmentsOf(document);

  const possibleOf = (typeName: string): readonly string[] => {
    const type = schema.getType(typeName);
    if (isAbstractType(type)) return schema.getPossibleTypes(type).map(({ name }) => name);
    return isCompositeType(type) ? [typeName] : [];
  };
  const answerOf = (typeName: string, fieldName: string): readonly string[] => {
    const ownRoot = roots.typeOfRoot(fieldName);
    if (ownRoot !== undefined) return [ownRoot];
    const type = schema.getType(typeName);
    const fields = isObjectType(type) ? type.getFields() : {};
    const field = Object.hasOwn(fields, fieldName) ? fields[fieldName] : undefined;
    return field === undefined ? [] : possibleOf(getNamedType(field.type).name);
  };
  /** Fields of this key, each with the types it is selected on. */
  const fieldsIn = (
    set: SelectionSetNode,
    types: ReadonlySet<string>,
    key: string,
  ): readonly (readonly [FieldNode, ReadonlySet<string>])[] =>
    set.selections.flatMap((selection) => {
      if (selection.kind === Kind.FIELD) {
        return responseKey(selection) === key ? [[selection, types] as const] : [];
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      if (fragment === undefined) return [];
      const condition = fragment.typeCondition?.name.value;
      const meant = condition === undefined ? types : intersected(types, possibleOf(condition));
      return fieldsIn(fragment.selectionSet, meant, key);
    });

  return (path) => {
    const operation = onlyOperation(document);
    const rootType = operation === undefined ? undefined : schema.getRootType(operation.operation);
    if (operation === undefined || !rootType) return new Set();
    let types: ReadonlySet<string> = new Set([rootType.name]);
    let sets: readonly SelectionSetNode[] = [operation.selectionSet];
    for (const step of path) {
      if (step.kind === "types") types = intersected(types, step.names.flatMap(possibleOf));
      if (step.kind !== "field") continue;
      const at = types;
      const found = sets.flatMap((set) => fieldsIn(set, at, step.name));
      types = new Set(
        found.flatMap(([field, owners]) =>
          [...owners].flatMap((owner) => [...answerOf(owner, field.name.value)]),
        ),
      );
      sets = found.flatMap(([field]) => field.selectionSet ?? []);
    }
    return types;
  };
};

const intersected = (types: ReadonlySet<string>, others: readonly string[]): ReadonlySet<string> =>
  new Set(others.filter((name) => types.has(name)));
