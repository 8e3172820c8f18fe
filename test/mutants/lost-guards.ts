import type { Mutant } from "./mutant.js";

const PASSWORDS = "test/integration/who-gets-passwords.test.ts";
const OWNERSHIP = "test/unit/composition/auth-subgraph.test.ts";

/** Faults in who may answer for the auth subgraph, and in what is noticed when a guard gets lost. */
export const lostGuardMutants: readonly Mutant[] = [
  {
    name: "the auth subgraph gives way to whoever takes its names",
    file: "src/compose/graph.ts",
    find: "if (authSubgraph.enabled === true || users !== undefined)",
    replace: "if (authSubgraph.enabled === true)",
    caughtBy: { file: PASSWORDS, test: "login is refused by a reload, and by every start after it" },
  },
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
    name: "a token may stand in a representation",
    file: "src/federation/execute/representations.ts",
    find: "types.isSecret(typeName, outputName) || ",
    replace: "",
    caughtBy: {
      file: "test/unit/federation/execute/secrets-in-representations.test.ts",
      test: "inside an object that does not say its type",
    },
  },
  {
    name: "login is exempt while it is somebody else's",
    file: "src/federation/snapshot.ts",
    find: "some(({ url }) => url === LOCAL_AUTH_URL)",
    replace: "some(({ url }) => url !== LOCAL_AUTH_URL)",
    caughtBy: { file: PASSWORDS, test: "where that is left out is judged by the credential it comes with" },
  },
];
