import { demandText } from "../authorization/explain/demand-text.js";
import { type Alternatives, disjunctiveForm, type Requirement } from "../domain/requirement.js";
import type { AccessDemand } from "./model.js";

/** More than this many alternatives are not listed. */
const MAX_ALTERNATIVES = 16;

export const demandOf = (requirement: Requirement): AccessDemand => ({
  text: demandText(requirement),
  authenticated: requirement.authenticated,
  maxAgeSeconds: requirement.maxAgeSeconds ?? null,
  verified: requirement.verified,
  scopes: disjunctiveForm(requirement.scopes, MAX_ALTERNATIVES),
  policies: disjunctiveForm(requirement.policies, MAX_ALTERNATIVES),
  isComplete: isComplete(requirement.scopes) && isComplete(requirement.policies),
});

const isComplete = (clauses: readonly Alternatives[]): boolean =>
  clauses.reduce((product, clause) => product * clause.length, 1) <= MAX_ALTERNATIVES;
