import { luaMutant } from "./lua-mutant.js";
import type { Mutant } from "./mutant.js";

const CONTRACT = "test/contract/session-store.test.ts";
const REGISTRY = "test/integration/sessions/gateway-registry.test.ts";

/** Faults in what counts as the use of a token, and in what gateways announce to each other of their peppers. */
export const pepperAndUseMutants: readonly Mutant[] = [
  {
    name: "a refresh refused for its scope is no use of its token",
    file: "src/domain/rotation.ts",
    find: 'verdict.kind === "rotated" && chain.unseen === true',
    replace: "false",
    caughtBy: {
      file: CONTRACT,
      test: "the memory session store takes it for theft once the successor came, though what it asked for was refused",
    },
  },
  luaMutant(
    "to the script a refresh refused for its scope is no use of its token",
    "rotate",
    "kind == 'rotated' and flags >= UNSEEN",
    "false",
    {
      file: CONTRACT,
      test: "the Redis session store takes it for theft once the successor came, though what it asked for was refused",
    },
  ),
  luaMutant(
    "the previous token that asks for too much uses up its successor",
    "rotate",
    "kind == 'rotated' and flags >= UNSEEN",
    "flags >= UNSEEN",
    {
      file: CONTRACT,
      test: "the Redis session store goes on as before when it is the previous token that asks for too much",
    },
  ),
  {
    name: "one id with two secrets is not noticed",
    file: "src/domain/gateway-peppers.ts",
    find: "ours !== theirs",
    replace: "ours === undefined",
    caughtBy: { file: REGISTRY, test: "learn who has another secret under the same id" },
  },
  {
    name: "a gateway of before is taken to have other secrets",
    file: "src/domain/gateway-peppers.ts",
    find: "theirs !== undefined && ",
    replace: "",
    caughtBy: { file: REGISTRY, test: "are believed about ids by a gateway that hears of no tags" },
  },
  {
    name: "gateways tell each other their secrets",
    file: "src/tokens/refresh-token.ts",
    find: 'createHmac("sha256", secret)\n    .update("cardea/rt/tag/1")\n    .digest()\n    .subarray(0, TAG_BYTES)',
    replace: "Buffer.from(secret)",
    caughtBy: {
      file: REGISTRY,
      test: "learn who has another secret under the same id, and nothing of the secrets",
    },
  },
];
