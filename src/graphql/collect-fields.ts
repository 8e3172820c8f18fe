import {
  type DirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  isAbstractType,
  isInterfaceType,
  isObjectType,
  Kind,
  type SelectionNode,
  type SelectionSetNode,
  visit,
} from "graphql";
import { fragmentsOf, responseKey } from "./documents.js";

/** The value of each Boolean variable used by `@skip` and `@include`. */
export type IsTrue = (variable: string) => boolean;

/** The selections of one response key on one object, in document order (GraphQL §6.3.2). */
export interface CollectedField {
  readonly responseKey: string;
  readonly name: string;
  readonly nodes: readonly FieldNode[];
}

export interface FieldCollector {
  /** Variables that decide which fields are collected. */
  readonly conditionVariables: readonly string[];
  /** Fields selected on an object of `type`, or on every object of an interface (see {@link isUniform}). */
  collect(
    selectionSets: readonly SelectionSetNode[],
    type: GraphQLNamedType,
    isTrue: IsTrue,
  ): readonly CollectedField[];
  /** True when the selections are equal for every runtime type of `type` and do not contain `__typename`. */
  isUniform(selectionSets: readonly SelectionSetNode[], type: GraphQLNamedType): boolean;
}

/** Field collection over the *original* document and the API schema. */
export const createFieldCollector = (document: DocumentNode, schema: GraphQLSchema): FieldCollector => {
  const fragments = fragmentsOf(document);

  const applies = (condition: string | undefined, type: GraphQLNamedType): boolean => {
    if (condition === undefined || condition === type.name) return true;
    const conditionType = schema.getType(condition);
    return (
      isAbstractType(conditionType) &&
      (isObjectType(type) || isInterfaceType(type)) &&
      schema.isSubType(conditionType, type)
    );
  };

  const enter = (
    selection: SelectionNode,
    entered: Set<string>,
  ): { readonly condition: string | undefined; readonly selectionSet: SelectionSetNode } | undefined => {
    if (selection.kind === Kind.INLINE_FRAGMENT) {
      return { condition: selection.typeCondition?.name.value, selectionSet: selection.selectionSet };
    }
    if (selection.kind !== Kind.FRAGMENT_SPREAD || entered.has(selection.name.value)) return undefined;
    const fragment = fragments.get(selection.name.value);
    if (fragment === undefined) return undefined;
    entered.add(selection.name.value);
    return { condition: fragment.typeCondition.name.value, selectionSet: fragment.selectionSet };
  };

  return {
    conditionVariables: conditionVariablesOf(document),
    collect(selectionSets, type, isTrue) {
      const fields = new Map<string, FieldNode[]>();
      const entered = new Set<string>();
      const walk = (set: SelectionSetNode): void => {
        for (const selection of set.selections) {
          if (!isIncluded(selection.directives, isTrue)) continue;
          if (selection.kind === Kind.FIELD) {
            const key = responseKey(selection);
            const nodes = fields.get(key);
            if (nodes === undefined) fields.set(key, [selection]);
            else nodes.push(selection);
            continue;
          }
          const inner = enter(selection, entered);
          if (inner !== undefined && applies(inner.condition, type)) walk(inner.selectionSet);
        }
      };
      for (const set of selectionSets) walk(set);
      return [...fields].map(([responseKey, nodes]) => ({
        responseKey,
        name: nodes[0]?.name.value ?? "",
        nodes,
      }));
    },
    isUniform(selectionSets, type) {
      const entered = new Set<string>();
      const walk = (set: SelectionSetNode): boolean =>
        set.selections.every((selection) => {
          if (selection.kind === Kind.FIELD) return selection.name.value !== "__typename";
          const inner = enter(selection, entered);
          return inner === undefined || (applies(inner.condition, type) && walk(inner.selectionSet));
        });
      return isInterfaceType(type) && selectionSets.every(walk);
    },
  };
};

/** `@skip` and `@include` of one selection, with both present both must agree (GraphQL §3.13). */
export const isIncluded = (directives: readonly DirectiveNode[] | undefined, isTrue: IsTrue): boolean => {
  for (const directive of directives ?? []) {
    const name = directive.name.value;
    if (name !== "skip" && name !== "include") continue;
    const value = directive.arguments?.find((argument) => argument.name.value === "if")?.value;
    const holds =
      value?.kind === Kind.VARIABLE ? isTrue(value.name.value) : value?.kind === Kind.BOOLEAN && value.value;
    if (holds !== (name === "include")) return false;
  }
  return true;
};

/** Variables that `@skip` and `@include` use anywhere in the document. */
export const conditionVariablesOf = (document: DocumentNode): readonly string[] => {
  const names = new Set<string>();
  visit(document, {
    Directive(directive) {
      if (directive.name.value !== "skip" && directive.name.value !== "include") return;
      for (const argument of directive.arguments ?? []) {
        if (argument.value.kind === Kind.VARIABLE) names.add(argument.value.name.value);
      }
    },
  });
  return [...names];
};
