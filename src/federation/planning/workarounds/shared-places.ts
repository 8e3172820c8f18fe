import {
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isListType,
  isObjectType,
  Kind,
  parse,
  type SelectionNode,
} from "graphql";
import { inlined, onlyOperation, responseKey } from "../../../graphql/documents.js";
import type { PathStep, PlanNode } from "../../plan/plan.js";
import { mapLeaves } from "../../plan/walk.js";

/** Names of the object types that meet all conditions on an object; `undefined` if there is no condition. */
type Types = ReadonlySet<string> | undefined;

/** A key of an object of these types, and the keys of the path to it. */
type Place = readonly { readonly types: Types; readonly key: string }[];

/**
 * Would fetches of both plans answer one list of objects, or one root field of objects? Their answers would be merged
 * by index, even if the rows differ.
 */
export type SharesPlaces = (first: PlanNode, second: PlanNode) => boolean;

export const createSharesPlaces = (schema: GraphQLSchema): SharesPlaces => {
  const lists = listFieldsOf(schema);

  const narrow = (types: Types, condition: string | undefined): Types => {
    if (condition === undefined) return types;
    const named = schema.getType(condition);
    const members = isAbstractType(named)
      ? schema.getPossibleTypes(named).map(({ name }) => name)
      : [condition];
    return new Set(members.filter((name) => types?.has(name) !== false));
  };

  const placesOf = (plan: PlanNode): readonly Place[] => {
    const places: Place[] = [];
    const add = (selections: readonly SelectionNode[], above: Place, types: Types, isRoot: boolean): void => {
      for (const selection of selections) {
        if (selection.kind === Kind.INLINE_FRAGMENT) {
          const condition = selection.typeCondition?.name.value;
          add(selection.selectionSet.selections, above, isRoot ? types : narrow(types, condition), isRoot);
        }
        if (selection.kind !== Kind.FIELD || selection.selectionSet === undefined) continue;
        const place = [...above, { types, key: responseKey(selection) }];
        if (isRoot || lists.has(selection.name.value)) places.push(place);
        add(selection.selectionSet.selections, place, undefined, false);
      }
    };
    const addLookup = (selections: readonly SelectionNode[], path: readonly PathStep[]): void => {
      const above: { types: Types; key: string }[] = [];
      let types: Types;
      for (const step of path) {
        if (step.kind === "types") {
          const members = step.names.flatMap((name) => [...(narrow(types, name) ?? [])]);
          types = new Set(members);
        } else if (step.kind === "field") {
          above.push({ types, key: step.name });
          types = undefined;
        }
      }
      add(selections, above, types, false);
    };
    mapLeaves(plan, (leaf) => {
      const document = parse(leaf.kind === "flatten" ? leaf.node.operation : leaf.operation, {
        noLocation: true,
      });
      const selections = inlined(document, onlyOperation(document)?.selectionSet.selections ?? []);
      if (leaf.kind === "fetch") {
        add(selections, [], undefined, true);
        return leaf;
      }
      for (const selection of selections) {
        if (selection.kind !== Kind.FIELD || selection.selectionSet === undefined) continue;
        const paths =
          leaf.kind === "flatten"
            ? [leaf.path]
            : (leaf.aliases.find(({ alias }) => alias === responseKey(selection))?.paths ?? []);
        for (const path of paths) addLookup(selection.selectionSet.selections, path);
      }
      return leaf;
    });
    return places;
  };

  return (first, second) => {
    const known = placesOf(first);
    return placesOf(second).some((place) => known.some((other) => mayBeOne(place, other)));
  };
};

const mayBeOne = (one: Place, other: Place): boolean =>
  one.length === other.length &&
  one.every(({ types, key }, index) => {
    const step = other[index];
    if (step === undefined || step.key !== key) return false;
    return (
      types === undefined || step.types === undefined || [...types].some((name) => step.types?.has(name))
    );
  });

/** Names of fields of any type that return a list of objects. */
const listFieldsOf = (schema: GraphQLSchema): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const isList = isListType(getNullableType(field.type));
      if (isList && isCompositeType(getNamedType(field.type))) names.add(field.name);
    }
  }
  return names;
};
