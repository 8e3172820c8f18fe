import type { Mutant } from "./mutant.js";

const COPIES = "test/unit/config/graphql-copies.test.ts";
const LOAD = "test/unit/config/load.test.ts";
const CHECK = "test/integration/check-installation.test.ts";
const SUBGRAPH = "test/unit/identity/subgraph.test.ts";
const PURPOSE = "test/unit/config/purpose.test.ts";

/** Faults that somebody meets who installs Cardea, configures it and tries it on subgraphs of their own. */
export const firstUseMutants: readonly Mutant[] = [
  {
    name: "a second copy of graphql is taken for the first",
    file: "src/config/graphql-copies.ts",
    find: "copy !== undefined && copy.folder !== ours.folder",
    replace: "copy !== undefined && copy.version !== ours.version",
    caughtBy: { file: COPIES, test: "has its own of the same version too" },
  },
  {
    name: "a later major version of graphql is good enough",
    file: "src/config/graphql-copies.ts",
    find: "major === 16 &&",
    replace: "major !== undefined && major >= 16 &&",
    caughtBy: { file: COPIES, test: "is refused as" },
  },
  {
    name: "a server of the demo may bring a graphql of its own",
    file: "src/config/graphql-copies.ts",
    find: "return theirs !== undefined && theirs.folder ===",
    replace: "return theirs === undefined || theirs.folder !==",
    caughtBy: { file: COPIES, test: "is not shared by a server that is missing or brings its own" },
  },
  {
    name: "an unknown CARDEA_ variable is ignored",
    file: "src/config/environment.ts",
    find: "if (!referenced.has(name)) problems.push",
    replace: "if (referenced.has(name)) problems.push",
    caughtBy: { file: LOAD, test: "refuses the environment variable" },
  },
  {
    name: "a misspelt port is taken for an injected one",
    file: "src/config/environment.ts",
    find: 'name.endsWith("_PORT") && INJECTED_ADDRESS.test(text)',
    replace: 'name.endsWith("_PORT")',
    caughtBy: { file: LOAD, test: "refuses the environment variable CARDEA_SEVER_PORT" },
  },
  {
    name: "check does not look into the users file",
    file: "src/cli/check-installation.ts",
    find: "await openDirectory(config, systemClock, ignore);",
    replace: "void openDirectory;",
    caughtBy: { file: CHECK, test: "users file that is missing" },
  },
  {
    name: "check asks no store",
    file: "src/cli/open-stores.ts",
    find: "await stores.checkServers();",
    replace: "",
    caughtBy: { file: CHECK, test: "asks the store and the issuers' key sets" },
  },
  {
    name: "check takes an empty key set for one",
    file: "src/cli/check-installation.ts",
    find: "return keys.length > 0 ? []",
    replace: "return keys.length >= 0 ? []",
    caughtBy: { file: CHECK, test: "key set without a key" },
  },
  {
    name: "devIdentity believes a gateway anywhere",
    file: "src/identity/dev.ts",
    find: "URL.canParse(iss) && LOOPBACK_HOST.test(new URL(iss).hostname)",
    replace: "URL.canParse(iss)",
    caughtBy: { file: SUBGRAPH, test: "refuses what a gateway elsewhere says" },
  },
  {
    name: "devIdentity takes a visitor of the gateway for its own user",
    file: "src/identity/dev.ts",
    find: "if (passage !== undefined) {",
    replace: "if (passage === null) {",
    caughtBy: { file: SUBGRAPH, test: "reads who calls from a gateway on this machine" },
  },
  {
    name: "a verb that serves nothing asks for secrets",
    file: "src/config/purpose.ts",
    find: 'const serves = purpose === "develop";',
    replace: "const serves = true;",
    caughtBy: { file: PURPOSE, test: "are neither read nor missed by a verb that serves nothing" },
  },
  {
    name: "the identity's keys are not published while subgraphs are asked",
    file: "src/compose.ts",
    find: "config.server.port === 0 || looksUpSdl(config)",
    replace: "config.server.port === 0",
    caughtBy: {
      file: "test/e2e/cli-protected-subgraphs.test.ts",
      test: "is composed at start by a gateway whose keys it can only read from that gateway",
    },
  },
];
