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

/** Place of a coordinate in {@link ReachGraph.coordinates}. */
export type Place = number;

/** An argument or input field a client may give. */
export interface GivenNode {
  readonly at: Place;
  readonly requirement: RequirementId;
  /** Its named type. */
  readonly type: Place;
  /** Without it the field cannot be asked for, or the object not be written. */
  readonly isRequired: boolean;
  /** Input object that has to be written out to give it; neither `null` nor an empty list will do. */
  readonly mustWrite: Place | undefined;
  /** Input object that can be written out where it is given. */
  readonly object: Place | undefined;
}

/** One name a field may be selected by: its own type's, or that of an interface which has it too. */
export interface FieldName {
  readonly at: Place;
  readonly required: readonly GivenNode[];
  readonly given: readonly GivenNode[];
}

/** A field on one runtime type. */
export interface FieldNode {
  readonly requirement: RequirementId;
  readonly type: Place;
  /** Is its position judged as a whole in queries too? */
  readonly isStrict: boolean;
  readonly names: readonly FieldName[];
}

/** A runtime type clients can name. */
export interface TypeNode {
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
  readonly possible: readonly { readonly at: Place; readonly requirement: RequirementId }[];
}

export interface InputNode {
  readonly isOneOf: boolean;
  readonly fields: readonly GivenNode[];
}

/** What clients can ask for, with the guards of it: everything that is walked for every caller alike. */
export interface ReachGraph {
  /** Numbered, since thousands of them are walked for each of hundreds of callers. */
  readonly coordinates: readonly string[];
  readonly types: ReadonlyMap<Place, TypeNode>;
  readonly inputs: ReadonlyMap<Place, InputNode>;
  readonly positions: ReadonlyMap<Place, PositionNode>;
  readonly query: Place | undefined;
  /** Roots of mutations and subscriptions, where every position is judged as a whole. */
  readonly strictRoots: readonly Place[];
}

type PlaceOf = (coordinate: string) => Place;

/** Reads once what {@link reach} walks for each caller. */
export const reachGraphOf = (graph: AuthorizedGraph): ReachGraph => {
  const { rules, apiSchema } = graph;
  const coordinates: string[] = [];
  const places = new Map<string, Place>();
  const placeOf: PlaceOf = (coordinate) => {
    const known = places.get(coordinate);
    if (known !== undefined) return known;
    const place = coordinates.push(coordinate) - 1;
    places.set(coordinate, place);
    return place;
  };
  const types = new Map<Place, TypeNode>();
  const inputs = new Map<Place, InputNode>();
  const positions = new Map<Place, PositionNode>();
  for (const { name, kind, requirement } of rules.types.values()) {
    const possible = [...(rules.possibleTypes.get(name) ?? NO_TYPES)].map((one) => ({
      at: placeOf(one),
      requirement: rules.types.get(one)?.requirement ?? OPEN_ID,
    }));
    const isKnown = apiSchema.getType(name) !== undefined;
    positions.set(placeOf(name), { requirement, isAbstract: kind !== "object", isKnown, possible });
  }
  for (const type of Object.values(apiSchema.getTypeMap())) {
    if (isInputObjectType(type)) {
      const own = rules.inputs.get(type.name);
      const fields = Object.values(type.getFields()).map((one) =>
        givenNode(placeOf, one, `${type.name}.${one.name}`, own?.get(one.name)?.requirement, type.isOneOf),
      );
      inputs.set(placeOf(type.name), { isOneOf: type.isOneOf, fields });
      continue;
    }
    const rule = rules.types.get(type.name);
    if (rule === undefined) continue;
    const possible = rules.possibleTypes.get(type.name) ?? NO_TYPES;
    if (!(isObjectType(type) || isInterfaceType(type)) || !possible.has(type.name)) continue;
    const fields = Object.values(type.getFields()).flatMap((field) => {
      const own = rule.fields.get(field.name);
      return own === undefined ? [] : [fieldNode(graph, placeOf, type, field, own)];
    });
    types.set(placeOf(type.name), { requirement: rule.requirement, fields });
  }
  const rootsOf = (root: { readonly name: string } | null | undefined) => (root ? [placeOf(root.name)] : []);
  const [query] = rootsOf(apiSchema.getQueryType());
  return {
    coordinates,
    types,
    inputs,
    positions,
    query,
    strictRoots: [apiSchema.getMutationType(), apiSchema.getSubscriptionType()].flatMap(rootsOf),
  };
};

type Definition = GraphQLField<unknown, unknown>;

const fieldNode = (
  { rules, abstractModes }: AuthorizedGraph,
  placeOf: PlaceOf,
  type: GraphQLObjectType | GraphQLInterfaceType,
  field: Definition,
  rule: FieldRule,
): FieldNode => {
  const nameOn = (owner: string, definition: Definition): FieldName => {
    const given = definition.args.map((argument) =>
      givenNode(
        placeOf,
        argument,
        `${owner}.${field.name}(${argument.name}:)`,
        rule.arguments.get(argument.name)?.requirement,
        false,
      ),
    );
    return { at: placeOf(`${owner}.${field.name}`), given, required: given.filter((one) => one.isRequired) };
  };
  const above = type.getInterfaces().flatMap((one) => {
    const same = one.getFields()[field.name];
    return same === undefined ? [] : [nameOn(one.name, same)];
  });
  return {
    requirement: rule.requirement,
    type: placeOf(rule.type),
    isStrict: modeAt({ rules, ...abstractModes }, type.name, [type.name], field.name) === "strict",
    names: [nameOn(type.name, field), ...above],
  };
};

const givenNode = (
  placeOf: PlaceOf,
  definition: GraphQLArgument | GraphQLInputField,
  coordinate: string,
  requirement: RequirementId | undefined,
  isOneOf: boolean,
): GivenNode => {
  const { type } = definition;
  const named = getNamedType(type);
  const object = isInputObjectType(named) ? placeOf(named.name) : undefined;
  const inner = isNonNullType(type) ? type.ofType : type;
  // The one field of a `@oneOf` object may be left out, and never be null.
  const mayBeNull = isNullableType(type) && !isOneOf;
  return {
    at: placeOf(coordinate),
    requirement: requirement ?? OPEN_ID,
    type: placeOf(named.name),
    isRequired: isNonNullType(type) && definition.defaultValue === undefined,
    mustWrite: mayBeNull || inner !== named ? undefined : object,
    object,
  };
};
