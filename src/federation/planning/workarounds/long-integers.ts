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

/** Fewer digits than this always fit. */
const DIGITS_OF_64_BITS = 19;

/**
 * The planner's parser reads an integer into 64 bits and refuses the document when it does not fit. As an `ID` such a
 * literal is the string of its digits, as a `Float` it is a float: written so, they mean the same. For a scalar of the
 * graph's own we cannot know what it means, and leave it.
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
