import type { ValueNode } from "graphql";
import { Kind } from "graphql";
import { type InputRule, OPEN_ID, type RequirementId, type Rules } from "../read/rules.js";
import type { Variables } from "./conditions.js";

/** The guard of a variable: the variable's presence or content decides which requirements apply. */
export interface VariableGuard {
  readonly variable: string;
  /** Applies when the variable is provided, explicit null included. */
  readonly requirement: RequirementId;
  /** The guarded input object type of the raw value, whose fields are checked. */
  readonly object: string | undefined;
  /** Requirements of the operation's own default, used when the client sends no value. A schema default has none. */
  readonly fallback: readonly RequirementId[];
}

/** The guards of provided arguments: those that always apply, and those that depend on a variable. */
export interface Provided {
  readonly always: ReadonlySet<RequirementId>;
  readonly variableGuards: readonly VariableGuard[];
}

/** Reads the guards of a list of arguments, in literals at any depth. Each variable becomes a {@link VariableGuard}. */
export const readProvided = (
  rules: Rules,
  given: readonly { readonly rule: InputRule; readonly value: ValueNode }[],
  defaults: ReadonlyMap<string, ValueNode>,
): Provided => {
  const always = new Set<RequirementId>();
  const variableGuards: VariableGuard[] = [];

  const addVariableGuard = (
    variable: string,
    requirement: RequirementId,
    object: string | undefined,
  ): void => {
    if (requirement === OPEN_ID && object === undefined) return;
    const literal = defaults.get(variable);
    const fallback = new Set<RequirementId>();
    if (literal !== undefined) {
      fallback.add(requirement);
      // A default contains no variables (GraphQL §2.10), so its requirements are constant.
      if (object !== undefined) walk(literal, object, fallback);
    }
    variableGuards.push({ variable, requirement, object, fallback: [...fallback] });
  };

  const provide = (rule: InputRule, value: ValueNode, into: Set<RequirementId>): void => {
    if (value.kind === Kind.VARIABLE) {
      addVariableGuard(value.name.value, rule.requirement, rule.object);
      return;
    }
    into.add(rule.requirement);
    if (rule.object !== undefined) walk(value, rule.object, into);
  };

  const walk = (value: ValueNode, object: string, into: Set<RequirementId>): void => {
    if (value.kind === Kind.VARIABLE) addVariableGuard(value.name.value, OPEN_ID, object);
    if (value.kind === Kind.LIST) for (const item of value.values) walk(item, object, into);
    if (value.kind !== Kind.OBJECT) return;
    for (const field of value.fields) {
      const rule = rules.inputs.get(object)?.get(field.name.value);
      if (rule !== undefined) provide(rule, field.value, into);
    }
  };

  for (const { rule, value } of given) provide(rule, value, always);
  always.delete(OPEN_ID);
  return { always, variableGuards };
};

/** Every requirement that the guard of a variable can have. */
export const possibleRequirements = (
  rules: Rules,
  variableGuard: VariableGuard,
): readonly RequirementId[] => [
  variableGuard.requirement,
  ...variableGuard.fallback,
  ...(variableGuard.object === undefined ? [] : (rules.inputClosure.get(variableGuard.object) ?? [])),
];

/**
 * The requirements of a variable's guard for these raw variables. They are raw because coercion adds schema defaults,
 * which the client did not provide. The walk is not recursive, because the client controls the depth.
 */
export const requirementsFor = (
  rules: Rules,
  variableGuard: VariableGuard,
  variables: Variables,
): readonly RequirementId[] => {
  if (!Object.hasOwn(variables, variableGuard.variable)) return variableGuard.fallback;
  const found = new Set<RequirementId>([variableGuard.requirement]);
  if (variableGuard.object === undefined) return [...found];
  const pending: { readonly value: unknown; readonly object: string }[] = [
    { value: variables[variableGuard.variable], object: variableGuard.object },
  ];
  // JSON has no cycles, but a caller in the same process may pass one.
  const seen = new Map<string, Set<unknown>>();
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { value, object } = next;
    if (typeof value !== "object" || value === null) continue;
    const known = seen.get(object) ?? new Set();
    if (known.has(value)) continue;
    seen.set(object, known.add(value));
    if (Array.isArray(value)) {
      for (const item of value as readonly unknown[]) pending.push({ value: item, object });
      continue;
    }
    const fields = rules.inputs.get(object);
    for (const [name, below] of Object.entries(value)) {
      const rule = fields?.get(name);
      if (rule === undefined) continue;
      found.add(rule.requirement);
      if (rule.object !== undefined) pending.push({ value: below, object: rule.object });
    }
  }
  return [...found];
};
