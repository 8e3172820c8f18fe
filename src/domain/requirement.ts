import type { ErrorCode } from "./errors.js";
import type { Principal } from "./principal.js";
import type { Seconds, UnixSeconds } from "./time.js";

/** OR of ANDs of names; never empty, and no alternative is empty. */
export type Alternatives = readonly (readonly string[])[];

/**
 * What a caller must prove. All its parts are joined by AND, and so are two requirements. A requirement can therefore
 * only become stricter: a second subgraph, an interface or a repetition never weakens it.
 */
export interface Requirement {
  /** False only for {@link OPEN}, and for `@policy` when it is configured to work as Apollo's does. */
  readonly authenticated: boolean;
  /** `now - auth_time` must not exceed this. `undefined`: no limit. */
  readonly maxAgeSeconds: Seconds | undefined;
  /** Every one of these must hold. */
  readonly scopes: readonly Alternatives[];
  /** Every one of these must hold; the names are policy functions of the operator. */
  readonly policies: readonly Alternatives[];
  /** False when a guard may have been lost and cannot be checked: everybody is refused until it can. */
  readonly verified: boolean;
}

/** Requires nothing. */
export const OPEN: Requirement = {
  authenticated: false,
  maxAgeSeconds: undefined,
  scopes: [],
  policies: [],
  verified: true,
};

/** Refuses everybody (docs/spec/directive.md §4.2: the SDL of a subgraph could not be fetched). */
export const UNVERIFIED: Requirement = { ...OPEN, verified: false };

/**
 * Verdicts in ascending precedence (docs/spec/directive.md §5.1). A missing scope outranks a stale login, which cannot
 * fix it.
 */
export const VERDICTS = [
  "GRANTED",
  "SERVICE_UNAVAILABLE",
  "STEP_UP_REQUIRED",
  "FORBIDDEN",
  "UNAUTHENTICATED",
] as const;
export type Verdict = (typeof VERDICTS)[number];
export type DenialCode = Exclude<Verdict, "GRANTED"> & ErrorCode;

/** The facts that a requirement is checked against. */
export interface Facts {
  readonly principal: Principal;
  readonly nowSeconds: UnixSeconds;
  /**
   * True when the revocation view is stale. Requirements for a fresh login are then refused (docs/spec/sessions.md
   * §5.5).
   */
  readonly degraded: boolean;
  /** False for a policy that is not registered, does not decide, is late or throws. */
  readonly policy: (name: string) => boolean;
}

/** An `auth_time` further in the future than this is ignored. */
const FUTURE_SKEW_SECONDS: Seconds = 60;

/** Checks one requirement. Never throws: malformed claims mean no scopes and a stale login. */
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

/**
 * Did the caller prove their identity within `maxAgeSeconds`, inclusive? A missing or malformed `auth_time` is stale.
 */
export const isFresh = (principal: Principal, maxAgeSeconds: Seconds, nowSeconds: UnixSeconds): boolean => {
  if (principal.kind !== "user") return false;
  const { authTime } = principal;
  if (authTime === undefined || !Number.isSafeInteger(authTime) || authTime < 0) return false;
  const age = nowSeconds - authTime;
  return age <= maxAgeSeconds && age >= -FUTURE_SKEW_SECONDS;
};

/** True when the requirement is met by everybody. */
export const isOpen = (requirement: Requirement): boolean =>
  !requirement.authenticated &&
  requirement.verified &&
  requirement.maxAgeSeconds === undefined &&
  requirement.scopes.length === 0 &&
  requirement.policies.length === 0;

/** The AND of all requirements, in a normal form: equal requirements have an equal {@link requirementKey}. */
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

/** A canonical text of the requirement: equal text, equal meaning. */
export const requirementKey = (requirement: Requirement): string =>
  JSON.stringify([
    requirement.authenticated,
    requirement.maxAgeSeconds ?? null,
    requirement.scopes,
    requirement.policies,
    requirement.verified,
  ]);

/** Sorts names and alternatives, removes duplicates, and drops alternatives that another one implies. */
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

/** At most this many alternatives are kept while multiplying out. Only messages to clients use the result. */
const WORKING_ALTERNATIVES = 16;

/**
 * The AND of several OR-of-ANDs as one minimal OR-of-ANDs, shortest first.
 *
 * @param limit - the maximum number of alternatives; the result may be incomplete, so never decide by it
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
 * When that would take too many alternatives to find out, the answer is no: that refuses and never opens.
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

/** The full product, or the empty list (which implies nothing) when the product would be too large. */
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
  // Clauses that are a plain AND are merged, so that `scopes: ["a"]` and `scopes: ["b"]` become one list.
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
