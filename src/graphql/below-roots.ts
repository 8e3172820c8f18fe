import {
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  Kind,
  type SelectionSetNode,
} from "graphql";
import { fragmentsOf, onlyOperation, responseKey } from "./documents.js";

/** A field of a root type below the root, as in `viewer: Query` or a payload's `query: Query`. */
export interface BelowRoot {
  /** Keys from the root to the field. */
  readonly path: readonly string[];
  readonly name: string;
}

interface Selected {
  readonly set: SelectionSetNode;
  readonly parent: GraphQLNamedType | undefined;
}

/** Names of the query and mutation root types. */
export const rootTypesOf = (schema: GraphQLSchema): ReadonlySet<string | undefined> =>
  new Set([schema.getQueryType()?.name, schema.getMutationType()?.name]);

/**
 * The fields of root types below the root. Fragments are entered where they are spread, because the path depends on it.
 *
 * @param document - one operation and its fragments
 */
export const fieldsBelowRoots = (document: DocumentNode, schema: GraphQLSchema): readonly BelowRoot[] => {
  const found: BelowRoot[] = [];
  const roots = rootTypesOf(schema);
  const fragments = fragmentsOf(document);
  const walk = (selected: readonly Selected[], path: readonly string[]): void => {
    // By response key, so that a field selected many times is walked once.
    const below = new Map<string, Selected[]>();
    const entered = new Set<string>();
    const enter = ({ set, parent }: Selected): void => {
      for (const selection of set.selections) {
        if (selection.kind === Kind.FIELD) {
          const key = responseKey(selection);
          const name = selection.name.value;
          if (path.length > 0 && roots.has(parent?.name)) found.push({ path: [...path, key], name });
          if (selection.selectionSet === undefined) continue;
          const same = below.get(key) ?? [];
          below.set(key, same);
          same.push({ set: selection.selectionSet, parent: typeOf(parent, selection) });
        } else if (selection.kind === Kind.INLINE_FRAGMENT) {
          const condition = selection.typeCondition?.name.value;
          enter({
            set: selection.selectionSet,
            parent: condition === undefined ? parent : schema.getType(condition),
          });
        } else if (!entered.has(selection.name.value)) {
          entered.add(selection.name.value);
          const fragment = fragments.get(selection.name.value);
          if (fragment === undefined) continue;
          const { selectionSet, typeCondition } = fragment;
          enter({ set: selectionSet, parent: schema.getType(typeCondition.name.value) });
        }
      }
    };
    for (const one of selected) enter(one);
    for (const [key, same] of below) walk(same, [...path, key]);
  };
  const operation = onlyOperation(document);
  if (operation !== undefined) {
    const parent = schema.getRootType(operation.operation) ?? undefined;
    walk([{ set: operation.selectionSet, parent }], []);
  }
  return found;
};

const typeOf = (parent: GraphQLNamedType | undefined, { name }: FieldNode): GraphQLNamedType | undefined => {
  if (parent === undefined || !("getFields" in parent)) return undefined;
  const fields = parent.getFields();
  const field = Object.hasOwn(fields, name.value) ? fields[name.value] : undefined;
  return field === undefined ? undefined : getNamedType(field.type);
};
