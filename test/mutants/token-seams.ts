import type { Mutant } from "./mutant.js";

const OPAQUE = "test/integration/opaque-tokens.test.ts";
const SEAL = "test/unit/tokens/seal.test.ts";
const VERIFY = "test/unit/tokens/issue-and-verify.test.ts";
const LOAD = "test/unit/config/load.test.ts";
const OUTSIDE = "test/unit/tokens/outside-issuers.test.ts";
const MEMORY = "test/unit/sessions/revocation-memory.test.ts";
const REFUSALS = "test/integration/refusals-in-the-log.test.ts";
const STRENGTH = "test/unit/tokens/key-strength.test.ts";

/** Faults on the seams of tokens: secrets, outside issuers, keys, refusals and who hears of them. */
export const tokenSeamMutants: readonly Mutant[] = [
  {
    name: "opaque tokens are accepted whatever the format",
    file: "src/compose/sessions.ts",
    find: "if (!issued && acceptOpaqueUntil === undefined) return undefined;",
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
    find: "if (production && !isVaried(secret))",
    replace: "if (false as boolean)",
    caughtBy: { file: LOAD, test: "that could be guessed: a run" },
  },
  {
    name: "a pepper may seal tokens too",
    file: "src/config/secrets.ts",
    find: "if (first === undefined) firstPlaces.set(secret, where);",
    replace: "if (first === undefined) return secret;",
    caughtBy: {
      file: LOAD,
      test: "refuses one secret under two ids, and one that is a pepper and seals too",
    },
  },
  {
    name: "a mapped token is not asked whether its local user is active",
    file: "src/tokens/verify.ts",
    find: 'if (recalled?.kind === "verified") return admit(recalled);',
    replace: 'if (recalled?.kind === "verified") return recalled;',
    caughtBy: { file: OUTSIDE, test: "is valid only while this user is active, cached or not" },
  },
  {
    name: "a sign-out everywhere leaves the outside tokens of the user alone",
    file: "src/sessions/revocation-memory.ts",
    find: "issuedAt < subjects.value(LOCAL_ISSUER, token.localUser, 0) ||",
    replace: "",
    caughtBy: { file: MEMORY, test: "ends an outside token with the local user it is mapped to" },
  },
  {
    name: "an unverified claim names a local user",
    file: "src/tokens/outside-token.ts",
    find: "if (name === undefined || !isVerified)",
    replace: "if (name === undefined)",
    caughtBy: { file: OUTSIDE, test: "by a claim only if that is marked as verified" },
  },
  {
    name: "unlocking in the file leaves the lock of the store",
    file: "src/cli/users.ts",
    find: "if (lockedIn !== undefined && lockedIn !== given?.path) {",
    replace: "if (false as boolean) {",
    caughtBy: {
      file: "test/integration/mapped-users.test.ts",
      test: "and accepted again once unlocked, wherever the lock is stored",
    },
  },
  {
    name: "a refused credential leaves no trace",
    file: "src/federation/request/credential.ts",
    find: 'emit({ type: "credential.refused", reason, detail, issuer, requestId: context.requestId });',
    replace: "",
    caughtBy: { file: REFUSALS, test: "can be found in the log and counted" },
  },
  {
    name: "whoever sends bad tokens fills the log",
    file: "src/telemetry/sampling.ts",
    find: "if (count.written >= MAX_PER_WINDOW) {",
    replace: "if (false as boolean) {",
    caughtBy: { file: "test/unit/telemetry/log.test.ts", test: "thins out refusals of a kind" },
  },
  {
    name: "an unknown client looks like a wrong password to the operator",
    file: "src/sessions/login.ts",
    find: 'type: "client.refused",',
    replace: 'type: "login.refused" as never,',
    caughtBy: { file: REFUSALS, test: "distinguishes an unknown client from a wrong password" },
  },
  {
    name: "key sets answer no preflight",
    file: "src/http/cors.ts",
    find: 'methods: [...route.methods, "OPTIONS"],\n  async handle(exchange) {\n    const answer',
    replace: "methods: route.methods,\n  async handle(exchange) {\n    const answer",
    caughtBy: {
      file: "test/unit/http/cors.test.ts",
      test: "may read what is public wherever they come from",
    },
  },
  {
    name: "a withdrawn key vouches for remembered tokens for a day",
    file: "src/tokens/outside-keys.ts",
    find: "if (isDue() || usable()?.includes(key) !== true) return false;",
    replace: "if (usable()?.includes(key) !== true) return false;",
    caughtBy: { file: OUTSIDE, test: "though every token that is shown is a remembered one" },
  },
  {
    name: "an outage of the issuer says sign in again",
    file: "src/tokens/outside-keys.ts",
    find: "(usable() === undefined || failure !== undefined)",
    replace: "usable() === undefined",
    caughtBy: { file: OUTSIDE, test: "leaves open whether a key is unknown" },
  },
  {
    name: "a token without iat outlives every revocation",
    file: "src/tokens/outside-token.ts",
    find: "const issuedAt = Math.floor(issued ?? 0);",
    replace: "const issuedAt = Math.floor(issued ?? now);",
    caughtBy: { file: OUTSIDE, test: "is then older than any revocation" },
  },
  {
    name: "an audience left out is an audience for anybody",
    file: "src/tokens/outside-issuers.ts",
    find: "config.anyAudience === true ? undefined : [config.audience ?? []].flat()",
    replace: "config.anyAudience === true ? [] : [config.audience ?? []].flat()",
    caughtBy: { file: OUTSIDE, test: "may be for anybody only where that is said" },
  },
  {
    name: "a weak key is read from a key set",
    file: "src/tokens/public-keys.ts",
    find: "keyWeakness(publicKey) === undefined",
    replace: "(keyWeakness(publicKey) ?? true)",
    caughtBy: { file: STRENGTH, test: "is known by exponent 1" },
  },
  {
    name: "a weak key signs our own tokens",
    file: "src/tokens/key-file.ts",
    find: "if (weakness !== undefined)",
    replace: "if (false as boolean)",
    caughtBy: { file: STRENGTH, test: "signs nothing of ours" },
  },
  {
    name: "half a character stands for every half in a plain header",
    file: "src/identity/plain-headers.ts",
    find: "code >= 0xd800 && code <= 0xdfff",
    replace: "code < 0",
    caughtBy: { file: "test/unit/identity/plain-headers.test.ts", test: "never makes two subjects one" },
  },
  {
    name: "operations may be sent to the token endpoint",
    file: "src/config/collisions.ts",
    find: "if (taken !== undefined)",
    replace: "if (false as boolean)",
    caughtBy: { file: LOAD, test: "is refused: the token endpoint" },
  },
];
