import type { Mutant } from "./mutant.js";

const CONTRACT = "test/contract/session-store.test.ts";
const RENEW = "test/unit/sessions/renew.test.ts";
const inMemory = (test: string) => ({ file: CONTRACT, test: `the memory session store ${test}` });

/** Faults in silent renewal and in the history of a session. */
export const renewalMutants: readonly Mutant[] = [
  {
    name: "a token from before a step-up is renewed after it",
    file: "src/domain/renewal.ts",
    find: "session.generation !== command.generation",
    replace: "session.generation < command.generation",
    caughtBy: inMemory("lets no token from before a step-up take part in it"),
  },
  {
    name: "the life of a renewed token is not recorded",
    file: "src/domain/renewal.ts",
    find: "recordIssue(user, command.accessExpiresBy, policy.revocationMarginSeconds)",
    replace: "user",
    caughtBy: inMemory("publishes a revocation until the last renewed token is gone"),
  },
  {
    name: "the window begins a second too early",
    file: "src/sessions/renew.ts",
    find: "Math.abs(now - token.expiresAt) > renewal.windowSeconds",
    replace: "token.expiresAt - now > renewal.windowSeconds + 1",
    caughtBy: { file: RENEW, test: "refuses too early" },
  },
  {
    name: "the limit counts from the token instead of the proof of identity",
    file: "src/sessions/renew.ts",
    find: "(token.authTime ?? Number.NEGATIVE_INFINITY) + limitSeconds",
    replace: "token.issuedAt + limitSeconds",
    caughtBy: { file: RENEW, test: "goes on until the fixed limit" },
  },
  {
    name: "a narrow token wins its scopes back",
    file: "src/sessions/renew.ts",
    find: "return requested ?? [...token.scopes];",
    replace: "return requested;",
    caughtBy: { file: RENEW, test: "narrows for good" },
  },
  {
    name: "any client without refresh tokens may renew",
    file: "src/sessions/renew.ts",
    find: "const { renewal } = client;",
    replace: "const renewal = client.renewal ?? { windowSeconds: 60, limitSeconds: 3600 };",
    caughtBy: { file: RENEW, test: "refuses a token of the client brief" },
  },
  {
    name: "the history of a session grows without bound",
    file: "src/domain/moments.ts",
    find: ".slice(-MAX_MOMENTS)",
    replace: "",
    caughtBy: inMemory("keeps a bounded history, the latest"),
  },
];
