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

/** A field on the path to a leaf field, and its runtime type below an abstract field. */
interface Step {
  readonly field: FieldNode;
  readonly onType: string | undefined;
}

/** One leaf field of an operation with the path to it. */
export type LeafField = readonly Step[];

/**
 * Lists every leaf field of an operation; selections on an abstract value once per possible type. So an operation can
 * be split into smaller ones that together select the same.
 *
 * @param document - one operation, with its conditions evaluated
 * @param roots - selections below a field that may return an interface object stay together, since its runtime type is
 *   not known there
 * @param limit - maximum number of leaf fields
 * @returns `undefined` if there are more
 */
export const leafFieldsOf = (
  document: DocumentNode,
  schema: GraphQLSchema,
  roots: Pick<EntityRoots, "isMasked" | "typeOfRoot">,
  limit: number,
): readonly LeafField[] | undefined => {
  const operation = onlyOperation(document);
  const rootType = operation === undefined ? undefined : schema.getRootType(operation.operation);
  if (operation === undefined || !rootType) return undefined;
  const fragments = fragmentsOf(document);
  const leafFields: LeafField[] = [];

  /** @param type - the runtime type of the selections; `onType` is its name below an abstract field */
  const walk = (
    selections: readonly SelectionNode[],
    type: GraphQLCompositeType,
    onType: string | undefined,
    way: LeafField,
  ): void => {
    for (const selection of selections) {
      if (leafFields.length > limit) return;
      if (selection.kind === Kind.FIELD) {
        const { selectionSet, ...field } = selection;
        const ownRoot = roots.typeOfRoot(field.name.value);
        const answers = ownRoot === undefined ? answerOf(type, field.name.value) : schema.getType(ownRoot);
        const isLeaf = selectionSet === undefined || !isCompositeType(answers);
        if (isLeaf || roots.isMasked(type.name, field.name.value))
          leafFields.push([...way, { field: selection, onType }]);
        else {
          const here: LeafField = [...way, { field, onType }];
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
  return leafFields.length > limit ? undefined : leafFields;
};

/** The operation with only these of its leaf fields. */
export const withLeafFields = (document: DocumentNode, leafFields: readonly LeafField[]): DocumentNode => ({
  ...document,
  definitions: document.definitions.map((one) =>
    one.kind === Kind.OPERATION_DEFINITION ? rooted(one, leafFields) : one,
  ),
});

const rooted = (
  operation: OperationDefinitionNode,
  leafFields: readonly LeafField[],
): OperationDefinitionNode => ({
  ...operation,
  selectionSet: { ...operation.selectionSet, selections: selectionsOf(leafFields) },
});

/** Merges leaf fields whose paths begin with the same fields. */
const selectionsOf = (leafFields: readonly LeafField[]): readonly SelectionNode[] => {
  const groups = new Map<string, { readonly step: Step; readonly rest: LeafField[] }>();
  for (const [index, [step, ...rest]] of leafFields.entries()) {
    if (step === undefined) continue;
    // In a valid operation equal keys of one type are the same field, but their selections may differ.
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
