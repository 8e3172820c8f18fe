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

/** Is this value, as serialised by a subgraph, valid for the type in the API schema? */
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
  // An ID is serialised as a string, but many servers send numbers and every client accepts them. A number too large to
  // be exact is no longer the identifier that was sent.
  [GraphQLID.name, (value) => typeof value === "string" || Number.isSafeInteger(value)],
]);

const anything: LeafCheck = () => true;

/**
 * The check of one leaf type. Custom scalars are accepted unchanged, objects and lists included. An enum value that is
 * unknown or `@inaccessible` in the API schema is never returned.
 */
export const leafCheck = (type: GraphQLScalarType | GraphQLEnumType): LeafCheck => {
  if (!isEnumType(type)) return BUILT_IN.get(type.name) ?? anything;
  const names = new Set(type.getValues().map((value) => value.name));
  return (value) => typeof value === "string" && names.has(value);
};
