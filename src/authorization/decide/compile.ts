import type { FieldNode, GraphQLCompositeType, GraphQLSchema, ValueNode } from "graphql";
import { OperationTypeNode } from "graphql";
import type { Requirement } from "../../domain/requirement.js";
import { OPEN } from "../../domain/requirement.js";
import { type InputRule, OPEN_ID, type RequirementId, type Rules } from "../read/rules.js";
import { ALWAYS, type Includes, isConditional } from "./conditions.js";
import type { OperationParts } from "./operation.js";
import { possiblyAsked, readProvided, type Watcher } from "./provided.js";
import { type ReachedField, walkReach } from "./reach.js";
import type { TypeSet } from "./type-sets.js";

export type AbstractMode = "precise" | "strict";

/**
 * One guarded selection: a field selection on those runtime types for which it asks the same. Its denial is one
 * bit of the decision vector.
 */
export interface Cell {
  readonly index: number;
  readonly node: FieldNode;
  /** As written: the type the selection was validated against, and the field. */
  readonly coordinate: string;
  readonly types: TypeSet;
  /**
   * `field`: the selection itself. `position`: an object reached through it, by its own runtime type. `whole`:
   * the selection on every runtime type, denied as soon as one of its {@link parts} is (strict mode). `every`: the
   * selection on every runtime type, denied when all of its {@link parts} are: then no object it could bring may be
   * seen, and not even whether there is one is asked.
   */
  readonly kind: "field" | "position" | "whole" | "every";
  readonly demands: readonly RequirementId[];
  /** Guards of the runtime type it stands on; they deny the position above, here they only keep it unfetched. */
  readonly parents: readonly RequirementId[];
  readonly watchers: readonly Watcher[];
  /** Cells a `whole` or `every` one answers for when it is denied; they are not told by themselves then. */
  readonly parts: readonly Cell[];
}

export interface FieldInfo {
  readonly parent: GraphQLCompositeType;
  readonly types: TypeSet;
  /** Object types possible at the value; empty for leaves. */
  readonly below: TypeSet;
  readonly cells: readonly Cell[];
  readonly positions: readonly Cell[];
  /** Set where the selection is judged strictly and something about it is guarded. */
  readonly whole: Cell | undefined;
  /** Set in a query where each object type possible at the value is guarded, and judged by itself. */
  readonly every: Cell | undefined;
}

/** What one operation asks for. Immutable, and independent of caller, variables and time. */
export interface Analysis {
  readonly parts: OperationParts;
  readonly fields: ReadonlyMap<FieldNode, FieldInfo>;
  readonly cells: readonly Cell[];
  /** Distinct requirements the operation can ask for, by id; judged once per request. */
  readonly demands: readonly { readonly id: RequirementId; readonly requirement: Requirement }[];
  /** Some selection stands under `@skip` or `@include`. */
  readonly conditional: boolean;
  /** Abstract positions were judged strictly although the setting is `precise`. */
  readonly fellBackToStrict: boolean;
}

export interface CompileContext {
  readonly rules: Rules;
  /** What clients see: a selection outside it is refused here, whoever skipped validation. */
  readonly apiSchema: GraphQLSchema;
  /** With what clients do not see: a rewritten document names inaccessible types. */
  readonly fullSchema: GraphQLSchema;
  readonly interfaces: AbstractMode;
  /** `Type.field` → mode of the abstract position it returns. */
  readonly positions: ReadonlyMap<string, AbstractMode>;
}

/**
 * Compiles one operation, each selection judged once per runtime type, fragments never expanded.
 *
 * Mutations and subscriptions need no strict cells: whatever could be denied on any runtime type refuses the
 * operation, which is strict already (the runtime type is known only after the side effect, docs/spec/directive.md
 * §2.5).
 *
 * @param forceStrict - judge every abstract position strictly, whatever the setting
 * @param includes - selections to look at; default all, whatever the variables are
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
  const cells: Cell[] = [];
  const asked = new Set<RequirementId>();
  const classCache: ClassCache = new Map();
  let conditional = false;
  const defaults = new Map<string, ValueNode>();
  for (const { variable, defaultValue } of parts.operation.variableDefinitions ?? []) {
    if (defaultValue !== undefined) defaults.set(variable.name.value, defaultValue);
  }

  const cell = (draft: Omit<Cell, "index">): readonly Cell[] => {
    const demands = distinct(draft.demands);
    const parents = distinct(draft.parents);
    const asksNothing = demands.length === 0 && parents.length === 0 && draft.watchers.length === 0;
    if (asksNothing && draft.parts.length === 0) return [];
    const made = { ...draft, demands, parents, index: cells.length };
    cells.push(made);
    for (const id of [...demands, ...parents]) asked.add(id);
    for (const watcher of draft.watchers) for (const id of possiblyAsked(rules, watcher)) asked.add(id);
    return [made];
  };

  const onField = (field: ReachedField, below: TypeSet): { readonly strict: boolean } => {
    const { node, types } = field;
    const coordinate = `${field.parent.name}.${node.name.value}`;
    const strictBelow = isQuery && below.size > 0 && (forceStrict || modeAt(context, field) === "strict");
    const common = { node, coordinate, parents: [], watchers: [], parts: [] };
    const cells = classesOf(rules, field, classCache).flatMap((one) => {
      const given = readProvided(rules, one.given, defaults);
      const demands = [...one.demands, ...given.always];
      return cell({ ...common, ...one, kind: "field", demands, watchers: given.watchers });
    });
    const positions = [...positionDemands(rules, field, below)].flatMap(([demand, group]) =>
      cell({ ...common, types: group, kind: "position", demands: [demand] }),
    );
    const judgedWhole = [
      ...(field.strict ? cells.filter(asksItself) : []),
      ...(strictBelow ? positions : []),
    ];
    const [whole] =
      judgedWhole.length > 0
        ? cell({ ...common, types, kind: "whole", demands: [], parts: judgedWhole })
        : [];
    const isGuardedThroughout = isQuery && !strictBelow && covers(positions, below);
    const [every] = isGuardedThroughout
      ? cell({ ...common, types, kind: "every", demands: [], parts: positions })
      : [];
    fields.set(node, {
      parent: field.parent,
      types,
      below,
      cells: cells.length === 0 ? NO_CELLS : cells,
      positions: positions.length === 0 ? NO_CELLS : positions,
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
  const demands = [...asked]
    .filter((id) => id !== OPEN_ID)
    .map((id) => ({ id, requirement: rules.requirements[id] ?? OPEN }));
  return { parts, fields, cells, demands, conditional, fellBackToStrict: forceStrict };
};

/** Is each object type possible at the value guarded by one of the cells? Their types do not overlap. */
const covers = (positions: readonly Cell[], below: TypeSet): boolean =>
  positions.length > 0 && positions.reduce((count, { types }) => count + types.size, 0) === below.size;

/** Most selections have none; they share it. */
const NO_CELLS: readonly Cell[] = [];

/** Some cells only keep a denied runtime type unfetched; what denies it is told at the position above. */
export const asksItself = (cell: Cell): boolean =>
  cell.demands.length > 0 || cell.watchers.length > 0 || cell.parts.length > 0;

interface FieldClass {
  readonly types: TypeSet;
  readonly demands: readonly RequirementId[];
  readonly parents: readonly RequirementId[];
  readonly given: readonly { readonly rule: InputRule; readonly value: ValueNode }[];
}

/** Classes of selections without guarded arguments, by reached types and field name. */
type ClassCache = Map<TypeSet, Map<string, readonly FieldClass[]>>;

/**
 * Splits the runtime types of a selection by what it asks for on each. Remembered while an operation is compiled:
 * thousands of aliases on an interface of a thousand types would otherwise ask millions of times.
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
    // A root type is not a position of its own: its guard belongs to each of its fields.
    const isRoot = rules.roots.has(type);
    const demands = isRoot ? [rule.requirement, owner.requirement] : [rule.requirement];
    const parents = isRoot ? [] : [owner.requirement];
    const key = `${demands.join()}|${parents.join()}|${given.map((one) => `${one.rule.requirement}:${one.rule.object ?? ""}`).join()}`;
    const known = classes.get(key);
    if (known === undefined) classes.set(key, { types: new Set([type]), first: { demands, parents, given } });
    else known.types.add(type);
  }
  const only = classes.size === 1 ? [...classes.values()][0] : undefined;
  // Sharing the reached set itself keeps identity comparisons working further on.
  if (only !== undefined && only.types.size === field.types.size)
    return [{ ...only.first, types: field.types }];
  return [...classes.values()].map(({ types, first }) => ({ ...first, types }));
};

const NO_DEMANDS: ReadonlyMap<RequirementId, TypeSet> = new Map();

/** Guards of the object types possible below, where the schema leaves the type open: demand → types. */
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

/** What is set for a field of an interface holds for the same field of everything below it, and for both names. */
const modeAt = (context: CompileContext, field: ReachedField): AbstractMode => {
  if (context.positions.size === 0) return context.interfaces;
  const owners = new Set(
    [field.parent.name, ...field.types].flatMap((type) => [
      type,
      ...(context.rules.types.get(type)?.interfaces ?? []),
    ]),
  );
  const settings = [...owners].flatMap(
    (type) => context.positions.get(`${type}.${field.node.name.value}`) ?? [],
  );
  if (settings.length === 0) return context.interfaces;
  return settings.includes("strict") ? "strict" : "precise";
};

const distinct = (ids: readonly RequirementId[]): readonly RequirementId[] =>
  [...new Set(ids)].filter((id) => id !== OPEN_ID);
