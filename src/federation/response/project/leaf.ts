import {
  GraphQLBoolean,
  type GraphQLEnumType,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLScalarType,
  GraphQLString,
  isEnumType,
} from "graphql";
import type { JsonValue } from "../../result/json.js";

/** Is this value, as a subgraph serialised it, one the API schema's type may have? */
export type LeafCheck = (value: JsonValue) => boolean;

const MAX_INT = 2_147_483_647;
const MIN_INT = -2_147_483_648;

const BUILT_IN: ReadonlyMap<string, LeafCheck> = new Map<string, LeafCheck>([
  [
    GraphQLInt.name,
    (value) => typeof value === "number" && Number.isInteger(value) && value <= MAX_INT && value >= MIN_INT,
  ],
  [GraphQLFloat.name, (value) => typeof value === "number"],
  [GraphQLString.name, (value) => typeof value === "string"],
  [GraphQLBoolean.name, (value) => typeof value === "boolean"],
  // Serialised as a string, but many servers let numbers through and every client takes them. One too large to be read
  // exactly is no longer the identifier that was sent.
  [GraphQLID.name, (value) => typeof value === "string" || Number.isSafeInteger(value)],
]);

const anything: LeafCheck = () => true;

/**
 * The check of one leaf type. Custom scalars pass untouched, objects and lists included; an enum value that is
 * unknown or `@inaccessible` in the API schema never leaves.
 */
export const leafCheck = (type: GraphQLScalarType | GraphQLEnumType): LeafCheck => {
  if (!isEnumType(type)) return BUILT_IN.get(type.name) ?? anything;
  const names = new Set(type.getValues().map((value) => value.name));
  return (value) => typeof value === "string" && names.has(value);
};
