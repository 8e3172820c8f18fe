import type { Mutant } from "./mutant.js";

const LIMITS = "test/unit/sessions/login-limits.test.ts";
const MISSING = "test/unit/stores/users/missing-users.test.ts";

/** Faults in what is counted of logins and addresses, and in what a users file may say. */
export const usersAndLimitsMutants: readonly Mutant[] = [
  {
    name: "the port a proxy writes makes another address",
    file: "src/limits/address.ts",
    find: "(inBrackets ?? withPort ?? bare)",
    replace: "(inBrackets ?? bare)",
    caughtBy: {
      file: "test/unit/limits/address.test.ts",
      test: 'written "203.0.113.7:40000" is 203.0.113.7',
    },
  },
  {
    name: "garbage counts as a refresh",
    file: "src/sessions/refresh.ts",
    find: "token === undefined ? invalidRefreshAttempt : refreshAttempt",
    replace: "invalidRefreshAttempt",
    caughtBy: {
      file: "test/unit/sessions/forgery.test.ts",
      test: "sent by the thousand is limited, and delays nobody at the same address who holds a token",
    },
  },
  {
    name: "a success gives no point back",
    file: "src/sessions/login.ts",
    find: "entry.succeeded();",
    replace: "",
    caughtBy: { file: LIMITS, test: "are forgotten by a success" },
  },
  {
    name: "a success gives the address no point back",
    file: "src/limits/login-gate.ts",
    find: "if (around.length > 0) background(this.limiter.giveBack(around));",
    replace: "",
    caughtBy: { file: LIMITS, test: "all sign in, with no device label" },
  },
  {
    name: "an empty device label is a bucket",
    file: "src/limits/policy.ts",
    find: '...(device === "" ? [] : [label]),',
    replace: "label,",
    caughtBy: {
      file: "test/unit/limits/limits.test.ts",
      test: "is no device label where there is none",
    },
  },
  {
    name: "a known device waits like a stranger",
    file: "src/sessions/login.ts",
    find: "if (isTheirs) return",
    replace: "if (!isTheirs) return",
    caughtBy: { file: LIMITS, test: "gets in at once whatever strangers do meanwhile" },
  },
  {
    name: "a device token of one user makes a device known to all",
    file: "src/sessions/login.ts",
    find: "const isTheirs = known.reference.equals(",
    replace: "const isTheirs = known.reference !== undefined || known.reference.equals(",
    caughtBy: { file: LIMITS, test: "of one user is a stranger to bob" },
  },
  {
    name: "a device token is believed without its MAC",
    file: "src/tokens/device-token.ts",
    find: "if (!timingSafeEqual(macOf(key, body), bytes.subarray(BODY_BYTES))) return undefined;",
    replace: "timingSafeEqual(macOf(key, body), bytes.subarray(BODY_BYTES));",
    caughtBy: { file: LIMITS, test: "whose token is forged is no longer one" },
  },
  {
    name: "a step-up shares the counter of a login name",
    file: "src/limits/policy.ts",
    find: "failures(`fs:${digest(session)}`",
    replace: 'failures(accountKey("default" as TenantId, session)',
    caughtBy: { file: "test/unit/limits/limits.test.ts", test: "is no session and no known device" },
  },
  {
    name: "a limited address goes on asking the store",
    file: "src/limits/login-gate.ts",
    find: 'for (const { key } of closed) this.local.take([mark("held", key, retryAfterSeconds)]);',
    replace: "",
    caughtBy: { file: LIMITS, test: "is reported once, asks the store no more" },
  },
  {
    name: "every refusal of a limited address is news",
    file: "src/sessions/login.ts",
    find: "if (entry.isNews) emit(",
    replace: "emit(",
    caughtBy: { file: LIMITS, test: "is reported once, asks the store no more" },
  },
  {
    name: "an outage counts as a failed login",
    file: "src/sessions/login.ts",
    find: 'if (!(error instanceof AuthError && error.code === "INVALID_CREDENTIALS")) entry.giveBack();',
    replace: "",
    caughtBy: { file: LIMITS, test: "counts nothing: an outage, or a scope nobody may have" },
  },
  {
    name: "waits between failures do not grow",
    file: "src/limits/counter.ts",
    find: "2 ** (count - points)",
    replace: "1",
    caughtBy: { file: LIMITS, test: "wait 1, 2, 4" },
  },
  {
    name: "an unbelieved forwarded address is never reported",
    file: "src/http/client-address.ts",
    find: "let reported = trustedProxies > 0;",
    replace: "let reported = trustedProxies >= 0;",
    caughtBy: { file: "test/unit/http/doors.test.ts", test: "is reported once: x-forwarded-for" },
  },
  {
    name: "users missing from a changed file are gone at once",
    file: "src/stores/users/file-directory.ts",
    find: "if (missing === 0) {",
    replace: "if (missing >= 0) {",
    caughtBy: { file: MISSING, test: "are neither here nor gone, with one entry less" },
  },
  {
    name: "a file in doubt opens an account",
    file: "src/stores/users/file-directory.ts",
    find: "return restricted(before, after);",
    replace: "return after;",
    caughtBy: { file: MISSING, test: "let the file take rights from the others meanwhile, and give none" },
  },
  {
    name: "an empty file says that there are no users",
    file: "src/stores/users/user-snapshot.ts",
    find: 'if (isBlank(text)) return "blank";',
    replace: "if (isBlank(text)) return build(version, []);",
    caughtBy: { file: MISSING, test: "are never removed by a file without a word" },
  },
  {
    name: "a removal is never believed",
    file: "src/stores/users/file-directory.ts",
    find: "if (clock.monotonicMs() - sinceMs < removalDelayMs) return;",
    replace: "if (clock.monotonicMs() >= sinceMs) return;",
    caughtBy: { file: MISSING, test: "are removed when the file has not changed for the delay" },
  },
];
