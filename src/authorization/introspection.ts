import type {
  GraphQLFieldConfigMap,
  GraphQLInputFieldConfigMap,
  GraphQLNamedType,
  GraphQLType,
} from "graphql";
import {
  GraphQLInputObjectType,
  GraphQLInterfaceType,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  GraphQLUnionType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
} from "graphql";
import type { Principal } from "../domain/principal.js";
import { judge, type Requirement } from "../domain/requirement.js";
import { OPEN_ID, type RequirementId, type Rules } from "./rules.js";

/** Variants kept per snapshot; beyond, a schema is built and not kept. */
const MAX_VARIANTS = 64;

/**
 * The schema as one caller may see it: without what they lack scopes or sign-in for. Freshness and policies
 * are ignored, since both may change within the minute and tooling reads the schema once.
 */
export const createSchemaFilter = (rules: Rules, api: GraphQLSchema) => {
  const variants = new Map<string, GraphQLSchema>();
  const standing: readonly Requirement[] = rules.requirements.map((one) => ({
    ...one,
    maxAgeSeconds: undefined,
    policies: [],
    verified: true,
  }));
  return (principal: Principal): GraphQLSchema => {
    const facts = { principal, nowSeconds: 0, degraded: false, policy: () => true };
    const hidden = new Set<RequirementId>();
    for (const [id, requirement] of standing.entries())
      if (judge(requirement, facts) !== "GRANTED") hidden.add(id);
    if (hidden.size === 0) return api;
    const key = [...hidden].join();
    const known = variants.get(key);
    if (known !== undefined) return known;
    const built = filterSchema(rules, api, (id) => id !== OPEN_ID && hidden.has(id));
    if (variants.size < MAX_VARIANTS) variants.set(key, built);
    return built;
  };
};

const filterSchema = (
  rules: Rules,
  api: GraphQLSchema,
  isHidden: (id: RequirementId) => boolean,
): GraphQLSchema => {
  const visible = visibleTypes(rules, api, isHidden);
  const made = new Map<string, GraphQLNamedType>();

  const named = (type: GraphQLNamedType): GraphQLNamedType => {
    const known = made.get(type.name);
    if (known !== undefined) return known;
    const copy = rebuild(type);
    made.set(type.name, copy);
    return copy;
  };
  const reference = (type: GraphQLType): GraphQLType => {
    if (isNonNullType(type))
      return new GraphQLNonNull(reference(type.ofType) as GraphQLNonNull<never>["ofType"]);
    if (isListType(type)) return new GraphQLList(reference(type.ofType));
    return named(type as GraphQLNamedType);
  };
  const interfaces = (type: GraphQLObjectType | GraphQLInterfaceType) =>
    type
      .getInterfaces()
      .filter(
        (one) =>
          visible.has(one.name) &&
          Object.keys(one.getFields()).every(
            (field) =>
              !visible.hides(one.name, field) === !visible.hides(type.name, field) ||
              visible.hides(one.name, field),
          ),
      )
      .map((one) => named(one))
      .filter(isInterfaceType);
  const fields = (
    type: GraphQLObjectType | GraphQLInterfaceType,
  ): GraphQLFieldConfigMap<unknown, unknown> => {
    const config = type.toConfig().fields;
    const kept: GraphQLFieldConfigMap<unknown, unknown> = Object.create(null);
    for (const [name, field] of Object.entries(config)) {
      if (visible.hides(type.name, name)) continue;
      const args = Object.entries(field.args ?? {}).filter(
        ([argument]) => !visible.hidesArgument(type.name, name, argument),
      );
      kept[name] = {
        ...field,
        type: reference(field.type) as typeof field.type,
        args: Object.fromEntries(
          args.map(([key, one]) => [key, { ...one, type: reference(one.type) as typeof one.type }]),
        ),
      };
    }
    return kept;
  };
  const rebuild = (type: GraphQLNamedType): GraphQLNamedType => {
    if (isObjectType(type)) {
      return new GraphQLObjectType({
        ...type.toConfig(),
        interfaces: () => interfaces(type),
        fields: () => fields(type),
      });
    }
    if (isInterfaceType(type)) {
      return new GraphQLInterfaceType({
        ...type.toConfig(),
        interfaces: () => interfaces(type),
        fields: () => fields(type),
      });
    }
    if (isUnionType(type)) {
      const members = () =>
        type
          .getTypes()
          .filter((one) => visible.has(one.name))
          .map((one) => named(one))
          .filter(isObjectType);
      return new GraphQLUnionType({ ...type.toConfig(), types: members });
    }
    if (isInputObjectType(type)) {
      const kept = (): GraphQLInputFieldConfigMap =>
        Object.fromEntries(
          Object.entries(type.toConfig().fields)
            .filter(([name]) => !visible.hidesInput(type.name, name))
            .map(([name, one]) => [name, { ...one, type: reference(one.type) as typeof one.type }]),
        );
      return new GraphQLInputObjectType({ ...type.toConfig(), fields: kept });
    }
    return type;
  };

  const root = (type: GraphQLObjectType | null | undefined): GraphQLObjectType | undefined => {
    if (type === null || type === undefined) return undefined;
    const copy = named(type);
    return isObjectType(copy) ? copy : undefined;
  };
  const objects = Object.values(api.getTypeMap()).filter(
    (one) => isObjectType(one) && visible.has(one.name) && !one.name.startsWith("__"),
  );
  const reachable = objects.filter((one) => isObjectType(one) && one.getInterfaces().length > 0);
  const query = root(api.getQueryType());
  const mutation = root(api.getMutationType());
  const subscription = root(api.getSubscriptionType());
  return new GraphQLSchema({
    query: query ?? null,
    mutation: mutation !== undefined && Object.keys(mutation.getFields()).length > 0 ? mutation : null,
    subscription:
      subscription !== undefined && Object.keys(subscription.getFields()).length > 0 ? subscription : null,
    types: reachable.map((one) => named(one)),
    directives: api.getDirectives(),
    assumeValid: true,
  });
};

interface Visibility {
  has(type: string): boolean;
  hides(type: string, field: string): boolean;
  hidesArgument(type: string, field: string, argument: string): boolean;
  hidesInput(type: string, field: string): boolean;
}

/** A type with nothing visible in it is hidden, and so is whatever returns it: a fixed point. */
const visibleTypes = (
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
  for (const rule of rules.types.values()) {
    if (isHidden(rule.requirement) && !roots.has(rule.name)) hiddenTypes.add(rule.name);
  }
  const hides = (type: string, field: string): boolean => {
    const owner = rules.types.get(type);
    const rule = owner?.fields.get(field);
    if (owner === undefined || rule === undefined) return true;
    if (isHidden(owner.requirement) || isHidden(rule.requirement) || hiddenTypes.has(rule.type)) return true;
    return false;
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
