import type { ErrorCode } from "./errors.js";
import type { Principal } from "./principal.js";
import type { Seconds, UnixSeconds } from "./time.js";

/** OR of ANDs of names; never empty, and no alternative is empty. */
export type Alternatives = readonly (readonly string[])[];

/**
 * What a caller must bring. Everything inside is AND, and combining two requirements is AND again, so a
 * requirement can only ever grow: nothing is weakened by a second subgraph, an interface or a repetition.
 */
export interface Requirement {
  /** False only for {@link OPEN} and for `@policy` configured the way Apollo reads it. */
  readonly authenticated: boolean;
  /** `now - auth_time` must not exceed this; `undefined` asks for no freshness. */
  readonly maxAgeSeconds: Seconds | undefined;
  /** Every one of these must hold. */
  readonly scopes: readonly Alternatives[];
  /** Every one of these must hold; the names are policy functions of the operator. */
  readonly policies: readonly Alternatives[];
  /** False where a guard may have been lost and cannot be checked: nobody passes until it can. */
  readonly verified: boolean;
}

/** Asks for nothing. */
export const OPEN: Requirement = {
  authenticated: false,
  maxAgeSeconds: undefined,
  scopes: [],
  policies: [],
  verified: true,
};

/** Nobody passes, whoever they are (auth-directive §4: a subgraph that did not answer). */
export const UNVERIFIED: Requirement = { ...OPEN, verified: false };

/** A verdict by precedence (auth-directive §5): a new login cannot cure a missing scope. */
export const VERDICTS = [
  "GRANTED",
  "SERVICE_UNAVAILABLE",
  "STEP_UP_REQUIRED",
  "FORBIDDEN",
  "UNAUTHENTICATED",
] as const;
export type Verdict = (typeof VERDICTS)[number];
export type DenialCode = Exclude<Verdict, "GRANTED"> & ErrorCode;

/** The verdict that is told when both apply. */
export const worse = (left: Verdict, right: Verdict): Verdict =>
  VERDICTS.indexOf(left) >= VERDICTS.indexOf(right) ? left : right;

/** What a requirement is judged by. */
export interface Facts {
  readonly principal: Principal;
  readonly nowSeconds: UnixSeconds;
  /** The revocation view is stale, so nothing that asks for freshness passes (sessions §5). */
  readonly degraded: boolean;
  /** A policy nobody registered, or that is undecided, late or throwing, is false. */
  readonly policy: (name: string) => boolean;
}

/** An `auth_time` further ahead than this is not believed. */
const FUTURE_SKEW_SECONDS: Seconds = 60;

/** Judges one requirement. Total: malformed claims mean no scopes and a stale login, never an exception. */
export const judge = (requirement: Requirement, facts: Facts): Verdict => {
  const { principal } = facts;
  if (requirement.authenticated && principal.kind !== "user") return "UNAUTHENTICATED";
  const { scopes, policies, maxAgeSeconds } = requirement;
  if (scopes.length > 0) {
    const held = principal.kind === "user" ? principal.scopes : NO_SCOPES;
    for (const alternatives of scopes) {
      if (!alternatives.some((all) => all.every((scope) => held.has(scope)))) return "FORBIDDEN";
    }
  }
  for (const alternatives of policies) {
    if (!alternatives.some((all) => all.every((name) => facts.policy(name)))) return "FORBIDDEN";
  }
  if (maxAgeSeconds !== undefined) {
    if (!isFresh(principal, maxAgeSeconds, facts.nowSeconds)) return "STEP_UP_REQUIRED";
    if (facts.degraded) return "SERVICE_UNAVAILABLE";
  }
  return requirement.verified ? "GRANTED" : "SERVICE_UNAVAILABLE";
};

const NO_SCOPES: ReadonlySet<string> = new Set();

/** Did the caller prove who they are within `maxAgeSeconds`, inclusive? A missing or odd `auth_time` is stale. */
export const isFresh = (principal: Principal, maxAgeSeconds: Seconds, nowSeconds: UnixSeconds): boolean => {
  if (principal.kind !== "user") return false;
  const { authTime } = principal;
  if (authTime === undefined || !Number.isSafeInteger(authTime) || authTime < 0) return false;
  const age = nowSeconds - authTime;
  return age <= maxAgeSeconds && age >= -FUTURE_SKEW_SECONDS;
};

/** Does it ask for anything at all? */
export const isOpen = (requirement: Requirement): boolean =>
  !requirement.authenticated &&
  requirement.verified &&
  requirement.maxAgeSeconds === undefined &&
  requirement.scopes.length === 0 &&
  requirement.policies.length === 0;

/** The conjunction, in one normal form: equal demands give equal text in {@link requirementKey}. */
export const allOf = (requirements: readonly Requirement[]): Requirement => {
  const first = requirements[0];
  if (first === undefined) return OPEN;
  if (requirements.length === 1) return first;
  const ages = requirements.flatMap((one) => (one.maxAgeSeconds === undefined ? [] : [one.maxAgeSeconds]));
  return {
    authenticated: requirements.some((one) => one.authenticated),
    maxAgeSeconds: ages.length === 0 ? undefined : Math.min(...ages),
    scopes: mergeClauses(requirements.map((one) => one.scopes)),
    policies: mergeClauses(requirements.map((one) => one.policies)),
    verified: requirements.every((one) => one.verified),
  };
};

/** A canonical text of the requirement: same text, same meaning. Scope tokens hold no quote (RFC 6749 §3.3). */
export const requirementKey = (requirement: Requirement): string =>
  JSON.stringify([
    requirement.authenticated,
    requirement.maxAgeSeconds ?? null,
    requirement.scopes,
    requirement.policies,
    requirement.verified,
  ]);

/** Sorts and deduplicates the names inside and the alternatives themselves; drops alternatives that are implied. */
export const normalise = (alternatives: Alternatives): Alternatives => {
  const sorted = alternatives.map((all) => [...new Set(all)].sort());
  sorted.sort((left, right) => left.length - right.length || compare(left.join(" "), right.join(" ")));
  const kept: (readonly string[])[] = [];
  for (const candidate of sorted) {
    const names = new Set(candidate);
    if (!kept.some((smaller) => smaller.every((name) => names.has(name)))) kept.push(candidate);
  }
  return kept;
};

/** At most this many alternatives are kept while multiplying out: an answer to a client, never a decision. */
const WORKING_ALTERNATIVES = 16;

/**
 * The AND of several OR-of-ANDs as one minimal OR-of-ANDs, shortest first.
 *
 * @param limit - how many alternatives to return at most; used for what we tell, never for what we decide
 */
export const disjunctiveForm = (clauses: readonly Alternatives[], limit: number): Alternatives => {
  let product: Alternatives = [[]];
  for (const clause of clauses) {
    product = normalise(product.flatMap((left) => clause.map((right) => [...left, ...right]))).slice(
      0,
      WORKING_ALTERNATIVES,
    );
  }
  return product.length === 1 && product[0]?.length === 0 ? [] : product.slice(0, limit);
};

/**
 * Is `actual` at least as strict as `demanded`: does everybody who meets the first also meet the second?
 * Where the answer would need too many alternatives it is no, which refuses and never opens.
 */
export const covers = (actual: Requirement, demanded: Requirement): boolean =>
  (actual.authenticated || !demanded.authenticated) &&
  (demanded.maxAgeSeconds === undefined ||
    (actual.maxAgeSeconds !== undefined && actual.maxAgeSeconds <= demanded.maxAgeSeconds)) &&
  (demanded.verified || !actual.verified) &&
  impliesAll(actual.scopes, demanded.scopes) &&
  impliesAll(actual.policies, demanded.policies);

const impliesAll = (actual: readonly Alternatives[], demanded: readonly Alternatives[]): boolean =>
  demanded.every(
    (clause) => actual.some((one) => implies(one, clause)) || implies(productOf(actual), clause),
  );

/** Every way of meeting `left` also meets `right`. */
const implies = (left: Alternatives, right: Alternatives): boolean =>
  left.length > 0 && left.every((all) => right.some((needed) => needed.every((name) => all.includes(name))));

/** The full product, or nothing (which implies nothing) when it would be large. */
const productOf = (clauses: readonly Alternatives[]): Alternatives => {
  const size = clauses.reduce((product, clause) => product * clause.length, 1);
  if (size > 4096 || clauses.length === 0) return [];
  return clauses.reduce<Alternatives>(
    (product, clause) => product.flatMap((left) => clause.map((right) => [...left, ...right])),
    [[]],
  );
};

const compare = (left: string, right: string): number => (left < right ? -1 : left > right ? 1 : 0);

const mergeClauses = (groups: readonly (readonly Alternatives[])[]): readonly Alternatives[] => {
  const byText = new Map<string, Alternatives>();
  // Clauses that are a plain AND are folded into one, so `scopes: ["a"]` twice over reads as one list.
  const plain = new Set<string>();
  for (const clause of groups.flat()) {
    if (clause.length === 1) for (const name of clause[0] ?? []) plain.add(name);
    else byText.set(JSON.stringify(clause), clause);
  }
  const rest = [...byText.entries()]
    .sort(([left], [right]) => compare(left, right))
    .map(([, clause]) => clause);
  return plain.size === 0 ? rest : [[[...plain].sort()], ...rest];
};
