import type { Mutant } from "./mutant.js";

const CREDENTIAL = "test/integration/cookies/credential.test.ts";
const JUDGE = "test/unit/http/judge-origin.test.ts";
const DELIVERY = "test/unit/http/cookie-delivery.test.ts";
const COOKIES = "test/unit/http/cookies.test.ts";
const CLIENTS = "test/unit/config/clients.test.ts";

/** Faults in cookie mode: whose cookies count, what they are worth, and when they are set and cleared. */
export const cookieMutants: readonly Mutant[] = [
  {
    name: "another site of the same registrable domain counts as our own",
    file: "src/http/judge-origin.ts",
    find: 'if (!isRead || facts.fetchSite !== "same-origin") return',
    replace: 'if (!isRead || facts.fetchSite === "cross-site") return',
    caughtBy: { file: JUDGE, test: "same-site" },
  },
  {
    name: "a request with the cookies of another site is served without them",
    file: "src/http/judge-origin.ts",
    find: 'return { kind: "refused", reason: origin === "null" ? "null" : "unknown" };',
    replace: "return IGNORE;",
    caughtBy: { file: CREDENTIAL, test: "is refused before execution: an unknown origin" },
  },
  {
    name: "a POST without Origin is believed to be same-origin",
    file: "src/http/judge-origin.ts",
    find: 'const isRead = facts.method === "GET" || facts.method === "HEAD";',
    replace: "const isRead = true;",
    caughtBy: { file: JUDGE, test: "refused: missing" },
  },
  {
    name: "an expired session is silently anonymous",
    file: "src/http/cookie-mode.ts",
    find: 'return rt === undefined ? { kind: "none" } : { kind: "expired" };',
    replace: 'return { kind: "none" };',
    caughtBy: { file: CREDENTIAL, test: "is expired, never anonymous, when its cookie is absent" },
  },
  {
    name: "of two cookies of one name the first counts",
    file: "src/http/cookies.ts",
    find: "return names.indexOf(name) !== names.lastIndexOf(name);",
    replace: "return false;",
    caughtBy: { file: COOKIES, test: "are reported when one is there twice" },
  },
  {
    name: "only the variant in use is cleared when a name came twice",
    file: "src/http/cookie-delivery.ts",
    find: "const other = presented.isRepeated ? otherVariant(policy) : undefined;",
    replace: "const other = undefined as ReturnType<typeof otherVariant>;",
    caughtBy: { file: CREDENTIAL, test: "twice is refused, and both variants of the cookies are cleared" },
  },
  {
    name: "the token of a cookie session is accepted in Authorization",
    file: "src/federation/request/credential.ts",
    find: ": delivery === undefined;",
    replace: ": true;",
    caughtBy: {
      file: CREDENTIAL,
      test: "is refused in Authorization, before and after it was used as a cookie",
    },
  },
  {
    name: "any token of ours is accepted in a cookie",
    file: "src/federation/request/credential.ts",
    find: 'issuer === LOCAL_ISSUER && delivery === "cookie" && clientId === credential.clientId',
    replace: "issuer === LOCAL_ISSUER",
    caughtBy: { file: CREDENTIAL, test: "is refused when its token was issued to a bearer client" },
  },
  {
    name: "the refresh token of another client is accepted in a cookie",
    file: "src/sessions/refresh.ts",
    find: "command.refreshToken === undefined ? origin.delivery.cookieClient : undefined;",
    replace: "undefined;",
    caughtBy: { file: CREDENTIAL, test: "refuse the refresh token of another client in the cookie" },
  },
  {
    name: "a refused refresh without a reason clears the cookies of a winner",
    file: "src/sessions/refresh.ts",
    find: 'error.code === "INVALID_GRANT" && error.details.reason;',
    replace: 'error.code === "INVALID_GRANT";',
    caughtBy: { file: CREDENTIAL, test: "set nothing when it does not parse" },
  },
  {
    name: "the cookies of a session that is over stay",
    file: "src/sessions/refresh.ts",
    find: "if (isOver && command.refreshToken === undefined) origin.delivery.clear();",
    replace: "void isOver;",
    caughtBy: { file: CREDENTIAL, test: "clear both cookies when the session is over" },
  },
  {
    name: "a second field sets the same cookies",
    file: "src/federation/request/token-fields.ts",
    find: "if (fields.issuing + fields.ending === 0 || claim(fields)) return;",
    replace: "if (fields.issuing >= 0) return;",
    caughtBy: { file: CREDENTIAL, test: "is refused for the second member of a batch" },
  },
  {
    name: "a sign-out clears the cookies of a login beside it",
    file: "src/http/cookie-delivery.ts",
    find: "if (issued > 1 || (issued > 0 && ended > 0)) return false;",
    replace: "if (issued > 1) return false;",
    caughtBy: {
      file: CREDENTIAL,
      test: "is refused for one that ends the session beside one that issues tokens",
    },
  },
  {
    name: "a login leaves the session behind whose cookies it replaces",
    file: "src/sessions/login.ts",
    find: 'if (session.delivery === "cookie") await endReplaced(context, clientId, origin);',
    replace: "void endReplaced;",
    caughtBy: { file: CREDENTIAL, test: "ends the session whose cookies it replaces" },
  },
  {
    name: "any origin may sign in with a cookie client",
    file: "src/sessions/login.ts",
    find: 'if (client.delivery === "cookie" && delivery.cookieClient !== clientId)',
    replace: 'if (client.delivery === "cookie" && delivery.cookieClient === undefined)',
    caughtBy: { file: CREDENTIAL, test: "as another cookie client is refused" },
  },
  {
    name: "remember: false does not shorten the session",
    file: "src/sessions/login.ts",
    find: "return remember ? life : Math.min(",
    replace: "return remember || !remember ? life : Math.min(",
    caughtBy: { file: CREDENTIAL, test: "leaves Max-Age off, at the login and at every refresh" },
  },
  {
    name: "a token that browsers ignore is set",
    file: "src/http/cookie-delivery.ts",
    find: 'if (bytes > MAX_COOKIE_BYTES || (kind === "at" && token.length > MAX_ACCESS_TOKEN_LENGTH))',
    replace: "if (bytes > MAX_COOKIE_BYTES * 100)",
    caughtBy: { file: DELIVERY, test: "are refused when too large" },
  },
  {
    name: "every listed origin may send cookies",
    file: "src/http/cors.ts",
    find: "withCookies?.has(allowed) === true",
    replace: "true",
    caughtBy: { file: "test/unit/http/cors.test.ts", test: "may call when listed, and read the challenge" },
  },
  {
    name: "a subgraph may set a cookie of ours",
    file: "src/config/clients.ts",
    find: 'folded.startsWith("__host-") || folded.startsWith("__secure-") || isOurs(folded)',
    replace: 'folded.startsWith("__secure-")',
    caughtBy: { file: CLIENTS, test: "has cookies that no subgraph may set" },
  },
  {
    name: "cookies without Secure are accepted in production",
    file: "src/config/clients.ts",
    find: "if (cookie?.plainOnLocalhost === true && production)",
    replace: "if (cookie?.plainOnLocalhost === true && !production && !production === false)",
    caughtBy: { file: CLIENTS, test: "is refused with plain cookies in production" },
  },
  {
    name: "a form without its token ends sessions",
    file: "src/http/account/route.ts",
    find: 'if (form === undefined || !formTokens.isValid(visitor.sessionId, form.get("form"))) return refused;',
    replace: "if (form === undefined) return refused;",
    caughtBy: { file: "test/integration/cookies/account.test.ts", test: "refuses a form without its token" },
  },
  {
    name: "the form of any session is accepted",
    file: "src/http/account/csrf.ts",
    find: 'createHmac("sha256", key).update(session).digest();',
    replace: 'createHmac("sha256", key).update(session.slice(0, 0)).digest();',
    caughtBy: {
      file: "test/integration/cookies/account.test.ts",
      test: "refuses the form of another session",
    },
  },
  {
    name: "another origin sends the form of the page of sessions",
    file: "src/compose/account.ts",
    find: "origin !== undefined && ownOrigins.has(origin) ? clients",
    replace: "origin !== undefined ? clients",
    caughtBy: {
      file: "test/integration/cookies/account.test.ts",
      test: "from the origin of the application",
    },
  },
  {
    name: "a stranger's tracing headers reach subgraphs",
    file: "src/compose/engine.ts",
    find: "if (server.trustedProxies > 0)",
    replace: "if (server.trustedProxies >= 0)",
    caughtBy: {
      file: "test/integration/forwarded-headers.test.ts",
      test: "drops tracing headers that no trusted proxy wrote",
    },
  },
];
