import {
  type DocumentNode,
  type GraphQLSchema,
  getVariableValues,
  Kind,
  type OperationDefinitionNode,
  parse,
  type VariableDefinitionNode,
} from "graphql";
import type { VariableProblem } from "./protocol.js";

/**
 * Checks variables against the definitions of the operation they are for. Nothing while the operation cannot be parsed:
 * its own diagnostics say that.
 */
export function checkVariables(
  text: string,
  operationName: string | undefined,
  variables: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
): readonly VariableProblem[] {
  const operation = operationOf(text, operationName);
  if (operation === undefined) return [];
  const definitions = operation.variableDefinitions ?? [];
  const defined = new Set(definitions.map(({ variable }) => variable.name.value));
  return [
    ...definitions.flatMap((definition) => problemsOf(definition, variables, schema)),
    ...Object.keys(variables)
      .filter((name) => !defined.has(name))
      .map((variable) => ({
        variable,
        severity: "warning" as const,
        message: `The operation defines no variable $${variable}.`,
      })),
  ];
}

function problemsOf(
  definition: VariableDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
  schema: GraphQLSchema,
): readonly VariableProblem[] {
  const variable = definition.variable.name.value;
  const { errors } = getVariableValues(schema, [definition], variables, { maxErrors: 5 });
  return (errors ?? []).map(({ message }) => ({ variable, severity: "error", message }));
}

/** The operation of that name, or the only one. */
function operationOf(text: string, name: string | undefined): OperationDefinitionNode | undefined {
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch {
    return undefined;
  }
  const operations = document.definitions.filter((each) => each.kind === Kind.OPERATION_DEFINITION);
  return name === undefined && operations.length === 1
    ? operations[0]
    : operations.find((each) => each.name?.value === name);
}
