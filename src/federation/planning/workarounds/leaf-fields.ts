import {
  type DocumentNode,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
} from "graphql";
import { fragmentsOf, onlyOperation, responseKey } from "../../../graphql/documents.js";
import type { EntityRoots } from "./entity-roots.js";

/** A field on the way to a leaf, and the runtime type it is asked of below an abstract one. */
interface Step {
  readonly field: FieldNode;
  readonly onType: string | undefined;
}

/** One leaf that an operation asks for, and the way to it. */
export type Leaf = readonly Step[];

/**
 * Every leaf of an operation: what is asked of an abstract value is told once for each type it may have. So an
 * operation can be cut into smaller ones that together ask the same.
 *
 * @param document - conditions evaluated, one operation
 * @param roots - what is asked of a field that may answer with an interface object stays together: its runtime type is
 *   not known where it stands
 * @param limit - leaves at most
 * @returns `undefined` where there are more
 */
export const leavesOf = (
  document: DocumentNode,
  schema: GraphQLSchema,
  roots: Pick<EntityRoots, "isMasked" | "typeOfRoot">,
  limit: number,
): readonly Leaf[] | undefined => {
  const operation = onlyOperation(document);
  const rootType = operation === undefined ? undefined : schema.getRootType(operation.operation);
  if (operation === undefined || !rootType) return undefined;
  const fragments = fragmentsOf(document);
  const leaves: Leaf[] = [];

  /** @param type - the runtime type these are asked of; `onType` names it below an abstract one */
  const walk = (
    selections: readonly SelectionNode[],
    type: GraphQLCompositeType,
    onType: string | undefined,
    way: Leaf,
  ): void => {
    for (const selection of selections) {
      if (leaves.length > limit) return;
      if (selection.kind === Kind.FIELD) {
        const { selectionSet, ...field } = selection;
        const ownRoot = roots.typeOfRoot(field.name.value);
        const answers = ownRoot === undefined ? answerOf(type, field.name.value) : schema.getType(ownRoot);
        const isLeaf = selectionSet === undefined || !isCompositeType(answers);
        if (isLeaf || roots.isMasked(type.name, field.name.value))
          leaves.push([...way, { field: selection, onType }]);
        else {
          const here: Leaf = [...way, { field, onType }];
          const types = isAbstractType(answers) ? schema.getPossibleTypes(answers) : [];
          for (const one of types) walk(selectionSet.selections, one, one.name, here);
          if (types.length === 0) walk(selectionSet.selections, answers, undefined, here);
        }
        continue;
      }
      const fragment =
        selection.kind === Kind.INLINE_FRAGMENT ? selection : fragments.get(selection.name.value);
      const condition = schema.getType(fragment?.typeCondition?.name.value ?? type.name);
      const meets =
        condition === type ||
        (isAbstractType(condition) && !isAbstractType(type) && schema.isSubType(condition, type));
      if (fragment !== undefined && meets) walk(fragment.selectionSet.selections, type, onType, way);
    }
  };
  walk(operation.selectionSet.selections, rootType, undefined, []);
  return leaves.length > limit ? undefined : leaves;
};

/** The operation with these of its leaves alone. */
export const withLeaves = (document: DocumentNode, leaves: readonly Leaf[]): DocumentNode => ({
  ...document,
  definitions: document.definitions.map((one) =>
    one.kind === Kind.OPERATION_DEFINITION ? rooted(one, leaves) : one,
  ),
});

const rooted = (operation: OperationDefinitionNode, leaves: readonly Leaf[]): OperationDefinitionNode => ({
  ...operation,
  selectionSet: { ...operation.selectionSet, selections: selectionsOf(leaves) },
});

/** Leaves that begin alike stand together. */
const selectionsOf = (leaves: readonly Leaf[]): readonly SelectionNode[] => {
  const groups = new Map<string, { readonly step: Step; readonly rest: Leaf[] }>();
  for (const [index, [step, ...rest]] of leaves.entries()) {
    if (step === undefined) continue;
    // Equal keys of one type are equal fields, or the operation would not be valid; but they may select unlike things.
    const own = step.field.selectionSet === undefined ? "" : String(index);
    const key = `${step.onType ?? ""} ${responseKey(step.field)} ${own}`;
    const group = groups.get(key) ?? { step, rest: [] };
    if (rest.length > 0) group.rest.push(rest);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ step: { field, onType }, rest }): SelectionNode => {
    const whole: FieldNode =
      rest.length === 0
        ? field
        : { ...field, selectionSet: { kind: Kind.SELECTION_SET, selections: selectionsOf(rest) } };
    return onType === undefined
      ? whole
      : {
          kind: Kind.INLINE_FRAGMENT,
          typeCondition: { kind: Kind.NAMED_TYPE, name: { kind: Kind.NAME, value: onType } },
          selectionSet: { kind: Kind.SELECTION_SET, selections: [whole] },
        };
  });
};

const answerOf = (type: GraphQLCompositeType, fieldName: string): GraphQLCompositeType | undefined => {
  if (!("getFields" in type)) return undefined;
  const fields = type.getFields();
  const field = Object.hasOwn(fields, fieldName) ? fields[fieldName] : undefined;
  const answers = field === undefined ? undefined : getNamedType(field.type);
  return isCompositeType(answers) ? answers : undefined;
};
