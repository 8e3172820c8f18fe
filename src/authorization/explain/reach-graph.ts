import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  isNullableType,
  isObjectType,
} from "graphql";
import type { AuthorizedGraph } from "../create-authorizer.js";
import { modeAt } from "../decide/compile.js";
import { NO_TYPES } from "../decide/type-sets.js";
import { type FieldRule, OPEN_ID, type RequirementId } from "../read/rules.js";

/** An argument or input field a client may give. */
export interface GivenNode {
  readonly coordinate: string;
  readonly requirement: RequirementId;
  readonly type: string;
  /** Without it the field cannot be asked for, or the object not be written. */
  readonly isRequired: boolean;
  /** Input object that has to be written out to give it; neither `null` nor an empty list will do. */
  readonly mustWrite: string | undefined;
  /** Input object that can be written out where it is given. */
  readonly object: string | undefined;
}

/** One name a field may be selected by: its own type's, or that of an interface which has it too. */
export interface FieldName {
  readonly coordinate: string;
  readonly required: readonly GivenNode[];
  readonly given: readonly GivenNode[];
}

/** A field on one runtime type. */
export interface FieldNode {
  readonly requirement: RequirementId;
  readonly type: string;
  /** Is its position judged as a whole in queries too? */
  readonly isStrict: boolean;
  readonly names: readonly FieldName[];
}

/** A runtime type clients can name. */
export interface TypeNode {
  readonly name: string;
  readonly requirement: RequirementId;
  readonly fields: readonly FieldNode[];
}

/** What can stand where a composite type is returned. */
export interface PositionNode {
  readonly requirement: RequirementId;
  readonly isAbstract: boolean;
  /** Can clients name the type? */
  readonly isKnown: boolean;
  /** Runtime types, those clients do not know included. */
  readonly possible: readonly { readonly name: string; readonly requirement: RequirementId }[];
}

export interface InputNode {
  readonly isOneOf: boolean;
  readonly fields: readonly GivenNode[];
}

/** What clients can ask for, with the guards of it: everything that is walked for every caller alike. */
export interface ReachGraph {
  readonly types: ReadonlyMap<string, TypeNode>;
  readonly inputs: ReadonlyMap<string, InputNode>;
  readonly positions: ReadonlyMap<string, PositionNode>;
  readonly query: string | undefined;
  /** Roots of mutations and subscriptions, where every position is judged as a whole. */
  readonly strictRoots: readonly string[];
}

/** Reads once what {@link reach} walks for each caller. */
export const reachGraphOf = (graph: AuthorizedGraph): ReachGraph => {
  const { rules, apiSchema } = graph;
  const types = new Map<string, TypeNode>();
  const inputs = new Map<string, InputNode>();
  const positions = new Map<string, PositionNode>();
  for (const { name, kind, requirement } of rules.types.values()) {
    const possible = [...(rules.possibleTypes.get(name) ?? NO_TYPES)].map((one) => ({
      name: one,
      requirement: rules.types.get(one)?.requirement ?? OPEN_ID,
    }));
    const isKnown = apiSchema.getType(name) !== undefined;
    positions.set(name, { requirement, isAbstract: kind !== "object", isKnown, possible });
  }
  for (const type of Object.values(apiSchema.getTypeMap())) {
    if (isInputObjectType(type)) {
      const own = rules.inputs.get(type.name);
      const fields = Object.values(type.getFields()).map((one) =>
        givenNode(one, `${type.name}.${one.name}`, own?.get(one.name)?.requirement, type.isOneOf),
      );
      inputs.set(type.name, { isOneOf: type.isOneOf, fields });
      continue;
    }
    const rule = rules.types.get(type.name);
    if (rule === undefined) continue;
    const { requirement } = rule;
    const possible = rules.possibleTypes.get(type.name) ?? NO_TYPES;
    if (!(isObjectType(type) || isInterfaceType(type)) || !possible.has(type.name)) continue;
    const fields = Object.values(type.getFields()).flatMap((field) => {
      const own = rule.fields.get(field.name);
      return own === undefined ? [] : [fieldNode(graph, type, field, own)];
    });
    types.set(type.name, { name: type.name, requirement, fields });
  }
  const nameOf = (root: { readonly name: string } | null | undefined) => (root ? [root.name] : []);
  return {
    types,
    inputs,
    positions,
    query: apiSchema.getQueryType()?.name,
    strictRoots: [apiSchema.getMutationType(), apiSchema.getSubscriptionType()].flatMap(nameOf),
  };
};

type Definition = GraphQLField<unknown, unknown>;

const fieldNode = (
  { rules, abstractModes }: AuthorizedGraph,
  type: GraphQLObjectType | GraphQLInterfaceType,
  field: Definition,
  rule: FieldRule,
): FieldNode => {
  const nameOn = (owner: string, definition: Definition): FieldName => {
    const given = definition.args.map((argument) =>
      givenNode(
        argument,
        `${owner}.${field.name}(${argument.name}:)`,
        rule.arguments.get(argument.name)?.requirement,
        false,
      ),
    );
    return { coordinate: `${owner}.${field.name}`, given, required: given.filter((one) => one.isRequired) };
  };
  const above = type.getInterfaces().flatMap((one) => {
    const same = one.getFields()[field.name];
    return same === undefined ? [] : [nameOn(one.name, same)];
  });
  return {
    requirement: rule.requirement,
    type: rule.type,
    isStrict: modeAt({ rules, ...abstractModes }, type.name, [type.name], field.name) === "strict",
    names: [nameOn(type.name, field), ...above],
  };
};

const givenNode = (
  definition: GraphQLArgument | GraphQLInputField,
  coordinate: string,
  requirement: RequirementId | undefined,
  isOneOf: boolean,
): GivenNode => {
  const { type } = definition;
  const named = getNamedType(type);
  const object = isInputObjectType(named) ? named.name : undefined;
  const inner = isNonNullType(type) ? type.ofType : type;
  // The one field of a `@oneOf` object may be left out, and never be null.
  const mayBeNull = isNullableType(type) && !isOneOf;
  return {
    coordinate,
    requirement: requirement ?? OPEN_ID,
    type: named.name,
    isRequired: isNonNullType(type) && definition.defaultValue === undefined,
    mustWrite: mayBeNull || inner !== named ? undefined : object,
    object,
  };
};
