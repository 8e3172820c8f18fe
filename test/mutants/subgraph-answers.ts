import type { Mutant } from "./mutant.js";

const UNASKED = "test/unit/federation/execute/unrequested.test.ts";
const NAMES = "test/unit/federation/execute/believed-names.test.ts";
const ANSWERS = "test/integration/subgraph-answers.test.ts";
const ONCE = "test/integration/one-mutation.test.ts";

/** Faults in what a subgraph is believed, in mutations that several subgraphs share, and in what is refused unplanned. */
export const subgraphAnswerMutants: readonly Mutant[] = [
  {
    name: "what a subgraph was not asked stays in its answer",
    file: "src/federation/execute/fetch-root.ts",
    find: "drop?.(answer.data, state.shared.walk());",
    replace: "",
    caughtBy: { file: UNASKED, test: "is dropped from a root field's objects" },
  },
  {
    name: "what a look-up was not asked stays below its entities",
    file: "src/federation/execute/fetch-entities.ts",
    find: "dropUnasked(group, entities, state.shared.walk());",
    replace: "",
    caughtBy: { file: UNASKED, test: "is dropped below an entity" },
  },
  {
    name: "what was asked of one type is believed of another",
    file: "src/federation/execute/take-entity.ts",
    find: "const isMixed = new Set(",
    replace: "const isMixed = requested.length > 1_000_000 && new Set(",
    caughtBy: { file: UNASKED, test: "is dropped if it was requested of another type only" },
  },
  {
    name: "a list of entities may be of any length",
    file: "src/federation/execute/fetch-entities.ts",
    find: "entities.length === group.count",
    replace: "entities.length >= 0",
    caughtBy: { file: ANSWERS, test: "too long gives each place its own or nothing" },
  },
  {
    name: "an entity may say that it is of another type",
    file: "src/federation/execute/take-entity.ts",
    find: "isOther(answered, typeName, types)",
    replace: "false",
    caughtBy: { file: ANSWERS, test: "holding other types gives each place its own or nothing" },
  },
  {
    name: "a requested field that is absent is null without an error",
    file: "src/federation/response/project/compile.ts",
    find: "=== undefined ? ${onMismatch}",
    replace: "=== undefined ? ${whenNull}",
    caughtBy: { file: ANSWERS, test: "holding nothing of what was asked gives each place its own" },
  },
  {
    name: "lists of different lengths are merged item by item",
    file: "src/federation/execute/merge.ts",
    find: "|| source.length !== target.length",
    replace: "",
    caughtBy: { file: UNASKED, test: "is not merged where another subgraph's list has another length" },
  },
  {
    name: "a null entity leaves the input of another field out",
    file: "src/federation/execute/take-entity.ts",
    find: "if (own(target, key) === undefined) target[key] = null;",
    replace: "if (key === undefined) target[key] = null;",
    caughtBy: { file: UNASKED, test: "is null where it may be null" },
  },
  {
    name: "a required input that may not be null is sent as null",
    file: "src/federation/execute/representations.ts",
    find: "  value === null\n    ? types.isNonNull(typeName, field.outputName)\n    :",
    replace: "",
    caughtBy: { file: UNASKED, test: "is not sent where it may not be null" },
  },
  {
    name: "errors that are no list are no errors",
    file: "src/federation/subgraph/transport/parse-answer.ts",
    find: "errors !== undefined && errors !== null && !Array.isArray(errors)",
    replace: "false",
    caughtBy: { file: UNASKED, test: "are no answer" },
  },
  {
    name: "each subgraph that shares a mutation is called",
    file: "src/federation/planning/workarounds/shared-mutations.ts",
    find: "graphsOf(field, type).length < 2 ||",
    replace: "graphsOf(field, type).length > 0 ||",
    caughtBy: { file: ONCE, test: "is executed once, and look-ups bring the rest" },
  },
  {
    name: "a plan may call a mutation twice",
    file: "src/federation/planning/runs-once.ts",
    find: "if (called.has(place))",
    replace: "if (called.has(document.kind))",
    caughtBy: { file: UNASKED, test: "that calls a mutation twice is refused" },
  },
  {
    name: "a root field below the root is left out in silence",
    file: "src/federation/planning/workarounds/held-planner.ts",
    find: "if (rootsStandBelow) ",
    replace: "if (!rootsStandBelow) ",
    caughtBy: { file: UNASKED, test: "that leaves out a root field below the root is refused" },
  },
  {
    name: "a root field below the root is looked for where its fragment begins",
    file: "src/graphql/below-roots.ts",
    find: "enter({ set: selectionSet, parent: schema.getType(typeCondition.name.value) });",
    replace: "walk([{ set: selectionSet, parent: schema.getType(typeCondition.name.value) }], []);",
    caughtBy: { file: UNASKED, test: "is limited to the selections in fragments as it is without" },
  },
  {
    name: "the schema below the root is null in silence",
    file: "src/federation/operation-cache.ts",
    find: "if (selectsSchema(own)) ",
    replace: "if (!selectsSchema(own)) ",
    caughtBy: {
      file: "test/unit/federation/operation-cache.test.ts",
      test: "is refused: nobody would answer",
    },
  },
  {
    name: "an interface object says of which type it is, at the root",
    file: "src/federation/execute/fetch-root.ts",
    find: "nameObjects?.(answer.data, state.shared.walk());",
    replace: "",
    caughtBy: { file: ANSWERS, test: "is not believed where it has the interface as one object" },
  },
  {
    name: "an interface object says of which type it is, below an entity",
    file: "src/federation/execute/fetch-entities.ts",
    find: "nameObjects?.(data, state.shared.walk());",
    replace: "",
    caughtBy: { file: ANSWERS, test: "is not believed below an entity either" },
  },
  {
    name: "a subgraph may name the types of others",
    file: "src/federation/execute/believed-names.ts",
    find: "names.has(name) && ",
    replace: "",
    caughtBy: { file: NAMES, test: "is not believed to answer with another of them" },
  },
  {
    name: "only the names at the root of an answer are looked at",
    file: "src/federation/execute/believed-names.ts",
    find: "nameAt(inner, next, walk);",
    replace: "{}",
    caughtBy: { file: NAMES, test: "does so in fragments, and below such objects" },
  },
  {
    name: "a shared mutation that may be a group of mutations is taken for one",
    file: "src/federation/planning/workarounds/shared-mutations.ts",
    find: "(type.fields ?? []).every((one) =>",
    replace: "(type.fields ?? []).some((one) =>",
    caughtBy: { file: ONCE, test: "what could be a payload or a namespace" },
  },
  {
    name: "`check` says ok to what `serve` refuses",
    file: "src/compose/plannable.ts",
    find: "return error.problems.filter(",
    replace: "return [].filter(",
    caughtBy: { file: "test/unit/compose/plannable.test.ts", test: "refuses what `serve` would refuse" },
  },
  {
    name: "a directive for operations is ignored",
    file: "src/federation/executor.ts",
    find: 'new Set(["skip", "include"])',
    replace: 'new Set(["skip", "include", "upper"])',
    caughtBy: { file: "test/integration/known-limits.test.ts", test: "refuses directives for operations" },
  },
];
