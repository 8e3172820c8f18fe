import type { FieldNode, GraphQLCompositeType, GraphQLSchema, ValueNode } from "graphql";
import { OperationTypeNode } from "graphql";
import type { Requirement } from "../../domain/requirement.js";
import { OPEN } from "../../domain/requirement.js";
import { type InputRule, OPEN_ID, type RequirementId, type Rules } from "../read/rules.js";
import { ALWAYS, type Includes, isConditional } from "./conditions.js";
import type { OperationParts } from "./operation.js";
import { possibleRequirements, readProvided, type VariableGuard } from "./provided.js";
import { type ReachedField, walkReach } from "./reach.js";
import type { TypeSet } from "./type-sets.js";

export type AbstractMode = "precise" | "strict";

/**
 * One guarded selection: a field selection on those runtime types for which its requirements are the same. Its denial
 * is one bit of the decision vector.
 */
export interface GuardedSelection {
  readonly index: number;
  readonly node: FieldNode;
  /** As written: the type the selection was validated against, and the field. */
  readonly coordinate: string;
  readonly types: TypeSet;
  /**
   * `field`: the field selection itself. `position`: an object that is the field's value, by its own runtime type.
   * `whole`: the selection on every runtime type, denied when one of its {@link parts} is denied (strict mode).
   * `every`: the selection on every runtime type, denied when all of its {@link parts} are denied. Then no possible
   * value may be seen, so the field is not fetched at all.
   */
  readonly kind: "field" | "position" | "whole" | "every";
  readonly demands: readonly RequirementId[];
  /** Guards of the parent's runtime type. They deny the position above; here they only prevent the fetch. */
  readonly parents: readonly RequirementId[];
  readonly variableGuards: readonly VariableGuard[];
  /** The selections that a denied `whole` or `every` selection includes; they are not reported separately then. */
  readonly parts: readonly GuardedSelection[];
}

export interface FieldInfo {
  readonly parent: GraphQLCompositeType;
  readonly types: TypeSet;
  /** Object types possible at the value; empty for leaves. */
  readonly below: TypeSet;
  readonly guardedSelections: readonly GuardedSelection[];
  readonly positions: readonly GuardedSelection[];
  /** Set when the selection is decided in strict mode and something in it is guarded. */
  readonly whole: GuardedSelection | undefined;
  /** Set in a query when every possible object type of the value is guarded and decided separately. */
  readonly every: GuardedSelection | undefined;
}

/** The requirements of one operation. It is immutable and does not depend on caller, variables or time. */
export interface Analysis {
  readonly parts: OperationParts;
  readonly fields: ReadonlyMap<FieldNode, FieldInfo>;
  readonly guardedSelections: readonly GuardedSelection[];
  /** Distinct requirements that the operation can have, by id; each is decided once per request. */
  readonly demands: readonly { readonly id: RequirementId; readonly requirement: Requirement }[];
  /** At least one selection has `@skip` or `@include`. */
  readonly conditional: boolean;
  /** Abstract positions were decided in strict mode although the setting is `precise`. */
  readonly fellBackToStrict: boolean;
}

export interface CompileContext {
  readonly rules: Rules;
  /** The schema for clients. A selection outside it is refused here, even if validation was skipped. */
  readonly apiSchema: GraphQLSchema;
  /** With inaccessible elements, because a rewritten document may name inaccessible types. */
  readonly fullSchema: GraphQLSchema;
  readonly interfaces: AbstractMode;
  /** `Type.field` → mode of the abstract position it returns. */
  readonly positions: ReadonlyMap<string, AbstractMode>;
}

/**
 * Compiles one operation. Each selection is analysed once per runtime type, and fragments are never expanded.
 *
 * Mutations and subscriptions need no `whole` selections. A denial on any runtime type already refuses the whole
 * operation, because the runtime type is known only after the side effect (docs/spec/directive.md §2.5).
 *
 * @param forceStrict - use strict mode for every abstract position, whatever the setting is
 * @param includes - which selections to analyse; default all, independent of variables
 */
export const analyse = (
  context: CompileContext,
  parts: OperationParts,
  forceStrict: boolean,
  includes: Includes = ALWAYS,
): Analysis => {
  const { rules } = context;
  const isQuery = parts.operation.operation === OperationTypeNode.QUERY;
  const fields = new Map<FieldNode, FieldInfo>();
  const guardedSelections: GuardedSelection[] = [];
  const requirementIds = new Set<RequirementId>();
  const classCache: ClassCache = new Map();
  let conditional = false;
  const defaults = new Map<string, ValueNode>();
  for (const { variable, defaultValue } of parts.operation.variableDefinitions ?? []) {
    if (defaultValue !== undefined) defaults.set(variable.name.value, defaultValue);
  }

  const addSelection = (draft: Omit<GuardedSelection, "index">): readonly GuardedSelection[] => {
    const demands = distinct(draft.demands);
    const parents = distinct(draft.parents);
    const requiresNothing = demands.length === 0 && parents.length === 0 && draft.variableGuards.length === 0;
    if (requiresNothing && draft.parts.length === 0) return [];
    const made = { ...draft, demands, parents, index: guardedSelections.length };
    guardedSelections.push(made);
    for (const id of [...demands, ...parents]) requirementIds.add(id);
    for (const variableGuard of draft.variableGuards)
      for (const id of possibleRequirements(rules, variableGuard)) requirementIds.add(id);
    return [made];
  };

  const onField = (field: ReachedField, below: TypeSet): { readonly strict: boolean } => {
    const { node, types } = field;
    const coordinate = `${field.parent.name}.${node.name.value}`;
    const strictBelow =
      isQuery &&
      below.size > 0 &&
      (forceStrict || modeAt(context, field.parent.name, types, node.name.value) === "strict");
    const common = { node, coordinate, parents: [], variableGuards: [], parts: [] };
    const guardedSelections = classesOf(rules, field, classCache).flatMap((one) => {
      const given = readProvided(rules, one.given, defaults);
      const demands = [...one.demands, ...given.always];
      return addSelection({
        ...common,
        ...one,
        kind: "field",
        demands,
        variableGuards: given.variableGuards,
      });
    });
    const positions = [...positionDemands(rules, field, below)].flatMap(([demand, group]) =>
      addSelection({ ...common, types: group, kind: "position", demands: [demand] }),
    );
    const judgedWhole = [
      ...(field.strict ? guardedSelections.filter(hasOwnRequirements) : []),
      ...(strictBelow ? positions : []),
    ];
    const [whole] =
      judgedWhole.length > 0
        ? addSelection({ ...common, types, kind: "whole", demands: [], parts: judgedWhole })
        : [];
    const isGuardedThroughout = isQuery && !strictBelow && covers(positions, below);
    const [every] = isGuardedThroughout
      ? addSelection({ ...common, types, kind: "every", demands: [], parts: positions })
      : [];
    fields.set(node, {
      parent: field.parent,
      types,
      below,
      guardedSelections: guardedSelections.length === 0 ? NO_SELECTIONS : guardedSelections,
      positions: positions.length === 0 ? NO_SELECTIONS : positions,
      whole,
      every,
    });
    return { strict: strictBelow };
  };

  walkReach({
    parts,
    schema: context.apiSchema,
    rules,
    includes: (selection) => {
      conditional ||= isConditional(selection);
      return includes(selection);
    },
    onField,
  });
  const demands = [...requirementIds]
    .filter((id) => id !== OPEN_ID)
    .map((id) => ({ id, requirement: rules.requirements[id] ?? OPEN }));
  return { parts, fields, guardedSelections, demands, conditional, fellBackToStrict: forceStrict };
};

/** Is every possible object type of the value guarded by one of the positions? Their types do not overlap. */
const covers = (positions: readonly GuardedSelection[], below: TypeSet): boolean =>
  positions.length > 0 && positions.reduce((count, { types }) => count + types.size, 0) === below.size;

/** Shared by the many selections without guards. */
const NO_SELECTIONS: readonly GuardedSelection[] = [];

/** Has the selection requirements of its own? Others only prevent the fetch of a type that is denied at its position. */
export const hasOwnRequirements = (selection: GuardedSelection): boolean =>
  selection.demands.length > 0 || selection.variableGuards.length > 0 || selection.parts.length > 0;

interface FieldClass {
  readonly types: TypeSet;
  readonly demands: readonly RequirementId[];
  readonly parents: readonly RequirementId[];
  readonly given: readonly { readonly rule: InputRule; readonly value: ValueNode }[];
}

/** Classes of selections without guarded arguments, by reached types and field name. */
type ClassCache = Map<TypeSet, Map<string, readonly FieldClass[]>>;

/**
 * Groups the runtime types of a selection by their requirements. The result is cached during one compilation:
 * thousands of aliases on an interface with a thousand types would otherwise need millions of look-ups.
 */
const classesOf = (rules: Rules, field: ReachedField, cache: ClassCache): readonly FieldClass[] => {
  const name = field.node.name.value;
  if ((field.node.arguments ?? []).length > 0) return splitByDemand(rules, field);
  const byName = cache.get(field.types) ?? new Map<string, readonly FieldClass[]>();
  const classes = byName.get(name) ?? splitByDemand(rules, field);
  byName.set(name, classes);
  cache.set(field.types, byName);
  return classes;
};

const splitByDemand = (rules: Rules, field: ReachedField): readonly FieldClass[] => {
  const name = field.node.name.value;
  const classes = new Map<string, { types: Set<string>; first: Omit<FieldClass, "types"> }>();
  for (const type of field.types) {
    const owner = rules.types.get(type);
    const rule = owner?.fields.get(name);
    if (owner === undefined || rule === undefined) continue;
    const given = (field.node.arguments ?? []).flatMap((argument) => {
      const found = rule.arguments.get(argument.name.value);
      const guarded = found !== undefined && (found.requirement !== OPEN_ID || found.object !== undefined);
      return guarded ? [{ rule: found, value: argument.value }] : [];
    });
    // A root type has no position, so its guard applies to each of its fields.
    const isRoot = rules.roots.has(type);
    const demands = isRoot ? [rule.requirement, owner.requirement] : [rule.requirement];
    const parents = isRoot ? [] : [owner.requirement];
    const key = `${demands.join()}|${parents.join()}|${given.map((one) => `${one.rule.requirement}:${one.rule.object ?? ""}`).join()}`;
    const known = classes.get(key);
    if (known === undefined) classes.set(key, { types: new Set([type]), first: { demands, parents, given } });
    else known.types.add(type);
  }
  const only = classes.size === 1 ? [...classes.values()][0] : undefined;
  // Reuse the same set object, so that later identity comparisons succeed.
  if (only !== undefined && only.types.size === field.types.size)
    return [{ ...only.first, types: field.types }];
  return [...classes.values()].map(({ types, first }) => ({ ...first, types }));
};

const NO_DEMANDS: ReadonlyMap<RequirementId, TypeSet> = new Map();

/** The guards of the possible object types of an abstract field: requirement → types. */
const positionDemands = (
  rules: Rules,
  field: ReachedField,
  below: TypeSet,
): ReadonlyMap<RequirementId, TypeSet> => {
  const isAbstract = [...(below.size === 0 ? [] : field.types)].some((type) => {
    const returned = rules.types.get(type)?.fields.get(field.node.name.value)?.type;
    return returned !== undefined && rules.types.get(returned)?.kind !== "object";
  });
  if (!isAbstract) return NO_DEMANDS;
  const groups = new Map<RequirementId, Set<string>>();
  for (const type of below) {
    const demand = rules.types.get(type)?.requirement ?? OPEN_ID;
    if (demand === OPEN_ID) continue;
    const group = groups.get(demand);
    if (group === undefined) groups.set(demand, new Set([type]));
    else group.add(type);
  }
  return groups;
};

/** Mode of each position an authorizer judges. */
export type AbstractModes = Pick<CompileContext, "interfaces" | "positions">;

/**
 * A setting for an interface field also applies to this field of all its implementations.
 *
 * @param parent - the type the field is selected on
 * @param types - what the object can be
 */
export const modeAt = (
  { rules, interfaces, positions }: AbstractModes & Pick<CompileContext, "rules">,
  parent: string,
  types: Iterable<string>,
  field: string,
): AbstractMode => {
  if (positions.size === 0) return interfaces;
  const owners = new Set(
    [parent, ...types].flatMap((type) => [type, ...(rules.types.get(type)?.interfaces ?? [])]),
  );
  const settings = [...owners].flatMap((type) => positions.get(`${type}.${field}`) ?? []);
  if (settings.length === 0) return interfaces;
  return settings.includes("strict") ? "strict" : "precise";
};

const distinct = (ids: readonly RequirementId[]): readonly RequirementId[] =>
  [...new Set(ids)].filter((id) => id !== OPEN_ID);
