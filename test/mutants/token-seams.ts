import type { Mutant } from "./mutant.js";

const OPAQUE = "test/integration/opaque-tokens.test.ts";
const SEAL = "test/unit/tokens/seal.test.ts";
const VERIFY = "test/unit/tokens/issue-and-verify.test.ts";
const LOAD = "test/unit/config/load.test.ts";

/** Faults on the seams of tokens: secrets, outside issuers, keys, refusals and who hears of them. */
export const tokenSeamMutants: readonly Mutant[] = [
  {
    name: "opaque tokens are accepted whatever the format",
    file: "src/compose/sessions.ts",
    find: 'if (format !== "opaque" && acceptOpaqueUntil === undefined) return undefined;',
    replace: "",
    caughtBy: { file: OPAQUE, test: "is not taken for a token of a gateway whose format is jwt" },
  },
  {
    name: "a remembered opaque token outlives the change of format",
    file: "src/tokens/sealed-token.ts",
    find: "later < (sealed.until ?? Number.POSITIVE_INFINITY) && ",
    replace: "",
    caughtBy: { file: SEAL, test: "is taken until the end of a change of format" },
  },
  {
    name: "whoever holds a key makes tokens for ever",
    file: "src/tokens/own-token.ts",
    find: "if (principal.expiresAt - principal.issuedAt > (rules.maxTtlSeconds ?? OWN_TOKEN_CEILING))",
    replace: "if (false as boolean)",
    caughtBy: { file: VERIFY, test: "that would live longer than any we issue" },
  },
  {
    name: "a pepper may be one letter repeated",
    file: "src/config/secrets.ts",
    find: "if (!isVaried(secret))",
    replace: "if (false as boolean)",
    caughtBy: { file: LOAD, test: "that could be guessed: one character" },
  },
  {
    name: "a pepper may seal tokens too",
    file: "src/config/secrets.ts",
    find: 'else if (secret !== "") firstPlaces.set(secret, where);',
    replace: "",
    caughtBy: {
      file: LOAD,
      test: "refuses one secret under two ids, and one that is a pepper and seals too",
    },
  },
];
