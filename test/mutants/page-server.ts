import type { Mutant } from "./mutant.js";

const RULES = "test/integration/page/rules.test.ts";
const GATEWAY = "test/integration/page/gateway.test.ts";
const FEED = "test/unit/http/page/feed.test.ts";
const SESSIONS = "test/unit/demo/page/sessions.test.ts";
const EVENTS =
  "tell what was decided, and never a password, token, variable, literal, alias or a subgraph's words";

/** Faults in the gateway's side of the page. */
export const pageServerMutants: readonly Mutant[] = [
  {
    name: "any name that ends like one of this machine is one",
    file: "src/http/page/admission.ts",
    find: 'host === "localhost" ||',
    replace: 'host.startsWith("localhost") ||',
    caughtBy: {
      file: RULES,
      test: 'is not shown under a name that somebody else may own: "localhost.evil.example"',
    },
  },
  {
    name: "an address may go on as a name",
    file: "src/http/page/admission.ts",
    find: "[1-9]?\\d)){3}$/.test(host)",
    replace: "[1-9]?\\d)){3}/.test(host)",
    caughtBy: {
      file: RULES,
      test: 'is not shown under a name that somebody else may own: "127.0.0.1.evil.example"',
    },
  },
  {
    name: "another port of this machine counts as the same origin",
    file: "src/http/page/admission.ts",
    find: 'site === "same-origin" || site === "none"',
    replace: 'site?.startsWith("same-") === true || site === "none"',
    caughtBy: { file: RULES, test: "is shown only to another port or name of this machine" },
  },
  {
    name: "an old browser on another page is taken for no browser",
    file: "src/http/page/admission.ts",
    find: "if (site === undefined && origin === undefined) return undefined;",
    replace: "if (site === undefined) return undefined;",
    caughtBy: { file: RULES, test: "is shown to a client that is no browser, but not to an old browser" },
  },
  {
    name: "the page may be put into a frame",
    file: "src/http/page/headers.ts",
    find: '  "frame-ancestors \'none\'",\n  "require',
    replace: '  "require',
    caughtBy: { file: RULES, test: "under the policy of the spec" },
  },
  {
    name: "whatever lies in the folder of the page is served",
    file: "src/http/page/built-page.ts",
    find: " && TYPES[extname(name)] !== undefined",
    replace: "",
    caughtBy: { file: RULES, test: "is nothing but what was built: /_cardea/page/assets/secret.pem" },
  },
  {
    name: "an operation in the address is answered with a page",
    file: "src/http/page/routes.ts",
    find: '!new URLSearchParams(search).has("query")',
    replace: "search !== undefined",
    caughtBy: { file: RULES, test: "leaves an operation in the address to the endpoint" },
  },
  {
    name: "the endpoints of a developer's machine ask nobody where they come from",
    file: "src/http/page/routes.ts",
    find: "...(parts.endpoints ?? []).map(guarded)",
    replace: "...(parts.endpoints ?? [])",
    caughtBy: { file: RULES, test: "is shown only to another site" },
  },
  {
    name: "a client's address is told to the page",
    file: "src/compose/page/shown-event.ts",
    find: '  delete shown["address"];\n',
    replace: "",
    caughtBy: { file: GATEWAY, test: EVENTS },
  },
  {
    name: "the words of a subgraph are told to the page",
    file: "src/compose/page/shown-event.ts",
    find: '  delete shown["texts"];\n',
    replace: "",
    caughtBy: { file: GATEWAY, test: EVENTS },
  },
  {
    name: "aliases are told to the page",
    file: "src/federation/request/root-fields.ts",
    find: "names.add(selection.name.value)",
    replace: "names.add((selection.alias ?? selection.name).value)",
    caughtBy: {
      file: "test/unit/federation/request/root-fields.test.ts",
      test: "without alias and argument",
    },
  },
  {
    name: "a URL of a subgraph keeps its password",
    file: "src/compose/page/page-state.ts",
    find: '  parsed.password = "";\n',
    replace: "",
    caughtBy: { file: GATEWAY, test: "and no credential of a URL" },
  },
  {
    name: "everybody is explained an operation as a visitor",
    file: "src/compose/page/explain-for-page.ts",
    find: 'if (credential.kind === "none") return ANONYMOUS;',
    replace: 'if (credential.kind !== "malformed") return ANONYMOUS;',
    caughtBy: { file: GATEWAY, test: "is judged for the caller of the request" },
  },
  {
    name: "a second may tell any number of events",
    file: "src/http/page/feed.ts",
    find: "if (told < MAX_PER_SECOND) {",
    replace: "if (told >= 0) {",
    caughtBy: { file: FEED, test: "a second, and how many more" },
  },
  {
    name: "any number of readers may listen",
    file: "src/http/page/feed.ts",
    find: "isFull: () => state === undefined || readers.size >= MAX_READERS",
    replace: "isFull: () => state === undefined",
    caughtBy: { file: FEED, test: "has room for" },
  },
  {
    name: "one button ages every session",
    file: "src/demo/page/sessions.ts",
    find: "const authTime = authTimes.get(session.id);",
    replace: "const [authTime] = authTimes.values();",
    caughtBy: { file: SESSIONS, test: "ages one session wherever it is read, and no other" },
  },
];
