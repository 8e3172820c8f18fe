import type { GraphQLNamedType, GraphQLSchema } from "graphql";
import { isInterfaceType, isObjectType, isRequiredArgument, isUnionType } from "graphql";
import type { RequirementId, Rules } from "../read/rules.js";

/** The elements of a schema that one caller may see. */
export interface Visibility {
  has(type: string): boolean;
  hides(type: string, field: string): boolean;
  hidesArgument(type: string, field: string, argument: string): boolean;
  hidesInput(type: string, field: string): boolean;
}

/** Computes a fixed point: a type without visible fields is hidden, and so is every field that returns it. */
export const visibleTypes = (
  rules: Rules,
  api: GraphQLSchema,
  isHidden: (id: RequirementId) => boolean,
): Visibility => {
  const hiddenTypes = new Set<string>();
  const roots = new Set([
    api.getQueryType()?.name,
    api.getMutationType()?.name,
    api.getSubscriptionType()?.name,
  ]);
  const hides = (type: string, field: string): boolean => {
    const owner = rules.types.get(type);
    const rule = owner?.fields.get(field);
    if (owner === undefined || rule === undefined) return true;
    if (isHidden(owner.requirement) || isHidden(rule.requirement) || hiddenTypes.has(rule.type)) return true;
    // A field cannot be selected when its required argument is hidden.
    const definition = api.getType(type);
    const args =
      isObjectType(definition) || isInterfaceType(definition) ? definition.getFields()[field]?.args : [];
    return (args ?? []).some(
      (one) => isRequiredArgument(one) && isHidden(rule.arguments.get(one.name)?.requirement ?? 0),
    );
  };
  const isEmpty = (type: GraphQLNamedType): boolean => {
    if (isObjectType(type) || isInterfaceType(type))
      return Object.keys(type.getFields()).every((one) => hides(type.name, one));
    if (isUnionType(type)) return type.getTypes().every((one) => hiddenTypes.has(one.name));
    return false;
  };
  let grown = true;
  while (grown) {
    grown = false;
    for (const type of Object.values(api.getTypeMap())) {
      if (type.name.startsWith("__") || hiddenTypes.has(type.name) || roots.has(type.name) || !isEmpty(type))
        continue;
      hiddenTypes.add(type.name);
      grown = true;
    }
  }
  return {
    has: (type) => !hiddenTypes.has(type),
    hides,
    hidesArgument: (type, field, argument) => {
      const rule = rules.types.get(type)?.fields.get(field)?.arguments.get(argument);
      return rule !== undefined && isHidden(rule.requirement);
    },
    hidesInput: (type, field) => {
      const rule = rules.inputs.get(type)?.get(field);
      return rule !== undefined && isHidden(rule.requirement);
    },
  };
};
