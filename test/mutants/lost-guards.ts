import type { Mutant } from "./mutant.js";

const PASSWORDS = "test/integration/who-gets-passwords.test.ts";
const OWNERSHIP = "test/unit/composition/auth-subgraph.test.ts";
const LOST = "test/unit/composition/lost-guards.test.ts";
const COMPARE = "test/unit/composition/compare.test.ts";
const KEYS = "test/unit/authorization/read/guarded-keys.test.ts";
const WORKER_GRAPHS = "test/integration/worker-graphs.test.ts";
const OPENING = "test/unit/compose/opening-check.test.ts";

/** Faults in who may answer for the auth subgraph, and in what is noticed when a guard gets lost. */
export const lostGuardMutants: readonly Mutant[] = [
  {
    name: "a last good graph of before there were users may own login",
    file: "src/compose/graph.ts",
    find: "isReserved: users !== undefined || authSubgraph.enabled === true",
    replace: "isReserved: false",
    caughtBy: { file: PASSWORDS, test: "login is refused in a last good one of before there were users" },
  },
  {
    name: "check does not ask who receives passwords",
    file: "src/cli/check.ts",
    find: "const taken = await authProblems(input, supergraph);",
    replace: "const taken: readonly Problem[] = [];",
    caughtBy: { file: PASSWORDS, test: "login is refused by check, from a supergraph and from subgraphs" },
  },
  {
    name: "a type of the auth subgraph may be an entity elsewhere",
    file: "src/composition/auth-subgraph.ts",
    find: "const owners = field === undefined ? joins.typeGraphs(type)",
    replace:
      "if (field === undefined && joins.keys.some((key) => key.type === type)) return new Set();\n  const owners = field === undefined ? joins.typeGraphs(type)",
    caughtBy: { file: OWNERSHIP, test: "refuses a subgraph that has it as an entity with a key" },
  },
  {
    name: "a token may be a plain field of a representation",
    file: "src/federation/execute/representations.ts",
    find: "if (flat.some(({ outputName }) => types.isSecret(typeName, outputName))) return () => undefined;",
    replace: "",
    caughtBy: {
      file: "test/unit/federation/execute/representations.test.ts",
      test: "as a plain field",
    },
  },
  {
    name: "a token may stand in a representation",
    file: "src/federation/execute/representations.ts",
    find: "types.isSecret(typeName, field.outputName) ||",
    replace: "",
    caughtBy: {
      file: "test/unit/federation/execute/representations.test.ts",
      test: "inside an object without a type name",
    },
  },
  {
    name: "login is exempt while it is somebody else's",
    file: "src/federation/supergraph/snapshot.ts",
    find: "some(({ url }) => url === LOCAL_AUTH_URL)",
    replace: "some(({ url }) => url !== LOCAL_AUTH_URL)",
    caughtBy: { file: PASSWORDS, test: "where that is left out is judged by the credential it comes with" },
  },
  {
    name: "guards on renamed root types are compared under their own names",
    file: "src/composition/demands.ts",
    find: "coordinate.replace(/^\\w+/, (type) => nameOf(type))",
    replace: "coordinate",
    caughtBy: { file: LOST, test: "on root types of other names, and on what stands on them" },
  },
  {
    name: "what a cut-off interface guarded is not asked for",
    file: "src/composition/demands.ts",
    find: "[coordinate, ...inherited]",
    replace: "[coordinate]",
    caughtBy: { file: LOST, test: "where the supergraph cut a type off from the interface that guards it" },
  },
  {
    name: "a subgraph the supergraph does not have counts as compared",
    file: "src/composition/compare.ts",
    find: "found.push(unknownSubgraph(name, names));",
    replace: "",
    caughtBy: {
      file: "test/unit/cli/check-subgraphs.test.ts",
      test: "refuses a name the supergraph does not have",
    },
  },
  {
    name: "a link whose version cannot be read brings nothing",
    file: "src/authorization/read/guard-names.ts",
    find: "if (kinds.length === 0 && namesGuard(url)) {",
    replace: "if (link !== undefined && kinds.length === 0 && namesGuard(url)) {",
    caughtBy: { file: LOST, test: "is refused: no version, as" },
  },
  {
    name: "what was taken over from a silent subgraph is open",
    file: "src/authorization/read/build-rules.ts",
    find: "former.some((one) => subgraphs.has(one))",
    replace: "false",
    caughtBy: {
      file: LOST,
      test: "or feared: a field taken over from a subgraph that does not answer stays closed",
    },
  },
  {
    name: "an element that is no longer inaccessible was open before",
    file: "src/composition/diff.ts",
    find: "if (old.hidden.has(coordinate)) {",
    replace: "if (old.hidden.has(coordinate) && demanded.authenticated) {",
    caughtBy: { file: OPENING, test: "what was @inaccessible" },
  },
  {
    name: "a field that was taken out is forgotten",
    file: "src/compose/graph-history.ts",
    find: "effective: remembering(current.effective, effective)",
    replace: "effective",
    caughtBy: { file: OPENING, test: "what was taken out one reload before" },
  },
  {
    name: "a worker that is slow opens again what a faster one closed",
    file: "src/compose/graph-history.ts",
    find: "if (!isApproved && diffEffective(",
    replace: "if (isApproved && diffEffective(",
    caughtBy: {
      file: OPENING,
      test: "by one worker, what another closed in a graph that the first never served",
    },
  },
  {
    name: "a worker that is replaced starts from whatever the source has",
    file: "src/compose/engine.ts",
    find: "...(served === undefined ? {} : { startFrom: checked(fixedSource(served.supergraphSdl)) }),",
    replace: "",
    caughtBy: { file: WORKER_GRAPHS, test: "starts from the graph the others serve" },
  },
  {
    name: "a change of the file while the gateway starts is lost",
    file: "src/federation/supergraph/life-cycle.ts",
    find: "if (isStarting) isReloadDue = true;",
    replace: "if (isStarting) return;",
    caughtBy: {
      file: "test/unit/federation/supergraph/life-cycle.test.ts",
      test: "takes up what the source got while it was built",
    },
  },
  {
    name: "a worker serves on what the others refuse",
    file: "src/compose/follow-siblings.ts",
    find: "if (opening.isMoreOpen()) void leaveOpenGraph();",
    replace: "",
    caughtBy: { file: WORKER_GRAPHS, test: "leaves a graph that opens what the others guard" },
  },
  {
    name: "a worker does not ask its source again when others serve another graph",
    file: "src/compose/follow-siblings.ts",
    find: "timer = setTimeout(() => void gateway.reload(), pauseMs);",
    replace: "timer = setTimeout(() => undefined, pauseMs);",
    caughtBy: { file: WORKER_GRAPHS, test: "takes up what was approved for another" },
  },
  {
    name: "a worker that is replaced knows nothing of what was served",
    file: "src/cli/shared-graphs.ts",
    find: "history = createGraphHistory(message.history);",
    replace: "history = createGraphHistory();",
    caughtBy: {
      file: "test/unit/cli/shared-graphs.test.ts",
      test: "begins with what the supervisor answers",
    },
  },
  {
    name: "openings are judged by a window of our own",
    file: "src/compose/opening-check.ts",
    find: "effectiveOf(parse(supergraphSdl), auth)",
    replace: "effectiveOf(parse(supergraphSdl), { ...auth, freshSeconds: 300 })",
    caughtBy: { file: OPENING, test: "a guard by a longer window than `fresh` has here" },
  },
  {
    name: "a guard that goes by its namespace is left to the composer",
    file: "src/composition/import-guard.ts",
    find: "if (links.size === 0) return subgraph;",
    replace: "return subgraph;",
    caughtBy: {
      file: "test/unit/composition/names-of-the-guard.test.ts",
      test: "guards what it stands on, and login is there",
    },
  },
  {
    name: "a subgraph takes a guarded field by a key of its own",
    file: "src/authorization/read/build-rules.ts",
    find: "if (takings.length > 0) throw new ConfigError(takings);",
    replace: "",
    caughtBy: { file: KEYS, test: "refuses the supergraph: external" },
  },
  {
    name: "one subgraph that keys by a guarded field speaks for all that resolve it",
    file: "src/authorization/read/guarded-keys.ts",
    find: "if (owners.length === 0) return [];",
    replace: "if (owners.length < joins.fieldGraphs(type, field).length) return [];",
    caughtBy: { file: KEYS, test: "refuses the supergraph: claimed to be shared" },
  },
  {
    name: "the guard of an object deeper in a key does not count",
    file: "src/authorization/read/consumption.ts",
    find: "entities?.has(owner) === true ? OPEN_ID : this.#input.typeGuard.get(owner)",
    replace: "OPEN_ID",
    caughtBy: { file: KEYS, test: "refuses it deeper in a key" },
  },
  {
    name: "a key nothing is sent by counts as one",
    file: "src/authorization/read/guarded-keys.ts",
    find: "if (!isGuarded || !key.isResolvable) continue;",
    replace: "if (!isGuarded) continue;",
    caughtBy: { file: KEYS, test: "lets it be where nothing is sent by it" },
  },
  {
    name: "a guarded field becomes a key in silence",
    file: "src/composition/diff.ts",
    find: "if (!isGuarded || demanded === undefined",
    replace: "if (isGuarded || demanded === undefined",
    caughtBy: { file: COMPARE, test: "names a guarded field that became a key" },
  },
  {
    name: "a type of before may gain what was guarded in the one it replaces",
    file: "src/composition/diff.ts",
    find: "if (below?.has(former) === true) return;",
    replace: "if (old.at.has(replacement) || below?.has(former) === true) return;",
    caughtBy: { file: COMPARE, test: "that a type of before gained" },
  },
  {
    name: "what stands below an abstract type is not looked at where it replaces another",
    file: "src/composition/diff.ts",
    find: "[replacement, ...(below ?? [])]",
    replace: "[replacement]",
    caughtBy: { file: COMPARE, test: "that a member of a union of before gained" },
  },
];
