import type { Mutant } from "./mutant.js";

const CACHE = "test/unit/federation/plan-cache.test.ts";
const IDENTITY = "test/unit/federation/plan/identity.test.ts";
const VERIFIER = "test/unit/authorization/decide/fetch-verifier.test.ts";

/** Faults in what a plan belongs to, what the cache keeps of it, and the names it uses. */
export const planIdentityMutants: readonly Mutant[] = [
  {
    name: "conditions of a plan are bare bits",
    file: "src/federation/plan/identity.ts",
    find: "`${name}=${String(values.get(name))}`",
    replace: "String(values.get(name))",
    caughtBy: { file: IDENTITY, test: "names each condition" },
  },
  {
    name: "the planner sees every variable of the request",
    file: "src/federation/plan/identity.ts",
    find: "values.get(name) ?? unknownCondition(name)",
    replace: "values.get(name) ?? isTrue(name)",
    caughtBy: { file: IDENTITY, test: "gives the planner the conditions of the document" },
  },
  {
    name: "what the conditions leave out is granted to all who share the plan",
    file: "src/authorization/create-authorizer.ts",
    find: "grantsOf(this.#context, plannable, includes)",
    replace: "grantsOf(this.#context, plannable, () => true)",
    caughtBy: { file: VERIFIER, test: "is a key the caller was granted and left out: skipped by a variable" },
  },
  {
    name: "a denied argument passes the fetch verifier",
    file: "src/authorization/decide/fetch-verifier.ts",
    find: "if (argument.object !== undefined || !this.#isHeld([argument.requirement])) return false;",
    replace: "",
    caughtBy: { file: VERIFIER, test: "tells a denied argument from a granted selection" },
  },
  {
    name: "projectors ignore the conditions that are in no plan",
    file: "src/federation/response/project/projectors.ts",
    find: 'conditionVariables.map((name) => (isTrue(name) ? "1" : "0")).join("")',
    replace: '""',
    caughtBy: {
      file: "test/integration/plan-sharing.test.ts",
      test: "conditions of what the gateway answers itself",
    },
  },
  {
    name: "one document fills the cache of plans",
    file: "src/caching/segmented-lru.ts",
    find: "if (members.size >= limits.perGroup) remove(weakestOf(members));",
    replace: "",
    caughtBy: { file: CACHE, test: "keeps everybody's plans through 1024 values" },
  },
  {
    name: "what was used twice is dropped like what was used once",
    file: "src/caching/segmented-lru.ts",
    find: "if (!entry.isProven) promote(entry);",
    replace: "if (!entry.isProven) entry.lastUse = uses;",
    caughtBy: { file: "test/unit/caching/segmented-lru.test.ts", test: "keeps what was used twice" },
  },
  {
    name: "one document may be planned without bound",
    file: "src/federation/plan-cache.ts",
    find: "if (ofDocument >= MAX_PLANNINGS_OF_DOCUMENT) {",
    replace: "if (ofDocument < 0) {",
    caughtBy: { file: CACHE, test: "plans so many variants of one document at a time" },
  },
  {
    name: "plannings are without bound",
    file: "src/federation/plan-cache.ts",
    find: "if (underWay.size >= MAX_PLANNINGS)",
    replace: "if (underWay.size < 0)",
    caughtBy: { file: CACHE, test: "beyond the bound on all documents" },
  },
  {
    name: "an operation is to blame for the killing of its planner process",
    file: "src/federation/planning/process/worker.ts",
    find: 'FROM_OUTSIDE.has(signal) ? "killed" : "crashed"',
    replace: 'FROM_OUTSIDE.has(signal) ? "crashed" : "crashed"',
    caughtBy: {
      file: "test/unit/federation/planning/planner.test.ts",
      test: "says nothing about what it was planning: SIGKILL",
    },
  },
  {
    name: "a killed planner process counts against its operation",
    file: "src/federation/planning/failures.ts",
    find: "const waitMs = isUnavailable(error)",
    replace: "const waitMs = isUnavailable(undefined)",
    caughtBy: { file: CACHE, test: "is planned again within seconds when its process was killed" },
  },
  {
    name: "a client's variable keeps the name of the planner's",
    file: "src/federation/plan/wire-names.ts",
    find: 'name.startsWith(PREFIX) || name.startsWith("representations");',
    replace: "name.startsWith(PREFIX);",
    caughtBy: {
      file: "test/integration/client-variables.test.ts",
      test: "leaves the looked up entities alone: $representations",
    },
  },
  {
    name: "two fetches answer one list, merged by index",
    file: "src/federation/planning/workarounds/join-parts.ts",
    find: "if (sharesPlaces(whole, rest)) return undefined;",
    replace: "",
    caughtBy: {
      file: "test/unit/federation/planning/workarounds/join-parts.test.ts",
      test: "are refused with a list two subgraphs would answer",
    },
  },
  {
    name: "a root field is asked once for each part",
    file: "src/federation/planning/workarounds/join-parts.ts",
    find: "if (key === undefined || both === undefined) return leaf;",
    replace: "if (key === undefined || both !== null) return leaf;",
    caughtBy: {
      file: "test/unit/federation/planning/workarounds/corrected-plans.test.ts",
      test: "is planned in parts",
    },
  },
  {
    name: "an error about an input stands at the object",
    file: "src/federation/response/project/client-path.ts",
    find: "if (dependants.length > 0) return dependants;",
    replace: "",
    caughtBy: {
      file: "test/unit/federation/response/project/client-path.test.ts",
      test: "stands at the field that is null for want of it",
    },
  },
  {
    name: "null is false for @include",
    file: "src/federation/operation-cache.ts",
    find: "conditionVariables: collector.conditionVariables,",
    replace: "",
    caughtBy: {
      file: "test/unit/federation/operation-cache.test.ts",
      test: "make an explicit null a request error",
    },
  },
];
