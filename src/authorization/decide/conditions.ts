import type { OperationDefinitionNode, SelectionNode, ValueNode } from "graphql";
import { Kind } from "graphql";

export type Variables = Readonly<Record<string, unknown>>;
export type Includes = (selection: SelectionNode) => boolean;

export const ALWAYS: Includes = () => true;

/** Is it skipped for all values of the variables? The planner fails on an operation that is always empty. */
export const isNeverIncluded = (selection: SelectionNode): boolean =>
  (selection.directives ?? []).some(({ name, arguments: given }) => {
    const value = given?.find((one) => one.name.value === "if")?.value;
    return value?.kind === Kind.BOOLEAN && value.value === (name.value === "skip") && isCondition(name.value);
  });

const isCondition = (directive: string): boolean => directive === "skip" || directive === "include";

/** Has it `@skip` or `@include`? */
export const isConditional = (selection: SelectionNode): boolean =>
  (selection.directives ?? []).some((one) => isCondition(one.name.value));

/**
 * Evaluates `@skip` and `@include` with raw variables and operation defaults. A value that is not a boolean counts as
 * included, so the selection is authorized; the executor refuses the value later.
 */
export const includesBy = (operation: OperationDefinitionNode, variables: Variables): Includes => {
  const defaults = new Map<string, ValueNode>();
  for (const definition of operation.variableDefinitions ?? []) {
    if (definition.defaultValue !== undefined) {
      defaults.set(definition.variable.name.value, definition.defaultValue);
    }
  }
  const truth = (value: ValueNode | undefined): boolean | undefined => {
    if (value?.kind === Kind.BOOLEAN) return value.value;
    if (value?.kind !== Kind.VARIABLE) return undefined;
    const name = value.name.value;
    if (!Object.hasOwn(variables, name)) {
      const fallback = defaults.get(name);
      return fallback?.kind === Kind.BOOLEAN ? fallback.value : undefined;
    }
    const raw = variables[name];
    return typeof raw === "boolean" ? raw : undefined;
  };
  return (selection) => {
    for (const directive of selection.directives ?? []) {
      const condition = directive.arguments?.find((one) => one.name.value === "if")?.value;
      if (directive.name.value === "skip" && truth(condition) === true) return false;
      if (directive.name.value === "include" && truth(condition) === false) return false;
    }
    return true;
  };
};
