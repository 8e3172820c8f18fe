import type { ConstDirectiveNode, ConstValueNode } from "graphql";
import { Kind, print } from "graphql";
import { type Alternatives, allOf, normalise, OPEN, type Requirement } from "../../domain/requirement.js";
import type { Seconds } from "../../domain/time.js";
import type { GuardKind } from "./guard-names.js";

/** Settings for reading guards; the same for every subgraph and the supergraph. */
export interface GuardReading {
  /** The window of `fresh: true`, in seconds. */
  readonly freshSeconds: Seconds;
  /** `cardea`: `@policy` implies a signed-in caller; `apollo`: it does not. */
  readonly policyImpliesAuth: boolean;
}

/** A problem of one guard. */
export interface LiteralProblem {
  readonly found: string;
  readonly allowed: string;
  readonly fix: string;
}

export type ReadGuard =
  | { readonly kind: "read"; readonly requirement: Requirement }
  | { readonly kind: "unreadable"; readonly problems: readonly LiteralProblem[] };

/** RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E ). */
const SCOPE_TOKEN = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/**
 * Reads one guard strictly. graphql-js would read `@auth(frsh: true)` as a bare `@auth`, and composers accept nested
 * `scopes`; everything that is not exactly as in the manual is unreadable.
 */
export const readGuard = (kind: GuardKind, node: ConstDirectiveNode, reading: GuardReading): ReadGuard => {
  const reader = new Reader(node);
  const requirement = READERS[kind](reader, reading);
  const problems = reader.finish();
  return problems.length > 0
    ? { kind: "unreadable", problems }
    : { kind: "read", requirement: allOf([requirement, OPEN]) };
};

const AUTHENTICATED: Requirement = { ...OPEN, authenticated: true };

const READERS: Record<GuardKind, (reader: Reader, reading: GuardReading) => Requirement> = {
  authenticated: () => AUTHENTICATED,
  requiresScopes: (reader) => ({ ...AUTHENTICATED, scopes: clause(reader.nested("scopes", true)) }),
  policy: (reader, reading) => ({
    ...OPEN,
    authenticated: reading.policyImpliesAuth,
    policies: clause(reader.nested("policies", false)),
  }),
  auth: (reader, reading) => {
    const fresh = reader.boolean("fresh");
    const maxAge = reader.positiveInt("maxAge");
    const scopes = reader.flat("scopes");
    const anyOf = reader.anyOf("anyOf");
    return {
      ...AUTHENTICATED,
      maxAgeSeconds: maxAge ?? (fresh ? reading.freshSeconds : undefined),
      scopes: [...(scopes.length === 0 ? [] : [normalise([scopes])]), ...clause(anyOf)],
    };
  },
};

const clause = (alternatives: Alternatives | undefined): readonly Alternatives[] =>
  alternatives === undefined ? [] : [normalise(alternatives)];

class Reader {
  readonly #values = new Map<string, ConstValueNode>();
  readonly #read = new Set<string>();
  readonly #problems: LiteralProblem[] = [];
  readonly #node: ConstDirectiveNode;

  constructor(node: ConstDirectiveNode) {
    this.#node = node;
    for (const { name, value } of node.arguments ?? []) {
      if (this.#values.has(name.value)) {
        this.#fail(`argument "${name.value}" twice`, "each argument once", `keep one "${name.value}"`);
      }
      this.#values.set(name.value, value);
    }
  }

  boolean(name: string): boolean {
    const value = this.#take(name);
    if (value === undefined) return false;
    if (value.kind === Kind.BOOLEAN) return value.value;
    this.#wrong(name, value, "true or false");
    return false;
  }

  positiveInt(name: string): number | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    const seconds = value.kind === Kind.INT ? Number(value.value) : Number.NaN;
    if (Number.isSafeInteger(seconds) && seconds > 0 && seconds <= 0x7fffffff) return seconds;
    this.#wrong(name, value, "a positive whole number of seconds");
    return undefined;
  }

  /** A string or a flat list of strings. Nested lists are refused: that is `anyOf`. */
  flat(name: string): readonly string[] {
    const value = this.#take(name);
    if (value === undefined) return [];
    if (value.kind === Kind.STRING) return [this.#scope(name, value.value, true)];
    if (value.kind !== Kind.LIST) {
      this.#wrong(name, value, "a string or a flat list of strings");
      return [];
    }
    return value.values.flatMap((item) => {
      if (item.kind === Kind.STRING) return [this.#scope(name, item.value, true)];
      this.#wrong(name, value, "a flat list of strings, all of which are needed; use anyOf for alternatives");
      return [];
    });
  }

  /** A string, a flat list (each item is an alternative) or a list of lists; not empty at any level. */
  anyOf(name: string): Alternatives | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    if (value.kind === Kind.STRING) return [[this.#scope(name, value.value, true)]];
    if (value.kind === Kind.LIST && value.values.every((item) => item.kind === Kind.STRING)) {
      return this.#notEmpty(
        name,
        value,
        value.values.flatMap((item) =>
          item.kind === Kind.STRING ? [[this.#scope(name, item.value, true)]] : [],
        ),
      );
    }
    return this.#listOfLists(name, value, true);
  }

  /** Apollo's form, a list of lists. A flat or empty list is refused, because other implementations read it as open. */
  nested(name: string, scopes: boolean): Alternatives | undefined {
    const value = this.#take(name);
    if (value !== undefined) return this.#listOfLists(name, value, scopes);
    this.#fail(`no argument "${name}"`, "a list of lists of strings", `give ${name}: [["…"]]`);
    return undefined;
  }

  finish(): readonly LiteralProblem[] {
    for (const name of this.#values.keys()) {
      if (this.#read.has(name)) continue;
      const known = [...this.#read].join(", ") || "no arguments";
      this.#fail(`unknown argument "${name}"`, known, `remove or correct "${name}"`);
    }
    return this.#problems;
  }

  #listOfLists(name: string, value: ConstValueNode, scopes: boolean): Alternatives | undefined {
    const shape = "a non-empty list of non-empty lists of strings";
    if (value.kind !== Kind.LIST) {
      this.#wrong(name, value, shape);
      return undefined;
    }
    const alternatives: string[][] = [];
    for (const group of value.values) {
      if (group.kind !== Kind.LIST || group.values.length === 0) {
        this.#wrong(name, value, shape);
        return undefined;
      }
      const names: string[] = [];
      for (const item of group.values) {
        if (item.kind !== Kind.STRING) {
          this.#wrong(name, value, shape);
          return undefined;
        }
        names.push(this.#scope(name, item.value, scopes));
      }
      alternatives.push(names);
    }
    return this.#notEmpty(name, value, alternatives);
  }

  #notEmpty(name: string, value: ConstValueNode, alternatives: Alternatives): Alternatives | undefined {
    if (alternatives.length > 0) return alternatives;
    this.#wrong(name, value, "at least one alternative: an empty OR admits nobody, or elsewhere everybody");
    return undefined;
  }

  #scope(argument: string, text: string, scopeToken: boolean): string {
    if (scopeToken ? !SCOPE_TOKEN.test(text) : text === "") {
      this.#fail(
        `"${text}" in ${argument}`,
        scopeToken ? "scope tokens of RFC 6749 §3.3: printable, without space, quote or backslash" : "a name",
        text.includes(" ") ? `write two entries instead of "${text}"` : "correct the spelling",
      );
    }
    return text;
  }

  #take(name: string): ConstValueNode | undefined {
    this.#read.add(name);
    return this.#values.get(name);
  }

  #wrong(name: string, value: ConstValueNode, allowed: string): void {
    this.#fail(`${name}: ${print(value)}`, allowed, `correct "${name}" of @${this.#node.name.value}`);
  }

  #fail(found: string, allowed: string, fix: string): void {
    this.#problems.push({ found, allowed, fix });
  }
}
