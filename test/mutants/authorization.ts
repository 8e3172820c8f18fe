import type { Mutant } from "./mutant.js";

const DECIDE = "test/unit/authorization/decide/decide.test.ts";
const BOUNDS = "test/unit/authorization/decide/bounds.test.ts";
const VERIFIER = "test/unit/authorization/decide/fetch-verifier.test.ts";
const SUPERGRAPH = "test/unit/authorization/read/supergraph.test.ts";
const CORPUS = "test/unit/authorization/decide/bypass-cases.test.ts";
const DISCLOSURE = "test/unit/authorization/decide/disclosure.test.ts";
const INTROSPECTION = "test/unit/authorization/decide/introspection.test.ts";
const POLICIES = "test/unit/authorization/decide/policies.test.ts";
const REQUIREMENT = "test/unit/domain/requirement.test.ts";
const COMPOSE = "test/unit/composition/compose.test.ts";
const COMPARE = "test/unit/composition/compare.test.ts";
const AUTH_SUBGRAPH = "test/unit/composition/auth-subgraph.test.ts";
const INTERFACE_OBJECTS = "test/integration/planned-apart.test.ts";

/** Faults in the rules, the judgement, the rewriting, the fetch verifier and composition. */
export const authorizationMutants: readonly Mutant[] = [
  {
    name: "an interface's guard on itself is not inherited",
    file: "src/authorization/read/build-rules.ts",
    find: "table.and(familyOf(schema, type).map((one) => idAt(one.name)))",
    replace: "table.and([type].map((one) => idAt(one.name)))",
    caughtBy: { file: DECIDE, test: "inherits an interface's guards" },
  },
  {
    name: "an interface's guard on a field is not inherited",
    file: "src/authorization/read/build-rules.ts",
    find: "familyOf(schema, type).flatMap((one) => {",
    replace: "[type].flatMap((one) => {",
    caughtBy: { file: CORPUS, test: "answers iface-field-guard-via-named-fragment with exactly its codes" },
  },
  {
    name: "the guard of a return type is dropped",
    file: "src/authorization/read/build-rules.ts",
    find: "guardOfType(returned),",
    replace: "",
    caughtBy: { file: CORPUS, test: "answers enum-output-guard with exactly its codes" },
  },
  {
    name: "only the first of repeated directives counts",
    file: "src/authorization/read/guards.ts",
    find: "before === undefined ? requirement : allOf([before, requirement])",
    replace: "before ?? requirement",
    caughtBy: { file: CORPUS, test: "answers repeated-weak-first with exactly its codes" },
  },
  {
    name: "possible types come from the client's schema",
    file: "src/authorization/create-authorizer.ts",
    find: "buildRules(supergraph, schema, {",
    replace: "buildRules(supergraph, apiSchemaOf(supergraph), {",
    caughtBy: { file: SUPERGRAPH, test: "keeps inaccessible types among the possible ones" },
  },
  {
    name: "what a field consumes is followed one step only",
    file: "src/authorization/read/consumption.ts",
    find: "pending.push(next);",
    replace: "",
    caughtBy: { file: DECIDE, test: "asks for what a field is computed from, through a chain" },
  },
  {
    name: "the window of freshness ends a second early",
    file: "src/domain/requirement.ts",
    find: "return age <= maxAgeSeconds",
    replace: "return age < maxAgeSeconds",
    caughtBy: { file: REQUIREMENT, test: "judges a login 60 s ago under a window of 60 s as GRANTED" },
  },
  {
    name: "an auth_time in the future is fresh",
    file: "src/domain/requirement.ts",
    find: " && age >= -FUTURE_SKEW_SECONDS",
    replace: "",
    caughtBy: { file: REQUIREMENT, test: "judges a login -61 s ago" },
  },
  {
    name: "the longest window wins",
    file: "src/domain/requirement.ts",
    find: "ages.length === 0 ? undefined : Math.min(...ages)",
    replace: "ages.length === 0 ? undefined : Math.max(...ages)",
    caughtBy: { file: REQUIREMENT, test: "keeps the shortest window and every clause" },
  },
  {
    name: "one scope of a list is enough",
    file: "src/domain/requirement.ts",
    find: "all.every((scope) => held.has(scope))",
    replace: "all.some((scope) => held.has(scope))",
    caughtBy: { file: CORPUS, test: "answers scopes-flat-list-is-and with exactly its codes" },
  },
  {
    name: "the decision vector wraps like an integer",
    file: "src/authorization/decide/check.ts",
    find: "const word = Math.floor(index / 15);",
    replace: "const word = Math.floor(index / 15) % 2;",
    caughtBy: { file: BOUNDS, test: "tells 33 guarded selections apart, each by itself" },
  },
  {
    name: "a filtered document is found by operation alone",
    file: "src/authorization/decide/compiled.ts",
    find: "const known = this.#variants.get(vector);",
    replace: "const known = this.#variants.get([...this.#variants.keys()].at(-1) ?? vector);",
    caughtBy: { file: BOUNDS, test: "never lends one caller's document to another" },
  },
  {
    name: "arguments given by variable are not judged",
    file: "src/authorization/decide/check.ts",
    find: "for (const variableGuard of selection.variableGuards) {",
    replace: "for (const variableGuard of selection.variableGuards.slice(0, 0)) {",
    caughtBy: { file: DECIDE, test: "count when provided by a deep raw variable" },
  },
  {
    name: "an explicit null is not provided",
    file: "src/authorization/decide/provided.ts",
    find: "if (!Object.hasOwn(variables, variableGuard.variable)) return variableGuard.fallback;",
    replace: "if (variables[variableGuard.variable] == null) return variableGuard.fallback;",
    caughtBy: { file: DECIDE, test: "count when provided by an enum by variable" },
  },
  {
    name: "an operation's default provides nothing",
    file: "src/authorization/decide/provided.ts",
    find: "if (literal !== undefined) {",
    replace: "if (literal === null) {",
    caughtBy: { file: DECIDE, test: "count when provided by an operation default" },
  },
  {
    name: "a condition that is no boolean leaves the selection out",
    file: "src/authorization/decide/conditions.ts",
    find: "truth(condition) === false",
    replace: "truth(condition) !== true",
    caughtBy: { file: DECIDE, test: "count as included when the value is no boolean" },
  },
  {
    name: "a fragment is judged for its first spread only",
    file: "src/authorization/decide/reach.ts",
    find: "{ types: union(before.types, here.types), strict: before.strict || here.strict }",
    replace: "before",
    caughtBy: { file: DECIDE, test: "judges a fragment for every place it is spread in" },
  },
  {
    name: "what stands on a denied runtime type is fetched",
    file: "src/authorization/decide/check.ts",
    find: "selection.parents.some((id) => unmet.has(id))",
    replace: "false",
    caughtBy: { file: DECIDE, test: "asks nothing of a denied runtime type" },
  },
  {
    name: "a mutation runs without its denied part",
    file: "src/authorization/decide/compiled.ts",
    find: "if (this.operation.operation === OperationTypeNode.QUERY || denied.length === 0) {",
    replace: "if (denied.length >= 0) {",
    caughtBy: { file: DECIDE, test: "does nothing at all when one part is denied" },
  },
  {
    name: "an alias may forge the runtime type",
    file: "src/authorization/decide/unserved.ts",
    find: 'selection.alias?.value === "__typename" &&',
    replace: 'selection.alias?.value === "" &&',
    caughtBy: { file: DECIDE, test: "is refused when an alias would forge the runtime type" },
  },
  {
    name: "an object of unestablished type is served",
    file: "src/authorization/decide/denial-view.ts",
    find: "if (!closed && !isTouched(node, info.below)) return undefined;",
    replace: "return undefined;",
    caughtBy: { file: DECIDE, test: "answers the projector by node and runtime type" },
  },
  {
    name: "fragments are counted once however often they are spread",
    file: "src/authorization/decide/operation.ts",
    find: "if (known !== undefined) return known;",
    replace: "if (known !== undefined) return 0;",
    caughtBy: { file: BOUNDS, test: "are refused when fragments expand beyond the limit" },
  },
  {
    name: "the fetch verifier finds a violation and does not throw",
    file: "src/authorization/decide/fetch-verifier.ts",
    find: "if (violation !== undefined) throw refused(violation, fetch.subgraph);",
    replace: "",
    caughtBy: { file: VERIFIER, test: "refuses a plan with a field nobody was granted" },
  },
  {
    name: "the fetch verifier does not look into entity fetches",
    file: "src/authorization/decide/fetch-verifier.ts",
    find: "? walker.entityViolation(selection, sent.get(responseKey(selection)))",
    replace: "? undefined",
    caughtBy: { file: VERIFIER, test: "refuses a plan with an entity fetch of a denied field" },
  },
  {
    name: "across an interface object every type is asked what was granted of one",
    file: "src/federation/planning/workarounds/extract-fields.ts",
    find: "if (root !== undefined && enclosing?.isMasked === true) {",
    replace: "if (root !== undefined && enclosing?.isMasked === undefined) {",
    caughtBy: { file: INTERFACE_OBJECTS, test: "asks each type only for what was granted of it" },
  },
  {
    name: "the fields of an interface nobody implements are not judged",
    file: "src/authorization/decide/fetch-verifier.ts",
    find: "if (this.#isFound(this, type, selection))",
    replace: 'if (this.#rules.types.get(type)?.kind !== "interface" && this.#isFound(this, type, selection))',
    caughtBy: { file: DECIDE, test: "is fetched as granted: the fetch verifier knows its guards, too" },
  },
  {
    name: "the tripwire minds the case",
    file: "src/authorization/read/guard-names.ts",
    find: ".toLowerCase()",
    replace: "",
    caughtBy: { file: SUPERGRAPH, test: "refuses another case" },
  },
  {
    name: "a security link nobody knows is passed over",
    file: "src/authorization/read/guard-names.ts",
    find: "if (promisesSecurity(node) && !isKnown)",
    replace: "if (false && !isKnown)",
    caughtBy: { file: SUPERGRAPH, test: "refuses an unknown security link" },
  },
  {
    name: "an unknown argument is ignored, as graphql-js would",
    file: "src/authorization/read/literals.ts",
    find: "if (this.#read.has(name)) continue;",
    replace: "continue;",
    caughtBy: { file: COMPOSE, test: "refuses a mistyped argument" },
  },
  {
    name: "an empty OR admits everybody",
    file: "src/authorization/read/literals.ts",
    find: "if (alternatives.length > 0) return alternatives;",
    replace: "if (alternatives.length >= 0) return alternatives;",
    caughtBy: { file: COMPOSE, test: "refuses an empty anyOf" },
  },
  {
    name: "a policy need only be truthy",
    file: "src/authorization/decide/policies.ts",
    find: "answer === true && !closed",
    replace: "answer && !closed",
    caughtBy: { file: POLICIES, test: "decide when one is merely truthy" },
  },
  {
    name: "the challenge asks for the longest window",
    file: "src/authorization/decide/challenge.ts",
    find: "maxAge: Math.min(...ages)",
    replace: "maxAge: Math.max(...ages)",
    caughtBy: { file: DISCLOSURE, test: "adds one combined challenge with the smallest window" },
  },
  {
    name: "introspection shows types the caller may not use",
    file: "src/authorization/decide/visibility.ts",
    find: "isHidden(owner.requirement) || isHidden(rule.requirement)",
    replace: "isHidden(rule.requirement)",
    caughtBy: { file: INTROSPECTION, test: "hides from a stranger what asks for scopes or sign-in" },
  },
  {
    name: "a forgotten @composeDirective is not noticed before composing",
    file: "src/composition/lint.ts",
    find: 'kind === "auth" && !exported.has(name)',
    replace: 'kind === "auth" && exported.size < 0',
    caughtBy: { file: COMPOSE, test: "refuses a subgraph that forgets @composeDirective" },
  },
  {
    name: "a weaker guard in the supergraph passes for the subgraph's",
    file: "src/composition/compare.ts",
    find: "isOpen(requirement) || covers(actual, requirement)",
    replace: "isOpen(requirement) || !isOpen(actual)",
    caughtBy: { file: COMPARE, test: "refuses a longer window" },
  },
  {
    name: "the auth subgraph's root fields may be overridden",
    file: "src/composition/auth-subgraph.ts",
    find: "own.has(coordinate) && strangers.length > 0",
    replace: "own.has(coordinate) && strangers.length < 0",
    caughtBy: { file: AUTH_SUBGRAPH, test: "refuses a subgraph that shares a root field" },
  },
];
