import type { Mutant } from "./mutant.js";

const SIGN_OUT = "test/unit/sessions/sign-out.test.ts";
const CLIENT = "test/unit/client/session.test.ts";

/** Faults in how a session is ended by its refresh token, and in what the client helper takes for its own. */
export const signOutMutants: readonly Mutant[] = [
  {
    name: "any client may end a session by its refresh token",
    file: "src/sessions/sign-out.ts",
    find: "(clientId === undefined || clientId === session.clientId);",
    replace: "true;",
    caughtBy: { file: SIGN_OUT, test: "leaves everybody else alone" },
  },
  {
    name: "a sign-out while the store is down is not in force here",
    file: "src/sessions/sign-out.ts",
    find: 'context.revocations.apply({ kind: "session", tenant, sessionId: id, until });',
    replace: "",
    caughtBy: { file: SIGN_OUT, test: "is in force here at once while the store is down" },
  },
  {
    name: "an answer that is not confirmed looks like success at the revocation endpoint",
    file: "src/http/oauth-revoke.ts",
    find: 'status === "DONE" ? done()',
    replace: "true ? done()",
    caughtBy: { file: "test/unit/http/oauth-revoke.test.ts", test: "says 503 while the store is down" },
  },
  {
    name: "another client's access token is revoked",
    file: "src/compose/revoke-token.ts",
    find: "const isTheirs = clientId === undefined || clientId === principal.clientId;",
    replace: "const isTheirs = true;",
    caughtBy: {
      file: "test/unit/http/oauth-revoke.test.ts",
      test: "leaves another client's accessToken alone",
    },
  },
  {
    name: "a refresh keeps the answer of another session",
    file: "src/client/refresh-once.ts",
    find: "current === undefined || sessionOf(current) !== sessionOf(presented)",
    replace: "current === undefined",
    caughtBy: { file: CLIENT, test: "keeps another session out of the answer to a refresh" },
  },
  {
    name: "what began under one session is repeated under another",
    file: "src/client/refresh-once.ts",
    find: "if (began !== undefined && began !== session) return Promise.reject(new SignedOutError());",
    replace: "",
    caughtBy: { file: CLIENT, test: "never repeats what began under one session under another" },
  },
  {
    name: "a mutation that has run in part is repeated",
    file: "src/client/operation-kind.ts",
    find: "!isMutation || ",
    replace: "true || ",
    caughtBy: { file: CLIENT, test: "repeats after a step-up only what has not run" },
  },
  {
    name: "a login that was overtaken is kept",
    file: "src/client/session.ts",
    find: "if (call !== called) {",
    replace: "if (call > called) {",
    caughtBy: { file: CLIENT, test: "lets the login called last win" },
  },
];
