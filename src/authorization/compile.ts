import type {
  DocumentNode,
  FieldNode,
  GraphQLCompositeType,
  GraphQLSchema,
  OperationDefinitionNode,
  ValueNode,
} from "graphql";
import { OperationTypeNode } from "graphql";
import type { Requirement } from "../domain/requirement.js";
import { OPEN } from "../domain/requirement.js";
import { ALWAYS, isConditional } from "./conditions.js";
import { type OperationParts, operationParts } from "./operation.js";
import { possiblyAsked, readProvided, type Watcher } from "./provided.js";
import { type ReachedField, walkReach } from "./reach.js";
import { type InputRule, OPEN_ID, type RequirementId, type Rules } from "./rules.js";
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
  /** `field`: the selection itself. `position`: an object reached through it, by its own runtime type. */
  readonly kind: "field" | "position";
  readonly demands: readonly RequirementId[];
  /** Guards of the runtime type it stands on; they deny the position above, here they only keep it unfetched. */
  readonly parents: readonly RequirementId[];
  readonly watchers: readonly Watcher[];
}

export interface FieldInfo {
  readonly parent: GraphQLCompositeType;
  readonly types: TypeSet;
  /** Object types possible at the value; empty for leaves. */
  readonly below: TypeSet;
  readonly cells: readonly Cell[];
  readonly positions: readonly Cell[];
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
  readonly interfaces: AbstractMode;
  /** `Type.field` → mode of the abstract position it returns. */
  readonly positions: ReadonlyMap<string, AbstractMode>;
}

/** Compiles one operation, each selection judged once per runtime type, fragments never expanded. */
export const analyse = (
  context: CompileContext,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  forceStrict: boolean,
): Analysis => {
  const parts = operationParts(document, operation);
  return analyseParts(context, parts, forceStrict);
};

export const analyseParts = (
  context: CompileContext,
  parts: OperationParts,
  forceStrict: boolean,
): Analysis => {
  const { rules } = context;
  // The runtime type of a mutation's result is known only after the side effect (auth-directive §2).
  const strictOnly = forceStrict || parts.operation.operation !== OperationTypeNode.QUERY;
  const fields = new Map<FieldNode, FieldInfo>();
  const cells: Cell[] = [];
  const asked = new Set<RequirementId>();
  let conditional = false;
  const defaults = new Map<string, ValueNode>();
  for (const { variable, defaultValue } of parts.operation.variableDefinitions ?? []) {
    if (defaultValue !== undefined) defaults.set(variable.name.value, defaultValue);
  }

  const cell = (draft: Omit<Cell, "index">): readonly Cell[] => {
    const demands = distinct(draft.demands);
    const parents = distinct(draft.parents);
    if (demands.length === 0 && parents.length === 0 && draft.watchers.length === 0) return [];
    const made = { ...draft, demands, parents, index: cells.length };
    cells.push(made);
    for (const id of [...demands, ...parents]) asked.add(id);
    for (const watcher of draft.watchers) for (const id of possiblyAsked(rules, watcher)) asked.add(id);
    return [made];
  };

  const onField = (field: ReachedField, below: TypeSet): { readonly strict: boolean } => {
    const { node } = field;
    const coordinate = `${field.parent.name}.${node.name.value}`;
    const strictBelow = below.size > 0 && modeAt(context, field, coordinate, strictOnly) === "strict";
    const abstract = isAbstractHere(rules, field, below);
    const typeDemands = abstract ? groupTypes(rules, below) : new Map<RequirementId, TypeSet>();
    const absorbed = strictBelow ? [...typeDemands.keys()] : [];

    const classes = classesOf(rules, field);
    const merged = field.strict ? mergeClasses(classes, field.types) : classes;
    const own = merged.flatMap((one) => {
      const given = readProvided(rules, one.given, defaults);
      return cell({
        node,
        coordinate,
        types: one.types,
        kind: "field",
        demands: [...one.demands, ...given.always, ...absorbed],
        parents: one.parents,
        watchers: given.watchers,
      });
    });
    const positions = strictBelow
      ? []
      : [...typeDemands].flatMap(([demand, types]) =>
          cell({ node, coordinate, types, kind: "position", demands: [demand], parents: [], watchers: [] }),
        );
    fields.set(node, { parent: field.parent, types: field.types, below, cells: own, positions });
    return { strict: strictBelow };
  };

  walkReach({
    parts,
    schema: context.apiSchema,
    rules,
    includes: (selection) => {
      conditional ||= isConditional(selection);
      return ALWAYS(selection);
    },
    onField,
  });
  const demands = [...asked]
    .filter((id) => id !== OPEN_ID)
    .map((id) => ({ id, requirement: rules.requirements[id] ?? OPEN }));
  return { parts, fields, cells, demands, conditional, fellBackToStrict: forceStrict };
};

interface FieldClass {
  readonly types: TypeSet;
  readonly demands: readonly RequirementId[];
  readonly parents: readonly RequirementId[];
  readonly given: readonly { readonly rule: InputRule; readonly value: ValueNode }[];
}

/** Splits the runtime types of a selection by what it asks for on each. */
const classesOf = (rules: Rules, field: ReachedField): readonly FieldClass[] => {
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

const mergeClasses = (classes: readonly FieldClass[], types: TypeSet): readonly FieldClass[] => {
  if (classes.length < 2) return classes;
  return [
    {
      types,
      demands: classes.flatMap((one) => one.demands),
      parents: classes.flatMap((one) => one.parents),
      given: classes.flatMap((one) => one.given),
    },
  ];
};

/** Does the value have a runtime type of its own that the schema does not fix? */
const isAbstractHere = (rules: Rules, field: ReachedField, below: TypeSet): boolean => {
  if (below.size === 0) return false;
  for (const type of field.types) {
    const returned = rules.types.get(type)?.fields.get(field.node.name.value)?.type;
    if (returned !== undefined && rules.types.get(returned)?.kind !== "object") return true;
  }
  return false;
};

const groupTypes = (rules: Rules, types: TypeSet): ReadonlyMap<RequirementId, TypeSet> => {
  const groups = new Map<RequirementId, Set<string>>();
  for (const type of types) {
    const demand = rules.types.get(type)?.requirement ?? OPEN_ID;
    if (demand === OPEN_ID) continue;
    const group = groups.get(demand);
    if (group === undefined) groups.set(demand, new Set([type]));
    else group.add(type);
  }
  return groups;
};

const modeAt = (
  context: CompileContext,
  field: ReachedField,
  coordinate: string,
  strictOnly: boolean,
): AbstractMode => {
  if (strictOnly) return "strict";
  if (context.positions.size === 0) return context.interfaces;
  const settings = [
    coordinate,
    ...[...field.types].map((type) => `${type}.${field.node.name.value}`),
  ].flatMap((one) => context.positions.get(one) ?? []);
  if (settings.length === 0) return context.interfaces;
  return settings.includes("strict") ? "strict" : "precise";
};

const distinct = (ids: readonly RequirementId[]): readonly RequirementId[] =>
  [...new Set(ids)].filter((id) => id !== OPEN_ID);
