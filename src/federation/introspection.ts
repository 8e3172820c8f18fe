import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type FieldNode,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
} from "graphql";
import type { CollectedField } from "./project/collect.js";

export const isIntrospection = (field: { readonly name: string }): boolean =>
  field.name === "__schema" || field.name === "__type";

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
  const own: OperationDefinitionNode = {
    ...operation,
    // Directives on the way here were evaluated when the fields were collected.
    selectionSet: { kind: Kind.SELECTION_SET, selections },
  };
  const definitions = document.definitions.map((definition) => (definition === operation ? own : definition));
  const result = execute({
    schema,
    document: {
      kind: Kind.DOCUMENT,
      definitions: definitions.filter(
        (definition) => definition === own || definition.kind === Kind.FRAGMENT_DEFINITION,
      ),
    },
    variableValues: variables,
  }) as ExecutionResult;
  return new Map(Object.entries(result.data ?? {}));
};
