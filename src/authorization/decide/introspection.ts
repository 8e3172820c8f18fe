import type {
  GraphQLFieldConfigMap,
  GraphQLInputFieldConfigMap,
  GraphQLNamedType,
  GraphQLType,
} from "graphql";
import {
  GraphQLDirective,
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
import type { Principal } from "../../domain/principal.js";
import { judge, type Requirement } from "../../domain/requirement.js";
import { OPEN_ID, type RequirementId, type Rules } from "../read/rules.js";
import { visibleTypes } from "./visibility.js";

/** Maximum number of cached schemas per snapshot; the least recently used is removed first. */
const MAX_VARIANTS = 64;

/**
 * Creates a function that returns the schema for a caller, without the elements whose scopes or sign-in the caller
 * lacks. Freshness and policies are ignored: they may change quickly, and tools read the schema only once.
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
    const variant = variants.get(key) ?? filterSchema(rules, api, (id) => id !== OPEN_ID && hidden.has(id));
    // A map iterates in insertion order, so its first key is the least recently used.
    variants.delete(key);
    variants.set(key, variant);
    for (const oldest of variants.keys()) {
      if (variants.size <= MAX_VARIANTS) break;
      variants.delete(oldest);
    }
    return variant;
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
  /** A type keeps an interface only if it still has all visible fields of it; else the schema would be invalid. */
  const interfaces = (type: GraphQLObjectType | GraphQLInterfaceType) =>
    type
      .getInterfaces()
      .filter((one) => visible.has(one.name))
      .filter((one) =>
        Object.keys(one.getFields()).every(
          (field) => visible.hides(one.name, field) || !visible.hides(type.name, field),
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

  /** Copies a directive, since its arguments may have input types and a schema must not contain two copies of a type. */
  const directive = (one: GraphQLDirective): GraphQLDirective => {
    const config = one.toConfig();
    const args = Object.entries(config.args).map(([name, argument]) => [
      name,
      { ...argument, type: reference(argument.type) as typeof argument.type },
    ]);
    return new GraphQLDirective({ ...config, args: Object.fromEntries(args) });
  };

  const root = (type: GraphQLObjectType | null | undefined): GraphQLObjectType | null => {
    const copy = type === null || type === undefined ? undefined : named(type);
    return isObjectType(copy) ? copy : null;
  };
  const unlessEmpty = (type: GraphQLObjectType | null): GraphQLObjectType | null =>
    type !== null && Object.keys(type.getFields()).length > 0 ? type : null;
  // Implementations that are reachable only through interfaces must be listed explicitly.
  const implementations = Object.values(api.getTypeMap())
    .filter(isObjectType)
    .filter((one) => one.getInterfaces().length > 0 && visible.has(one.name));
  return new GraphQLSchema({
    query: root(api.getQueryType()),
    mutation: unlessEmpty(root(api.getMutationType())),
    subscription: unlessEmpty(root(api.getSubscriptionType())),
    types: implementations.map(named),
    directives: api.getDirectives().map(directive),
    assumeValid: true,
  });
};
