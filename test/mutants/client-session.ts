import type { Mutant } from "./mutant.js";

const TABS = "test/unit/client/tabs.test.ts";
const SERVER = "test/unit/client/server.test.ts";
const PROMPTS = "test/unit/client/prompts.test.ts";

/** Faults in what a client session shares with other tabs, refreshes ahead, prompts for and renders. */
export const clientSessionMutants: readonly Mutant[] = [
  {
    name: "a tab takes the tokens of another session",
    file: "src/client/tabs.ts",
    find: "else if (isOther || ",
    replace: "else if (",
    caughtBy: { file: TABS, test: "take nothing of another session" },
  },
  {
    name: "a tab takes a session that has ended",
    file: "src/client/tabs.ts",
    find: "if (over.has(sessionOf(tokens))) return;",
    replace: "",
    caughtBy: { file: TABS, test: "take nothing of a session that has ended here" },
  },
  {
    name: "a tab refreshes without a look at the others",
    file: "src/client/tabs.ts",
    find: "        await look();\n",
    replace: "",
    caughtBy: { file: TABS, test: "look for newer tokens before they refresh" },
  },
  {
    name: "tabs refresh side by side",
    file: "src/client/tabs.ts",
    find: "exclusive: locks === undefined ? undefined : exclusiveWith(locks),",
    replace: "exclusive: locks === undefined ? exclusiveWith(undefined as never) : undefined,",
    caughtBy: { file: TABS, test: "refresh once when both are refused at the same time" },
  },
  {
    name: "a sign-out is not told to the other tabs",
    file: "src/client/session.ts",
    find: "part?.tabs?.over(sessionOf(tokens))",
    replace: "undefined",
    caughtBy: { file: TABS, test: "hear of a sign-out within 200 ms" },
  },
  {
    name: "a hidden page refreshes ahead",
    file: "src/client/keep-fresh.ts",
    find: 'held > 0 || page?.document?.visibilityState === "visible"',
    replace: "true",
    caughtBy: { file: TABS, test: "does not take place while the page is hidden" },
  },
  {
    name: "a fresh token is refreshed",
    file: "src/client/keep-fresh.ts",
    find: "lifetimeSeconds * (0.1 + Math.random() / 5)",
    replace: "lifetimeSeconds",
    caughtBy: { file: TABS, test: "waits until 70 % of the life of the token has passed" },
  },
  {
    name: "a gateway that asked for time is asked at once",
    file: "src/client/pause.ts",
    find: "now() < current.untilMs",
    replace: "now() < current.beganMs",
    caughtBy: {
      file: "test/unit/client/session.test.ts",
      test: "does not ask again before the time that the gateway named",
    },
  },
  {
    name: "a sign-out that could not be sent is forgotten",
    file: "src/client/sign-out.ts",
    find: "unsent.add(tokens)",
    replace: "unsent.delete(tokens)",
    caughtBy: { file: TABS, test: "is sent when the network is back" },
  },
  {
    name: "a state that did not change is reported",
    file: "src/client/state.ts",
    find: "if (before !== reported)",
    replace: "if (before !== undefined)",
    caughtBy: { file: "test/unit/client/state.test.ts", test: "reports each change once" },
  },
  {
    name: "a prompt keeps the maxAge of who came first",
    file: "src/client/step-up.ts",
    find: "maxAge !== undefined && maxAge <",
    replace: "maxAge === undefined && 0 <",
    caughtBy: { file: PROMPTS, test: "demands the smallest maxAge of all who wait" },
  },
  {
    name: "a prompt outlives its session",
    file: "src/client/session.ts",
    find: "account?.drop();",
    replace: "",
    caughtBy: { file: PROMPTS, test: "is closed by a sign-out" },
  },
  {
    name: "a token is given to every address",
    file: "src/client/gateway-origin.ts",
    find: ".origin === gateway.origin;",
    replace: ".origin !== undefined;",
    caughtBy: { file: "test/unit/client/adapters.test.ts", test: "gives its token to nobody else" },
  },
  {
    name: "a prefetch refreshes",
    file: "src/client/server.ts",
    find: "options.mayWrite && !isPrefetch(options.headers)",
    replace: "options.mayWrite",
    caughtBy: { file: SERVER, test: "never refreshes for a prefetch of Next.js" },
  },
  {
    name: "a server refreshes for each of its operations",
    file: "src/client/server.ts",
    find: "refreshing ??= refresh();",
    replace: "refreshing = refresh();",
    caughtBy: { file: SERVER, test: "refreshes once per incoming request" },
  },
  {
    name: "a proof belongs to no token",
    file: "src/client/dpop.ts",
    find: "...(token === undefined ? {} : { ath: base64url(await sha256(token)) }),",
    replace: "",
    caughtBy: {
      file: "test/integration/client-dpop.test.ts",
      test: "signs in, asks, refreshes and steps up, each with a proof",
    },
  },
];
