import {
  type DocumentNode,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLNamedType,
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from "graphql";
import { buildRules } from "../authorization/read/build-rules.js";
import { OPEN_ID, type RequirementId, type Rules } from "../authorization/read/rules.js";
import { apiSchemaOf, fullSchemaOf } from "../authorization/read/schemas.js";
import { type GuardSettings, guardReading } from "../authorization/settings.js";
import { allOf, OPEN, type Requirement } from "../domain/requirement.js";
import { supergraphNames } from "./federation-names.js";

/** The effective requirements of a supergraph, by coordinate. Root types have their default names. */
export interface Effective {
  /** Every coordinate → its guards, those of its parent type, inherited ones, and those of its `@requires` inputs. */
  readonly at: ReadonlyMap<string, Requirement>;
  /** Unreachable coordinates: they are `@inaccessible` or part of an inaccessible element. */
  readonly hidden: ReadonlySet<string>;
  /** Field, argument or input field → its named type. */
  readonly types: ReadonlyMap<string, string>;
  /** Coordinate of a `@key` → `true` if a caller who may see the entity may lack its requirement. */
  readonly keys: ReadonlyMap<string, boolean>;
  /** Abstract type → its possible types. */
  readonly below: ReadonlyMap<string, ReadonlySet<string>>;
}

/**
 * Reads a supergraph as the gateway does, with the same settings.
 *
 * @throws ConfigError when a guard cannot be read
 */
export const effectiveOf = (supergraph: DocumentNode, settings: GuardSettings): Effective => {
  const schema = fullSchemaOf(supergraph);
  const rules = buildRules(supergraph, schema, {
    ...guardReading(settings),
    unverifiedSubgraphs: new Set(),
  });
  const nameOf = supergraphNames(supergraph);
  const usual = (coordinate: string): string => coordinate.replace(/^\w+/, (type) => nameOf(type));
  const at = new Map([...demands(rules, schema)].map(([coordinate, demand]) => [usual(coordinate), demand]));
  const types = new Map([...typesIn(schema)].map(([coordinate, type]) => [usual(coordinate), nameOf(type)]));
  const visible = new Set([...coordinatesIn(apiSchemaOf(supergraph))].map(usual));
  const hidden = new Set([...at.keys()].filter((coordinate) => !visible.has(coordinate)));
  const below = new Map<string, ReadonlySet<string>>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isAbstractType(type)) continue;
    const interfaces = isInterfaceType(type) ? schema.getImplementations(type).interfaces : [];
    below.set(type.name, new Set([...schema.getPossibleTypes(type), ...interfaces].map(({ name }) => name)));
  }
  return { at, hidden, types, keys: rules.keyCoordinates, below };
};

function* demands(rules: Rules, schema: GraphQLSchema): Generator<readonly [string, Requirement]> {
  const all = (ids: readonly RequirementId[]): Requirement =>
    allOf([OPEN, ...ids.filter((id) => id !== OPEN_ID).map((id) => rules.requirements[id] ?? OPEN)]);
  for (const type of rules.types.values()) {
    yield [type.name, all([type.requirement])];
    for (const field of type.fields.values()) {
      const whole = [type.requirement, field.requirement];
      yield [field.coordinate, all(whole)];
      for (const argument of field.arguments.values()) {
        yield [argument.coordinate, all([...whole, argument.requirement])];
      }
    }
  }
  for (const type of namedTypes(schema)) {
    if (rules.types.has(type.name)) continue;
    // Guards of scalars, enums and input objects apply where these are used; here only the declared guards count.
    yield [type.name, rules.guards.get(type.name) ?? OPEN];
    for (const value of isEnumType(type) ? type.getValues() : []) yield [`${type.name}.${value.name}`, OPEN];
    for (const field of rules.inputs.get(type.name)?.values() ?? []) {
      yield [field.coordinate, all([field.requirement])];
    }
  }
}

function* typesIn(schema: GraphQLSchema): Generator<readonly [string, string]> {
  for (const type of namedTypes(schema)) {
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue;
    for (const field of Object.values<GraphQLField<unknown, unknown> | GraphQLInputField>(type.getFields())) {
      const coordinate = `${type.name}.${field.name}`;
      yield [coordinate, namedTypeOf(field.type)];
      for (const argument of "args" in field ? field.args : []) {
        yield [`${coordinate}(${argument.name}:)`, namedTypeOf(argument.type)];
      }
    }
  }
}

function* coordinatesIn(schema: GraphQLSchema): Generator<string> {
  for (const [coordinate] of typesIn(schema)) yield coordinate;
  for (const type of namedTypes(schema)) {
    yield type.name;
    for (const value of isEnumType(type) ? type.getValues() : []) yield `${type.name}.${value.name}`;
  }
}

const namedTypeOf = (type: GraphQLType): string => getNamedType(type).name;

const namedTypes = (schema: GraphQLSchema): readonly GraphQLNamedType[] =>
  Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith("__"));
