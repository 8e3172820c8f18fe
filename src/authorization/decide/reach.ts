import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionSetNode,
} from "graphql";
import { isIntrospection } from "../../graphql/documents.js";
import type { Rules } from "../read/rules.js";
import type { Includes } from "./conditions.js";
import { invalid, type OperationParts } from "./operation.js";
import { intersect, NO_TYPES, type TypeSet, union } from "./type-sets.js";

/** A field selection, visited once per occurrence in the document, not once per fragment expansion. */
export interface ReachedField {
  readonly node: FieldNode;
  /** The type whose definition the selection was validated against. */
  readonly parent: GraphQLCompositeType;
  /** Possible object types of the parent, over all paths to the selection. */
  readonly types: TypeSet;
  /** Some path to it passes through an abstract position in strict mode. */
  readonly strict: boolean;
}

export interface Position {
  /** Possible object types of the field's value. */
  readonly types: TypeSet;
  /** Whether the selections below are decided in strict mode. */
  readonly strict: boolean;
}

export interface ReachInput {
  readonly parts: OperationParts;
  readonly schema: GraphQLSchema;
  readonly rules: Rules;
  readonly includes: Includes;
  /** Called once per field selection. It returns whether its position is in strict mode. */
  readonly onField: (field: ReachedField, below: TypeSet) => { readonly strict: boolean };
}

/**
 * Walks one operation as a data-flow analysis: every fragment is visited once, with the union of the runtime types of
 * all its spreads. The requirements of a selection depend only on the selection and the runtime type, so the result is
 * exact, and nested fragments cannot make the walk grow.
 */
export const walkReach = (input: ReachInput): void => {
  const { parts, schema, rules, includes, onField } = input;
  const incoming = new Map<string, Position>();
  const belowCache = new Map<TypeSet, Map<string, TypeSet>>();

  const possible = (name: string): TypeSet => rules.possibleTypes.get(name) ?? NO_TYPES;

  const below = (types: TypeSet, field: string): TypeSet => {
    let byField = belowCache.get(types);
    if (byField === undefined) {
      byField = new Map();
      belowCache.set(types, byField);
    }
    const known = byField.get(field);
    if (known !== undefined) return known;
    let all = NO_TYPES;
    for (const type of types) {
      const rule = rules.types.get(type)?.fields.get(field);
      if (rule !== undefined) all = union(all, possible(rule.type));
    }
    byField.set(field, all);
    return all;
  };

  const walk = (set: SelectionSetNode, parent: GraphQLCompositeType, position: Position): void => {
    for (const selection of set.selections) {
      if (!includes(selection)) continue;
      switch (selection.kind) {
        case Kind.FIELD: {
          if (selection.name.value === "__typename" || isIntrospection(selection)) break;
          const definition =
            isObjectType(parent) || isInterfaceType(parent)
              ? parent.getFields()[selection.name.value]
              : undefined;
          if (definition === undefined) {
            throw invalid(`Cannot query field "${selection.name.value}" on type "${parent.name}".`);
          }
          const returned = getNamedType(definition.type);
          const composite = isCompositeType(returned);
          const types = composite ? below(position.types, selection.name.value) : NO_TYPES;
          const { strict } = onField({ node: selection, parent, ...position }, types);
          if (composite && selection.selectionSet !== undefined) {
            walk(selection.selectionSet, returned, { types, strict });
          }
          break;
        }
        case Kind.INLINE_FRAGMENT: {
          const condition = selection.typeCondition?.name.value;
          if (condition === undefined) walk(selection.selectionSet, parent, position);
          else walk(selection.selectionSet, typeNamed(schema, condition), narrowed(position, condition));
          break;
        }
        case Kind.FRAGMENT_SPREAD: {
          const name = selection.name.value;
          const condition = parts.fragments.get(name)?.typeCondition.name.value;
          if (condition === undefined) throw invalid(`Unknown fragment "${name}".`);
          const before = incoming.get(name);
          const here = narrowed(position, condition);
          incoming.set(
            name,
            before === undefined
              ? here
              : { types: union(before.types, here.types), strict: before.strict || here.strict },
          );
        }
      }
    }
  };
  const narrowed = (position: Position, condition: string): Position => ({
    types: intersect(position.types, possible(condition)),
    strict: position.strict,
  });

  const root = schema.getRootType(parts.operation.operation);
  if (root === undefined || root === null)
    throw invalid(`The schema has no ${parts.operation.operation} root.`);
  walk(parts.operation.selectionSet, root, { types: possible(root.name), strict: false });
  for (const name of parts.order) {
    const fragment = parts.fragments.get(name);
    const position = incoming.get(name);
    // Not reached: every spread of it is skipped.
    if (fragment === undefined || position === undefined) continue;
    walk(fragment.selectionSet, typeNamed(schema, fragment.typeCondition.name.value), position);
  }
};

const typeNamed = (schema: GraphQLSchema, name: string): GraphQLCompositeType => {
  const type = schema.getType(name);
  if (!isCompositeType(type)) throw invalid(`Unknown type "${name}".`);
  return type;
};
