import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
} from "graphql";
import { contributingCoordinates, lineage } from "../authorization/explain/origins.js";
import { type AuthorizedGraph, changesCredential } from "../authorization/index.js";
import { OPEN_ID, type RequirementId, type Rules } from "../authorization/read/rules.js";
import { allOf, OPEN, type Requirement } from "../domain/requirement.js";
import { byText } from "./listed.js";
import type { AccessMember, AccessType } from "./model.js";

/** A coordinate before its numbers are known. */
export interface Draft {
  readonly coordinate: string;
  readonly isHidden: boolean;
  readonly requirement: Requirement;
  /** The coordinate that says who reaches it: its own, or the enum of a value. */
  readonly reachedAs: string;
  /** Where the guards that make up the demand may be written. */
  readonly guardedAt: readonly string[];
}

export interface MemberDraft extends Draft, Pick<AccessMember, "kind" | "changesCredential"> {}

export interface TypeDraft extends Draft, Pick<AccessType, "kind" | "root"> {
  readonly members: readonly MemberDraft[];
}

/** Every type of the graph with its members, those clients do not know included; sorted. */
export const draftsOf = (graph: AuthorizedGraph): readonly TypeDraft[] =>
  Object.values(graph.fullSchema.getTypeMap())
    .filter((type) => !type.name.startsWith("__") && !isSpecifiedScalarType(type))
    .sort((left, right) => byText(left.name, right.name))
    .map((type) => typeDraft(graph, type));

const typeDraft = (graph: AuthorizedGraph, type: GraphQLNamedType): TypeDraft => {
  const { rules, apiSchema } = graph;
  const rule = rules.types.get(type.name);
  return {
    coordinate: type.name,
    kind: kindOf(type),
    reachedAs: type.name,
    root: rootOf(graph.fullSchema, type.name),
    isHidden: apiSchema.getType(type.name) === undefined,
    requirement:
      rule === undefined ? (rules.guards.get(type.name) ?? OPEN) : demandOf(rules, [rule.requirement]),
    guardedAt: [...guardsOfType(rules, type.name)],
    members: [...membersOf(graph, type)].sort((left, right) => byText(left.coordinate, right.coordinate)),
  };
};

function* membersOf(graph: AuthorizedGraph, type: GraphQLNamedType): Generator<MemberDraft> {
  const { rules, apiSchema } = graph;
  const known = apiSchema.getType(type.name);
  if (isEnumType(type)) {
    const values = isEnumType(known) ? known : undefined;
    for (const { name } of type.getValues()) {
      yield {
        coordinate: `${type.name}.${name}`,
        kind: "enumValue",
        reachedAs: type.name,
        changesCredential: false,
        isHidden: values?.getValue(name) === undefined,
        requirement: rules.guards.get(type.name) ?? OPEN,
        guardedAt: [type.name],
      };
    }
  }
  if (isInputObjectType(type)) {
    const fields = isInputObjectType(known) ? known.getFields() : {};
    for (const { name, type: fieldType } of Object.values(type.getFields())) {
      const coordinate = `${type.name}.${name}`;
      yield {
        coordinate,
        kind: "inputField",
        reachedAs: coordinate,
        changesCredential: false,
        isHidden: fields[name] === undefined,
        requirement: demandOf(rules, [rules.inputs.get(type.name)?.get(name)?.requirement ?? OPEN_ID]),
        guardedAt: [coordinate, getNamedType(fieldType).name],
      };
    }
  }
  const rule = rules.types.get(type.name);
  if (rule === undefined || !(isObjectType(type) || isInterfaceType(type))) return;
  const fields = isObjectType(known) || isInterfaceType(known) ? known.getFields() : {};
  const family = [...guardsOfType(rules, type.name)];
  const isMutation = rootOf(graph.fullSchema, type.name) === "mutation";
  for (const field of Object.values(type.getFields())) {
    const own = rule.fields.get(field.name);
    if (own === undefined) continue;
    const whole = [rule.requirement, own.requirement];
    // Most fields ask for nothing, and then nobody asked.
    const isOpen = whole.every((id) => id === OPEN_ID);
    const guardedAt = isOpen
      ? []
      : [...family, ...family.flatMap((one) => contributingCoordinates(rules, one, field.name)), own.type];
    yield {
      coordinate: own.coordinate,
      kind: "field",
      reachedAs: own.coordinate,
      changesCredential: isMutation && changesCredential(field.name),
      isHidden: fields[field.name] === undefined,
      requirement: demandOf(rules, whole),
      guardedAt,
    };
    for (const argument of field.args) {
      const given = own.arguments.get(argument.name);
      const coordinate = `${own.coordinate}(${argument.name}:)`;
      const named = getNamedType(argument.type).name;
      const owners = [...guardsOfType(rules, type.name)].map(
        (one) => `${one}.${field.name}(${argument.name}:)`,
      );
      yield {
        coordinate,
        kind: "argument",
        reachedAs: coordinate,
        changesCredential: false,
        isHidden: fields[field.name]?.args.some(({ name }) => name === argument.name) !== true,
        requirement: demandOf(rules, [...whole, given?.requirement ?? OPEN_ID]),
        guardedAt: [...guardedAt, ...owners, named],
      };
    }
  }
}

const demandOf = (rules: Rules, ids: readonly RequirementId[]): Requirement => {
  const distinct = [...new Set(ids)].filter((id) => id !== OPEN_ID);
  return distinct.length === 0 ? OPEN : joined(rules, distinct);
};

/** Equal lists have one and the same answer, which is then numbered without being compared. */
const JOINED = new WeakMap<Rules, Map<string, Requirement>>();

const joined = (rules: Rules, ids: readonly RequirementId[]): Requirement => {
  const all = JOINED.get(rules) ?? new Map<string, Requirement>();
  JOINED.set(rules, all);
  const key = ids.join();
  const made = all.get(key) ?? allOf(ids.map((id) => rules.requirements[id] ?? OPEN));
  all.set(key, made);
  return made;
};

/**
 * Types whose guards count for one: itself and the interfaces above it; for an interface no object type implements also those
 * below it.
 */
const guardsOfType = (rules: Rules, type: string): ReadonlySet<string> => {
  const possible = rules.possibleTypes.get(type);
  const isInterface = rules.types.get(type)?.kind === "interface";
  const below = isInterface && possible?.has(type) === true ? [...possible] : [];
  return new Set([type, ...below].flatMap((one) => lineage(rules, one)));
};

const kindOf = (type: GraphQLNamedType): AccessType["kind"] => {
  if (isObjectType(type)) return "object";
  if (isInterfaceType(type)) return "interface";
  if (isUnionType(type)) return "union";
  if (isEnumType(type)) return "enum";
  return isInputObjectType(type) ? "input" : "scalar";
};

const rootOf = (schema: GraphQLSchema, name: string): AccessType["root"] => {
  if (schema.getQueryType()?.name === name) return "query";
  if (schema.getMutationType()?.name === name) return "mutation";
  return schema.getSubscriptionType()?.name === name ? "subscription" : null;
};
