import type { Mutant } from "./mutant.js";

const SIGN_OUT = "test/unit/sessions/sign-out.test.ts";
const CLIENT = "test/unit/client/session.test.ts";
const STEP_UP = "test/unit/client/step-up.test.ts";

/** Faults in how a session is ended by its refresh token, and in what the client helper takes for its own. */
export const signOutMutants: readonly Mutant[] = [
  {
    name: "any client may end a session by its refresh token",
    file: "src/sessions/end-session.ts",
    find: "(clientId === undefined || clientId === session.clientId) &&",
    replace: "true &&",
    caughtBy: { file: SIGN_OUT, test: "leaves everybody else alone" },
  },
  {
    name: "a sign-out while the store is down is not in force here",
    file: "src/sessions/revoke.ts",
    find: "context.revocations.apply(shared.mark);",
    replace: "",
    caughtBy: { file: SIGN_OUT, test: "is in force here at once while the store is down" },
  },
  {
    name: "a sign-out under a pepper of others is confirmed",
    file: "src/sessions/sign-out.ts",
    find: "if (pepper !== undefined) throw context.unknownPeppers.refuse(pepper);",
    replace: "",
    caughtBy: {
      file: "test/unit/sessions/peppers.test.ts",
      test: "is refused once it is taken out for good",
    },
  },
  {
    name: "a session the store forgot is not ended",
    file: "src/sessions/end-session.ts",
    find: "found?.session.userId ?? (await ownerOf(context, token, clientId))",
    replace: "found?.session.userId",
    caughtBy: { file: SIGN_OUT, test: "ends the access tokens of a session the store has forgotten" },
  },
  {
    name: "an answer that is not confirmed looks like success at the revocation endpoint",
    file: "src/http/oauth-revoke.ts",
    find: 'outcome.status === "DONE" ? success(undefined)',
    replace: "true ? success(undefined)",
    caughtBy: { file: "test/unit/http/oauth-revoke.test.ts", test: "answers 503 while the store is down" },
  },
  {
    name: "another client's access token is revoked",
    file: "src/compose/revoke-token.ts",
    find: "const isTheirs = clientId === undefined || clientId === principal.clientId;",
    replace: "const isTheirs = true;",
    caughtBy: {
      file: "test/unit/http/oauth-revoke.test.ts",
      test: "does not touch another client's accessToken",
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
    find: "if (!isOf(current, usedAccessToken)) return Promise.reject(new SignedOutError());",
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
  {
    name: "two step-ups of one client overlap",
    file: "src/client/proof.ts",
    find: "Promise.resolve(before)",
    replace: "Promise.resolve()",
    caughtBy: { file: STEP_UP, test: "waits for the one before it" },
  },
  {
    name: "a step-up waits for one of another session",
    file: "src/client/proof.ts",
    find: "last?.session === session ? last?.done : undefined",
    replace: "last?.done",
    caughtBy: { file: STEP_UP, test: "does not wait for one of another session" },
  },
  {
    name: "the step-up answered last is kept, whichever the gateway judged last",
    file: "src/client/proof.ts",
    find: "current.accessToken === token || attempt >= MAX_ATTEMPTS",
    replace: "true",
    caughtBy: { file: STEP_UP, test: "of two tabs ends with the pair that was given last" },
  },
  {
    name: "a password waits its turn and goes out under another session",
    file: "src/client/proof.ts",
    find: "const { accessToken: token } = tokensOfSession();",
    replace: 'const token = storage.get()?.accessToken ?? "";',
    caughtBy: { file: STEP_UP, test: "sends no password for that one" },
  },
  {
    name: "a refresh under way with a replaced token answers for the pair that replaced it",
    file: "src/client/refresh-once.ts",
    find: "if (inFlight?.presented === current.accessToken) return inFlight.token;",
    replace: "if (inFlight !== undefined) return inFlight.token;",
    caughtBy: { file: STEP_UP, test: "has its own pair refreshed" },
  },
  {
    name: "the answer of a refresh replaces that of a step-up",
    file: "src/client/refresh-once.ts",
    find: "if (current.accessToken !== presented.accessToken) return handOut(current);",
    replace: "",
    caughtBy: { file: STEP_UP, test: "outlives a refresh that was under way" },
  },
  {
    name: "a prompt answers for whoever signed in while it was open",
    file: "src/client/step-up.ts",
    find: "open === undefined || open.session !== session",
    replace: "open === undefined",
    caughtBy: { file: STEP_UP, test: "is asked for anew when another user signed in" },
  },
  {
    name: "what wanted a step-up is repeated under the session of who signed in meanwhile",
    file: "src/client/fetch.ts",
    find: "session.accessToken(token)",
    replace: "session.accessToken()",
    caughtBy: { file: CLIENT, test: "repeats nothing under the session of who signed in" },
  },
  {
    name: "the same through the Apollo link",
    file: "src/client/link.ts",
    find: "session.accessToken(token)",
    replace: "session.accessToken()",
    caughtBy: { file: "test/unit/client/link.test.ts", test: "repeats nothing when another session is held" },
  },
  {
    name: "a late call is told why an earlier session ended",
    file: "src/client/refresh-once.ts",
    find: "ended !== undefined && isOfSession(ended.session, token)",
    replace: "ended !== undefined",
    caughtBy: { file: CLIENT, test: "reports to a late call why its own session ended" },
  },
  {
    name: "one gateway is told the device token of another",
    file: "src/client/storage.ts",
    find: "JSON.stringify([url, username])",
    replace: "username",
    caughtBy: { file: CLIENT, test: "keeps the device tokens of two gateways apart" },
  },
];
