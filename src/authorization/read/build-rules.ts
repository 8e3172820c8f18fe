import { createHash } from "node:crypto";
import {
  type DocumentNode,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  type GraphQLUnionType,
  getNamedType,
  isInterfaceType,
  isObjectType,
  isUnionType,
} from "graphql";
import { ConfigError, type Problem } from "../../domain/errors.js";
import { OPEN, UNVERIFIED } from "../../domain/requirement.js";
import { type JoinTable, readJoins } from "../../graphql/joins.js";
import { Consumption } from "./consumption.js";
import { contextProblems } from "./context-arguments.js";
import { guardedKeyProblems } from "./guarded-keys.js";
import { type ReadGuardsOptions, readGuards } from "./guards.js";
import { inputRules } from "./input-rules.js";
import {
  type BaseRule,
  type FieldRule,
  type InputRule,
  OPEN_ID,
  type RequirementId,
  RequirementTable,
  type Rules,
  type TypeRule,
} from "./rules.js";

export interface BuildRulesOptions extends ReadGuardsOptions {
  /**
   * Subgraphs whose guards could not be compared: everything they could have guarded is denied (docs/spec/directive.md
   * §4.2).
   */
  readonly unverifiedSubgraphs: ReadonlySet<string>;
}

/**
 * Builds the rules table of a supergraph. Possible types come from the *full* schema, because guards of inaccessible
 * types apply too.
 *
 * @throws ConfigError with every unreadable guard; an unreadable guard never opens anything
 */
export const buildRules = (
  document: DocumentNode,
  schema: GraphQLSchema,
  options: BuildRulesOptions,
): Rules => {
  const guards = readGuards(document, options);
  const joins = readJoins(document);
  const problems: Problem[] = [...guards.problems, ...contextProblems(joins)];
  if (problems.length > 0) throw new ConfigError(problems);

  const table = new RequirementTable();
  const closed = closedCoordinates(schema, joins, options.unverifiedSubgraphs);
  const idAt = (coordinate: string): RequirementId => {
    const own = table.intern(guards.at.get(coordinate) ?? OPEN);
    return closed.has(coordinate) ? table.and([own, table.intern(UNVERIFIED)]) : own;
  };
  const typeGuard = new Map<string, RequirementId>();
  const possibleTypes = new Map<string, ReadonlySet<string>>();
  const composite: GraphQLNamedType[] = [];
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    typeGuard.set(type.name, table.and(familyOf(schema, type).map((one) => idAt(one.name))));
    if (isObjectType(type) || isInterfaceType(type) || isUnionType(type))
      possibleTypes.set(type.name, new Set(possibleTypesOf(schema, type)));
    if (isObjectType(type) || isInterfaceType(type) || isUnionType(type)) composite.push(type);
  }
  const guardOfType = (name: string): RequirementId => typeGuard.get(name) ?? OPEN_ID;
  const inputs = inputRules(schema, table, idAt, guardOfType);

  /** The same field on the type itself and on every type whose guards apply to it. */
  const lineage = (type: GraphQLObjectType | GraphQLInterfaceType, field: string) =>
    familyOf(schema, type).flatMap((one) => {
      const definition = one.getFields()[field];
      return definition === undefined
        ? []
        : [{ owner: one.name, returned: getNamedType(definition.type).name }];
    });

  const argumentRule = (owners: readonly string[], field: string, argument: GraphQLArgument): InputRule => {
    const named = getNamedType(argument.type);
    const own = owners.map((owner) => idAt(`${owner}.${field}(${argument.name}:)`));
    return {
      coordinate: `${owners[0] ?? ""}.${field}(${argument.name}:)`,
      requirement: table.and([...own, guardOfType(named.name)]),
      object: inputs.guardedObject(named.name),
    };
  };

  // First the requirements of each field itself, then those of its `@requires` inputs.
  const base = new Map<string, BaseRule>();
  for (const type of composite) {
    if (!isObjectType(type) && !isInterfaceType(type)) continue;
    for (const field of Object.values<GraphQLField<unknown, unknown>>(type.getFields())) {
      const sameFields = lineage(type, field.name);
      const owners = sameFields.map(({ owner }) => owner);
      const returned = getNamedType(field.type).name;
      base.set(`${type.name}.${field.name}`, {
        type: returned,
        shape: String(field.type).replace(returned, ""),
        requirement: table.and([
          ...owners.map((owner) => idAt(`${owner}.${field.name}`)),
          ...(isUnimplemented(schema, type) ? sameFields.map((one) => guardOfType(one.returned)) : []),
          guardOfType(returned),
        ]),
        arguments: new Map(field.args.map((one) => [one.name, argumentRule(owners, field.name, one)])),
        requires: owners.flatMap((owner) => joins.requires.get(`${owner}.${field.name}`) ?? []),
      });
    }
  }
  const consumption = new Consumption({ base, possibleTypes, typeGuard, inputs });
  const keys = new Map(joins.keys.map((key) => [key, consumption.ofKey(key)]));
  const takings = guardedKeyProblems({ joins, keys });
  if (takings.length > 0) throw new ConfigError(takings);

  const types = new Map<string, TypeRule>();
  for (const type of composite) {
    const fields = new Map<string, FieldRule>();
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const name of Object.keys(type.getFields())) {
        const coordinate = `${type.name}.${name}`;
        const rule = base.get(coordinate);
        if (rule === undefined) continue;
        const consumed = consumption.of(coordinate);
        fields.set(name, {
          coordinate,
          type: rule.type,
          shape: rule.shape,
          requirement: table.and([rule.requirement, ...consumed.requirements]),
          arguments: rule.arguments,
          consumes: consumed.coordinates,
          graphs: joins.fieldGraphs(type.name, name),
        });
      }
    }
    types.set(type.name, {
      name: type.name,
      kind: isObjectType(type) ? "object" : isInterfaceType(type) ? "interface" : "union",
      requirement: guardOfType(type.name),
      interfaces: isUnionType(type) ? [] : interfacesOf(type).map((one) => one.name),
      fields,
      graphs: joins.typeGraphs(type.name),
      interfaceObjectIn: joins.interfaceObjectIn(type.name),
    });
  }

  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return {
    requirements: table.requirements,
    types,
    inputs: inputs.fields,
    inputClosure: inputs.closure,
    possibleTypes,
    keyCoordinates: coordinatesOf(keys.values()),
    graphs: joins.graphs,
    roots: new Set(roots.flatMap((one) => (one ? [one.name] : []))),
    policies: table.policies(),
    guards: guards.at,
    digest: digestOf(types, table),
  };
};

/** Coordinates of all keys; guarded if they are guarded in one of them. */
const coordinatesOf = (keys: Iterable<ReadonlyMap<string, boolean>>): ReadonlyMap<string, boolean> => {
  const all = new Map<string, boolean>();
  for (const named of keys) {
    for (const [coordinate, isGuarded] of named)
      all.set(coordinate, isGuarded || all.get(coordinate) === true);
  }
  return all;
};

const interfacesOf = (type: GraphQLNamedType) =>
  isObjectType(type) || isInterfaceType(type) ? type.getInterfaces() : [];

/** An interface that no object type implements: only a subgraph with it as an `@interfaceObject` can return it. */
const isUnimplemented = (schema: GraphQLSchema, type: GraphQLNamedType): type is GraphQLInterfaceType =>
  isInterfaceType(type) && schema.getPossibleTypes(type).length === 0;

/** Interfaces below one, at all levels, that no object type implements. */
const unimplementedBelow = (
  schema: GraphQLSchema,
  type: GraphQLInterfaceType,
): readonly GraphQLInterfaceType[] =>
  schema.getImplementations(type).interfaces.filter((one) => isUnimplemented(schema, one));

/**
 * The possible runtime types at a position of this type: object types, and interfaces that no object type implements. A
 * subgraph with such an interface as an `@interfaceObject` returns its name wherever an interface above it is declared.
 */
const possibleTypesOf = (
  schema: GraphQLSchema,
  type: GraphQLObjectType | GraphQLInterfaceType | GraphQLUnionType,
): readonly string[] => {
  if (isObjectType(type)) return [type.name];
  const objects = schema.getPossibleTypes(type);
  if (isUnionType(type)) return objects.map((one) => one.name);
  const below = unimplementedBelow(schema, type);
  return [...objects, ...below, ...(objects.length === 0 ? [type] : [])].map((one) => one.name);
};

/**
 * The types whose guards apply to a type: the type itself and the interfaces above it. For an interface that no object
 * type implements, also the interfaces below it: `... on` selects them too, so a denied one cannot be excluded from a
 * fetch in another way.
 */
const familyOf = <Type extends GraphQLNamedType>(
  schema: GraphQLSchema,
  type: Type,
): readonly (Type | GraphQLInterfaceType)[] => {
  const above = interfacesOf(type);
  const below = isUnimplemented(schema, type) ? unimplementedBelow(schema, type) : [];
  if (below.length === 0) return above.length === 0 ? [type] : [type, ...above];
  return [...new Set([type, ...above, ...below, ...below.flatMap((one) => one.getInterfaces())])];
};

/**
 * Everything that an unverified subgraph could have guarded: its types, and the root fields that it resolves or resolved
 * before an `@override`. Only a lost guard on a *root type* is not covered: denying that type would deny the whole graph.
 */
const closedCoordinates = (
  schema: GraphQLSchema,
  joins: JoinTable,
  subgraphs: ReadonlySet<string>,
): ReadonlySet<string> => {
  const closed = new Set<string>();
  if (subgraphs.size === 0) return closed;
  const ours = (graph: string): boolean => subgraphs.has(joins.graphs.get(graph) ?? graph);
  const roots = new Set(
    [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((one) =>
      one ? [one.name] : [],
    ),
  );
  for (const type of Object.values(schema.getTypeMap())) {
    if (!joins.typeGraphs(type.name).some(ours)) continue;
    if (!roots.has(type.name)) closed.add(type.name);
    else if (isObjectType(type)) {
      for (const name of Object.keys(type.getFields())) {
        const former = [...joins.overridden(type.name, name)];
        if (joins.fieldGraphs(type.name, name).some(ours) || former.some((one) => subgraphs.has(one)))
          closed.add(`${type.name}.${name}`);
      }
    }
  }
  return closed;
};

const digestOf = (types: ReadonlyMap<string, TypeRule>, table: RequirementTable): string => {
  const hash = createHash("sha256").update(JSON.stringify(table.requirements));
  for (const name of [...types.keys()].sort()) {
    const type = types.get(name);
    if (type === undefined) continue;
    hash.update(`\n${name} ${type.requirement}`);
    for (const field of type.fields.values()) {
      hash.update(` ${field.coordinate}:${field.requirement}`);
      for (const [argument, rule] of field.arguments)
        hash.update(`(${argument}:${rule.requirement}:${rule.object ?? ""})`);
    }
  }
  return hash.digest("base64url");
};
