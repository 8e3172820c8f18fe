import { GraphQLError, GraphQLScalarType } from "graphql";

/** `UnixSeconds`: wider than `Int`, which ends in 2038. Only ever given out. */
export const UnixSecondsScalar = new GraphQLScalarType<number, number>({
  name: "UnixSeconds",
  description: "Whole seconds since 1970-01-01T00:00:00Z.",
  serialize(value) {
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    throw new TypeError("a time is a whole number of seconds");
  },
  parseValue(value) {
    if (typeof value === "number" && Number.isSafeInteger(value)) return value;
    throw new GraphQLError("A time is a whole number of seconds.");
  },
});
