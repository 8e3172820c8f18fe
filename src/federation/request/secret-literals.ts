import {
  type ASTVisitor,
  type DocumentNode,
  GraphQLError,
  type GraphQLSchema,
  getNamedType,
  Kind,
  type ValidationContext,
  type ValidationRule,
  type ValueNode,
  validate,
} from "graphql";

/** Names of the scalar types whose values must not be literals in a document. */
export type SecretTypes = ReadonlySet<string>;

/** `Secret` of the auth subgraph, where it is not prefixed. */
export const DEFAULT_SECRET_TYPES: SecretTypes = new Set(["Secret"]);

/**
 * A validation rule: refuses every inline literal where a secret is expected, defaults of variables included
 * (docs/spec/wire.md §1.2). Documents are cached, registered and logged; variables are not. It runs with the other
 * validation rules, hence before any of that. The message holds no value.
 */
export const noSecretLiterals =
  (secretTypes: SecretTypes = DEFAULT_SECRET_TYPES): ValidationRule =>
  (context: ValidationContext): ASTVisitor => {
    const judge = (node: ValueNode): false | undefined => {
      const expected = context.getInputType();
      if (expected === undefined || expected === null) return undefined;
      if (!secretTypes.has(getNamedType(expected).name)) return undefined;
      if (node.kind === Kind.VARIABLE || node.kind === Kind.NULL) return undefined;
      context.reportError(
        new GraphQLError("A secret cannot be a literal in the document: use a variable.", { nodes: node }),
      );
      return false;
    };
    // Lists are checked item by item.
    return {
      StringValue: judge,
      IntValue: judge,
      FloatValue: judge,
      BooleanValue: judge,
      EnumValue: judge,
      ObjectValue: judge,
    };
  };

/**
 * The same for documents that do not pass through Apollo's validation (persisted at build time, say).
 *
 * @throws GraphQLError `GRAPHQL_VALIDATION_FAILED` at the first secret found, without its value
 */
export function assertNoSecretLiterals(
  schema: GraphQLSchema,
  document: DocumentNode,
  secretTypes: SecretTypes = DEFAULT_SECRET_TYPES,
): void {
  const [found] = validate(schema, document, [noSecretLiterals(secretTypes)]);
  if (found === undefined) return;
  throw new GraphQLError(found.message, {
    ...(found.nodes === undefined ? {} : { nodes: found.nodes }),
    extensions: { code: "GRAPHQL_VALIDATION_FAILED", http: { status: 400 } },
  });
}
