import {
  astFromValue,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isScalarType,
  isUnionType,
  print,
} from "graphql";
import type { DemandOf } from "./demands.js";
import type { ArgumentDescription, MemberDescription, TypeDescription } from "./protocol.js";

const MAX_USES = 60;

/** One type with all that is known of it; `undefined` when the schema has none of this name. */
export function describe(
  name: string,
  schema: GraphQLSchema,
  demandOf: DemandOf,
): TypeDescription | undefined {
  const type = schema.getType(name);
  if (type === undefined || type === null) return undefined;
  return {
    name: type.name,
    kind: kindOfType(type),
    root: rootOf(type, schema),
    description: type.description ?? "",
    demand: demandOf(type.name),
    interfaces: isObjectType(type) || isInterfaceType(type) ? type.getInterfaces().map(String) : [],
    possibleTypes:
      isUnionType(type) || isInterfaceType(type) ? schema.getPossibleTypes(type).map(String) : [],
    members: membersOf(type, demandOf),
    usedBy: usesOf(type, schema),
  };
}

export function kindOfType(type: GraphQLNamedType): TypeDescription["kind"] {
  if (isObjectType(type)) return "object";
  if (isInterfaceType(type)) return "interface";
  if (isUnionType(type)) return "union";
  if (isEnumType(type)) return "enum";
  return isInputObjectType(type) ? "input" : "scalar";
}

function rootOf(type: GraphQLNamedType, schema: GraphQLSchema): TypeDescription["root"] {
  if (type === schema.getQueryType()) return "query";
  if (type === schema.getMutationType()) return "mutation";
  return type === schema.getSubscriptionType() ? "subscription" : undefined;
}

function membersOf(type: GraphQLNamedType, demandOf: DemandOf): readonly MemberDescription[] {
  if (isObjectType(type) || isInterfaceType(type))
    return Object.values(type.getFields()).map((field) => ({
      ...typedPart(field),
      kind: "field",
      demand: demandOf(`${type.name}.${field.name}`),
      arguments: field.args.map((argument) => argumentOf(type.name, field, argument, demandOf)),
    }));
  if (isInputObjectType(type))
    return Object.values(type.getFields()).map((field) => ({
      ...typedPart(field),
      kind: "inputField",
      demand: demandOf(`${type.name}.${field.name}`),
      arguments: [],
    }));
  if (isEnumType(type))
    return type.getValues().map(({ name, description, deprecationReason }) => ({
      name,
      kind: "enumValue",
      type: "",
      namedType: "",
      isLeaf: true,
      description: description ?? "",
      deprecated: deprecationReason ?? undefined,
      defaultValue: undefined,
      demand: demandOf(`${type.name}.${name}`),
      arguments: [],
    }));
  return [];
}

const argumentOf = (
  parent: string,
  field: GraphQLField<unknown, unknown>,
  argument: GraphQLArgument,
  demandOf: DemandOf,
): ArgumentDescription => ({
  ...typedPart(argument),
  demand: demandOf(`${parent}.${field.name}(${argument.name}:)`),
});

function typedPart(value: GraphQLField<unknown, unknown> | GraphQLArgument | GraphQLInputField) {
  const initial = "defaultValue" in value ? value.defaultValue : undefined;
  const literal =
    initial === undefined || !("defaultValue" in value) ? undefined : astFromValue(initial, value.type);
  return {
    name: value.name,
    type: String(value.type),
    namedType: getNamedType(value.type).name,
    isLeaf: isLeafType(getNamedType(value.type)),
    description: value.description ?? "",
    deprecated: value.deprecationReason ?? undefined,
    defaultValue: literal === undefined || literal === null ? undefined : print(literal),
  };
}

/** Fields, arguments and input fields that have the type. Scalars of the language are used everywhere, so not theirs. */
function usesOf(wanted: GraphQLNamedType, schema: GraphQLSchema): readonly string[] {
  if (isScalarType(wanted) && ["String", "Int", "Float", "Boolean", "ID"].includes(wanted.name)) return [];
  const uses: string[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    const fields: readonly (GraphQLField<unknown, unknown> | GraphQLInputField)[] = Object.values(
      type.getFields(),
    );
    for (const field of fields) {
      const takes = "args" in field && field.args.some((argument) => getNamedType(argument.type) === wanted);
      if (takes || getNamedType(field.type) === wanted) uses.push(`${type.name}.${field.name}`);
      if (uses.length === MAX_USES) return uses;
    }
  }
  return uses;
}
