import {
  type DocumentNode,
  GraphQLFloat,
  GraphQLID,
  type GraphQLSchema,
  getNamedType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";

/** An integer with fewer digits always fits into 64 bits. */
const DIGITS_OF_64_BITS = 19;

/**
 * The planner's parser reads integers as 64 bits and refuses a document with a larger one. For an `ID` such a literal
 * is replaced by the string of its digits, for a `Float` by a float, which have the same meaning. For a custom scalar
 * the meaning is unknown, so it is not changed.
 */
export const spellLongIntegers = (document: DocumentNode, schema: GraphQLSchema): DocumentNode => {
  if (!hasLongIntegers(document)) return document;
  const typeInfo = new TypeInfo(schema);
  return visit(
    document,
    visitWithTypeInfo(typeInfo, {
      IntValue({ value }) {
        if (fits(value)) return undefined;
        const inputType = typeInfo.getInputType();
        const type = inputType && getNamedType(inputType);
        if (type?.name === GraphQLID.name) return { kind: Kind.STRING, value };
        if (type?.name === GraphQLFloat.name) return { kind: Kind.FLOAT, value: `${value}.0` };
        return undefined;
      },
    }),
  );
};

const hasLongIntegers = (document: DocumentNode): boolean => {
  let found = false;
  visit(document, {
    IntValue({ value }) {
      found ||= !fits(value);
    },
  });
  return found;
};

const fits = (value: string): boolean =>
  value.length < DIGITS_OF_64_BITS || BigInt.asIntN(64, BigInt(value)) === BigInt(value);
