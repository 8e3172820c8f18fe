import { GraphQLError, GraphQLScalarType } from "graphql";

/** The scalar `UnixSeconds`: `Int` ends in 2038. Used in results only. */
export const UnixSecondsScalar = new GraphQLScalarType<number, number>({
  name: "UnixSeconds",
  description: "Whole seconds since 1970-01-01T00:00:00Z.",
  serialize(value) {
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    throw new TypeError("UnixSeconds must be a whole number");
  },
  parseValue(value) {
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    throw new GraphQLError("UnixSeconds must be a whole number.");
  },
});
