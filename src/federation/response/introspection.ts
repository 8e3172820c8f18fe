import {
  type ASTNode,
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from "graphql";
import type { CollectedField } from "../../graphql/collect-fields.js";
import { isIntrospectionName } from "../../graphql/documents.js";

export const isIntrospection = (field: { readonly name: string }): boolean => isIntrospectionName(field.name);

const variablesIn = (nodes: readonly ASTNode[]): ReadonlySet<string> => {
  const names = new Set<string>();
  for (const node of nodes) visit(node, { Variable: ({ name }) => void names.add(name.value) });
  return names;
};

/**
 * Answers the `__schema` and `__type` fields of an operation from the schema this caller may see.
 *
 * @param schema - from `Authorizer.introspectionSchema`
 * @returns complete values by response key
 */
export const answerIntrospection = (
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  fields: readonly CollectedField[],
  variables: Readonly<Record<string, unknown>>,
): ReadonlyMap<string, unknown> => {
  const selections: FieldNode[] = fields.filter(isIntrospection).flatMap((field) => field.nodes);
  if (selections.length === 0) return new Map();
  const selectionSet: SelectionSetNode = { kind: Kind.SELECTION_SET, selections };
  const fragments = document.definitions.filter(
    (definition): definition is FragmentDefinitionNode =>
      definition.kind === Kind.FRAGMENT_DEFINITION && definition.typeCondition.name.value.startsWith("__"),
  );
  const used = variablesIn([selectionSet, ...fragments]);
  const own: OperationDefinitionNode = {
    ...operation,
    // Directives on the way here were evaluated when the fields were collected.
    directives: [],
    selectionSet,
    // The other fields' variables may be of types this caller does not see.
    variableDefinitions: (operation.variableDefinitions ?? []).filter(({ variable }) =>
      used.has(variable.name.value),
    ),
  };
  const result = execute({
    schema,
    document: { kind: Kind.DOCUMENT, definitions: [own, ...fragments] },
    variableValues: variables,
  }) as ExecutionResult;
  return new Map(Object.entries(result.data ?? {}));
};
