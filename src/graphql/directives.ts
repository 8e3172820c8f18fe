import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DirectiveNode,
  Kind,
  parse,
  type ValueNode,
} from "graphql";

/** A definition to which directives can be applied. */
export interface Directed {
  readonly directives?: readonly ConstDirectiveNode[] | undefined;
}

/** The applications of one directive. */
export const directivesNamed = (node: Directed, name: string): readonly ConstDirectiveNode[] =>
  (node.directives ?? []).filter((one) => one.name.value === name);

type Application = ConstDirectiveNode | DirectiveNode;

/** An argument as it is written; `undefined` when it is absent. */
export const argumentValue = (directive: Application | undefined, name: string): ValueNode | undefined =>
  directive?.arguments?.find((one) => one.name.value === name)?.value;

/** An argument that is a string; `undefined` for any other kind of value. */
export const stringArgument = (directive: Application | undefined, name: string): string | undefined => {
  const value = argumentValue(directive, name);
  return value?.kind === Kind.STRING ? value.value : undefined;
};

/** An argument that is a string or an enum value. */
export const textArgument = (directive: Application | undefined, name: string): string | undefined => {
  const value = argumentValue(directive, name);
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
};

/** @param otherwise - when the argument is absent */
export const booleanArgument = (
  directive: Application | undefined,
  name: string,
  otherwise = false,
): boolean => {
  const value = argumentValue(directive, name);
  return value?.kind === Kind.BOOLEAN ? value.value : otherwise;
};

/** The first definition of a text. */
export const parseDefinition = (text: string): DefinitionNode | undefined =>
  parse(text, { noLocation: true }).definitions[0];

/** Directive applications from their text: `@join__type(graph: A)`. */
export const parseDirectives = (text: string): readonly ConstDirectiveNode[] => {
  const definition = parseDefinition(`scalar S ${text}`);
  return definition?.kind === Kind.SCALAR_TYPE_DEFINITION ? (definition.directives ?? []) : [];
};
