import { type ASTVisitor, GraphQLError, getNamedType, type ValidationRule, type ValueNode } from "graphql";

/**
 * Refuses literals where a secret belongs: the text of a document is cached, registered under its hash and may be
 * logged by anyone on the way; variables are not (wire contract §2).
 *
 * @param secretTypes - names of the scalars that hold secrets
 */
export function noSecretLiterals(secretTypes: ReadonlySet<string>): ValidationRule {
  return (context): ASTVisitor => {
    const check = (node: ValueNode): void => {
      const type = context.getInputType();
      if (type == null || !secretTypes.has(getNamedType(type).name)) return;
      context.reportError(
        new GraphQLError("A secret may not stand in the document: use a variable.", { nodes: node }),
      );
    };
    return {
      StringValue: check,
      IntValue: check,
      FloatValue: check,
      BooleanValue: check,
      EnumValue: check,
      ObjectValue: check,
    };
  };
}
