import type { ValueNode } from "graphql";
import { Kind } from "graphql";
import { type InputRule, OPEN_ID, type RequirementId, type Rules } from "../read/rules.js";
import type { Variables } from "./conditions.js";

/** A variable whose presence or content decides whether a guard on an input applies. */
export interface Watcher {
  readonly variable: string;
  /** Asked for as soon as the variable is provided, explicit null included. */
  readonly requirement: RequirementId;
  /** Guarded input object to look into, in the raw value. */
  readonly object: string | undefined;
  /** What the operation's own default provides when the client sends nothing; a schema default provides nothing. */
  readonly fallback: readonly RequirementId[];
}

/** Guards on what one argument provides: those always met and those a variable decides. */
export interface Provided {
  readonly always: ReadonlySet<RequirementId>;
  readonly watchers: readonly Watcher[];
}

/** Reads what a list of arguments provides, in literals at any depth; variables become watchers. */
export const readProvided = (
  rules: Rules,
  given: readonly { readonly rule: InputRule; readonly value: ValueNode }[],
  defaults: ReadonlyMap<string, ValueNode>,
): Provided => {
  const always = new Set<RequirementId>();
  const watchers: Watcher[] = [];

  const watch = (variable: string, requirement: RequirementId, object: string | undefined): void => {
    if (requirement === OPEN_ID && object === undefined) return;
    const literal = defaults.get(variable);
    const fallback = new Set<RequirementId>();
    if (literal !== undefined) {
      fallback.add(requirement);
      // A default holds no variables (GraphQL §2.10), so it provides the same thing every time.
      if (object !== undefined) walk(literal, object, fallback);
    }
    watchers.push({ variable, requirement, object, fallback: [...fallback] });
  };

  const provide = (rule: InputRule, value: ValueNode, into: Set<RequirementId>): void => {
    if (value.kind === Kind.VARIABLE) {
      watch(value.name.value, rule.requirement, rule.object);
      return;
    }
    into.add(rule.requirement);
    if (rule.object !== undefined) walk(value, rule.object, into);
  };

  const walk = (value: ValueNode, object: string, into: Set<RequirementId>): void => {
    if (value.kind === Kind.VARIABLE) watch(value.name.value, OPEN_ID, object);
    if (value.kind === Kind.LIST) for (const item of value.values) walk(item, object, into);
    if (value.kind !== Kind.OBJECT) return;
    for (const field of value.fields) {
      const rule = rules.inputs.get(object)?.get(field.name.value);
      if (rule !== undefined) provide(rule, field.value, into);
    }
  };

  for (const { rule, value } of given) provide(rule, value, always);
  always.delete(OPEN_ID);
  return { always, watchers };
};

/** Every requirement a watcher could ever ask for. */
export const possiblyAsked = (rules: Rules, watcher: Watcher): readonly RequirementId[] => [
  watcher.requirement,
  ...watcher.fallback,
  ...(watcher.object === undefined ? [] : (rules.inputClosure.get(watcher.object) ?? [])),
];

/**
 * What a watcher asks for with these raw variables. Raw, because coercion fills in schema defaults, which nobody
 * provided. Walks without recursion: depth is the client's.
 */
export const asked = (rules: Rules, watcher: Watcher, variables: Variables): readonly RequirementId[] => {
  if (!Object.hasOwn(variables, watcher.variable)) return watcher.fallback;
  const found = new Set<RequirementId>([watcher.requirement]);
  if (watcher.object === undefined) return [...found];
  const pending: { readonly value: unknown; readonly object: string }[] = [
    { value: variables[watcher.variable], object: watcher.object },
  ];
  // JSON holds no cycles, but a caller in the same process might hand one in.
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
