import type { Mutant } from "./mutant.js";

const STATUS = "test/unit/server/status.test.ts";
const HEADERS = "test/unit/server/response-headers.test.ts";
const CONTEXT = "test/unit/server/context.test.ts";
const LIMITS = "test/unit/server/document-limits.test.ts";
const ECHOES = "test/unit/server/echoes.test.ts";
const WIRE = "test/integration/server-wire.test.ts";
const ENDPOINTS = "test/unit/http/endpoints.test.ts";
const CORS = "test/unit/http/cors.test.ts";
const JSON_BODY = "test/unit/http/parse-json.test.ts";
const PERSISTED = "test/integration/persisted-documents.test.ts";
const DIRECT = "test/unit/server/direct-path.test.ts";
const TWO_PATHS = "test/integration/direct-path.test.ts";
const CONFIG = "test/unit/config/load.test.ts";
const DEPLOYMENT = "test/unit/config/deployment.test.ts";
const LOG = "test/unit/telemetry/log.test.ts";

/** Faults in the HTTP endpoints, the server around Apollo Server, the configuration and the log. */
export const frontDoorMutants: readonly Mutant[] = [
  {
    name: "a null root field counts as served although it was refused",
    file: "src/server/status.ts",
    find: "data[key] === null ? nullCounts && !failed.has(key) : true",
    replace: "data[key] === null ? nullCounts : true",
    caughtBy: { file: STATUS, test: "nothing served, signed out" },
  },
  {
    name: "403 is said before 401",
    file: "src/server/status.ts",
    find: "[503, 429, 401, 403, 200]",
    replace: "[503, 429, 403, 401, 200]",
    caughtBy: { file: STATUS, test: 'mixes ["FORBIDDEN","UNAUTHENTICATED"] into 401' },
  },
  {
    name: "an answer with tokens may be stored",
    file: "src/server/response-headers.ts",
    find: "outcome.carriesTokens || outcome.credentialRefused",
    replace: "outcome.credentialRefused",
    caughtBy: { file: HEADERS, test: "keeps" },
  },
  {
    name: "scopes are told under disclosure codes",
    file: "src/server/response-headers.ts",
    find: 'disclosure === "full" ? scopeOf(challenge) : []',
    replace: "scopeOf(challenge)",
    caughtBy: { file: HEADERS, test: "discloses under `codes` only what it may" },
  },
  {
    name: "another scheme than Bearer is no credential",
    file: "src/server/context.ts",
    find: 'return { kind: "malformed", detail: "not a single Bearer or DPoP token" };',
    replace: 'return { kind: "none" };',
    caughtBy: { file: CONTEXT, test: "for malformed, never for absent" },
  },
  {
    name: "of two Authorization headers the first counts",
    file: "src/server/context.ts",
    find: 'if (more.length > 0) return { kind: "malformed", detail: "more than one Authorization header" };',
    replace: "",
    caughtBy: { file: CONTEXT, test: "for malformed, never for absent" },
  },
  {
    name: "fragments hide depth",
    file: "src/server/document-limits.ts",
    find: "deepest = Math.max(deepest, fragmentDepth(selection.name.value));",
    replace: "",
    caughtBy: { file: LIMITS, test: "refuses one level too deep behind a fragment" },
  },
  {
    name: "fragments are measured once per spread",
    file: "src/server/document-limits.ts",
    find: "if (known !== undefined) return known;",
    replace: "if (known === 0) return known;",
    caughtBy: { file: LIMITS, test: "measures a fragment bomb in linear time" },
  },
  {
    name: "a literal of the wrong type is quoted",
    file: "src/server/echoes.ts",
    find: '[/(Expected value of type "[^"]*"), found [\\s\\S]*$/, "$1."],',
    replace: "",
    caughtBy: { file: ECHOES, test: "do not contain a secret inline as the wrong type" },
  },
  {
    name: "the inner text of a refusal is sent",
    file: "src/server/format-error.ts",
    find: "if (cause instanceof AuthError) return worded(formatted, cause.code, cause.details);",
    replace: "",
    caughtBy: { file: WIRE, test: "answers a refused credential 401 before execution" },
  },
  {
    name: "a fault of ours is sent as it is",
    file: "src/server/format-error.ts",
    find: 'return worded(formatted, "INTERNAL_SERVER_ERROR", {});',
    replace: "return formatted;",
    caughtBy: { file: WIRE, test: "masks what nobody expected" },
  },
  {
    name: "members of a batch run under one context",
    file: "src/http/graphql.ts",
    find: "Array.isArray(value) ? runBatch",
    replace: "false ? runBatch",
    caughtBy: { file: WIRE, test: "gives members of a batch nothing in common" },
  },
  {
    name: "a form may hold an operation",
    file: "src/http/content-problem.ts",
    find: 'if (type.trim() !== "application/json")',
    replace: "if (false)",
    caughtBy: { file: WIRE, test: 'refuses a POST of type "text/plain"' },
  },
  {
    name: "the client chooses its own address",
    file: "src/http/client-address.ts",
    find: "chain[Math.max(0, chain.length - trustedProxies)]",
    replace: "chain[0]",
    caughtBy: { file: ENDPOINTS, test: "with 1 trusted proxies" },
  },
  {
    name: "an origin that begins like a listed one is let in",
    file: "src/http/cors.ts",
    find: "origin !== undefined && origins.has(origin)",
    replace: "origin !== undefined && [...origins].some((each) => origin.startsWith(each))",
    caughtBy: { file: CORS, test: "may not when they come from https://app.example.com.evil.org" },
  },
  {
    name: "brackets inside texts do not end",
    file: "src/http/parse-json.ts",
    find: "if (code === BACKSLASH) index++;",
    replace: "if (false) index++;",
    caughtBy: { file: JSON_BODY, test: "may be nested as deep as real variables are" },
  },
  {
    name: "a listed id carries another text along",
    file: "src/server/persisted-documents.ts",
    find: "if (text !== undefined && requested.query !== undefined && requested.query !== text)",
    replace: "if (false)",
    caughtBy: { file: PERSISTED, test: "refuse a query that is not the document of its id" },
  },
  {
    name: "what is not on the list is served all the same",
    file: "src/server/persisted-documents.ts",
    find: "if (documents.only && !listed)",
    replace: "if (documents.only && !listed && requested.query === undefined)",
    caughtBy: { file: PERSISTED, test: "refuse another text before anything runs" },
  },
  {
    name: "a problem quotes the value",
    file: "src/config/problems.ts",
    find: "`a string of ${value.length} characters`",
    replace: "`the string ${value}`",
    caughtBy: { file: CONFIG, test: "by type and never by value" },
  },
  {
    name: "production may generate its keys",
    file: "src/config/deployment.ts",
    find: '...(production ? ["in production"] : []),',
    replace: "",
    caughtBy: { file: DEPLOYMENT, test: "refuses generated keys and peppers in production" },
  },
  {
    name: "a token in a text is logged",
    file: "src/telemetry/log.ts",
    find: "logger[level](withoutTokens(skipped === 0 ? event : { ...event, skipped }), event.type);",
    replace: "logger[level](skipped === 0 ? event : { ...event, skipped }, event.type);",
    caughtBy: { file: LOG, test: "out of a line, wherever it hides" },
  },
  {
    name: "the direct path lets anyone keep what a caller was shown",
    file: "src/server/direct-path.ts",
    find: ", ...cacheHeaders(outcome, undefined)]",
    replace: "]",
    caughtBy: { file: TWO_PATHS, test: "for a caller who asks" },
  },
  {
    name: "the direct path answers by itself what holds errors",
    file: "src/server/direct-path.ts",
    find: "  errors === undefined &&\n",
    replace: "",
    caughtBy: { file: DIRECT, test: "hands an error to the pipeline" },
  },
  {
    name: "the direct path takes mutations",
    file: "src/server/direct-path.ts",
    find: "operation?.operation !== OperationTypeNode.QUERY",
    replace: "operation == null",
    caughtBy: { file: DIRECT, test: "sends a mutation to the pipeline" },
  },
  {
    name: "the direct path takes what a form may send",
    file: "src/server/direct-path.ts",
    find: ' || !PREFLIGHTED.has(headers["content-type"])',
    replace: "",
    caughtBy: { file: DIRECT, test: "sends a type a form may send to the pipeline" },
  },
  {
    name: "a document outlives the schema it was validated for",
    file: "src/server/known-documents.ts",
    find: "      documents = createLru(capacity);\n",
    replace: "",
    caughtBy: { file: DIRECT, test: "forgets everything when another schema" },
  },
];
