import { luaMutant } from "./lua-mutant.js";
import type { Mutant } from "./mutant.js";

const CONTRACT = "test/contract/session-store.test.ts";
const PAGES = "test/integration/sessions/pages.test.ts";
const EXECUTE = "test/unit/auth-subgraph/execute.test.ts";
const aPage = (store: "memory" | "Redis"): Mutant["caughtBy"] => ({
  file: CONTRACT,
  test: `the ${store} session store returns the live sessions of one user page by page`,
});

/** Faults in how a user's sessions are listed, a page at a time, and ended by the hundred. */
export const pagesMutants: readonly Mutant[] = [
  {
    name: "a page begins with the session it is to follow",
    file: "src/stores/redis/sessions/session-reader.ts",
    find: "byBeginning(one, start) > 0",
    replace: "byBeginning(one, start) >= 0",
    caughtBy: aPage("Redis"),
  },
  {
    name: "a page may begin after another user's session",
    file: "src/stores/memory/session-store.ts",
    find: "(start?.tenant !== tenant || start.userId !== user)",
    replace: "start === undefined",
    caughtBy: aPage("memory"),
  },
  {
    name: "sessions of one second have no order",
    file: "src/domain/session.ts",
    find: "(a.id < b.id ? -1 : Number(a.id > b.id))",
    replace: "0",
    caughtBy: aPage("Redis"),
  },
  {
    name: "what is on the list and gone takes a place on the page",
    file: "src/stores/redis/sessions/session-reader.ts",
    find: "while (found.length < first && rest.length > 0)",
    replace: "if (rest.length > 0)",
    caughtBy: { file: PAGES, test: "fills the page all the same" },
  },
  {
    name: "what an older gateway listed counts as the oldest",
    file: "src/stores/redis/sessions/session-reader.ts",
    find: "one.createdAt === 0 ? beginnings.get(one.id) : one.createdAt",
    replace: "one.createdAt",
    caughtBy: { file: PAGES, test: "is listed in the order of the logins" },
  },
  luaMutant(
    "a refresh forgets in the list when the session began",
    "lib/issue",
    "struct.pack('>I4I4', expires, created)",
    "struct.pack('>I4', expires)",
    { file: PAGES, test: "which is written at the next refresh" },
  ),
  {
    name: "all of a user's sessions are ended by one script",
    file: "src/stores/redis/revocations/revocation-verbs.ts",
    find: "pagesOf(members, MAX_PER_SCRIPT)",
    replace: "pagesOf(members, members.length)",
    caughtBy: { file: PAGES, test: "ends the others in scripts of a bounded length" },
  },
  {
    name: "a page may be of any size",
    file: "src/auth-subgraph/resolvers/session.ts",
    find: "first < 1 || first > MAX_PAGE",
    replace: "first < 1",
    caughtBy: { file: EXECUTE, test: "are not told where it is asked for too many" },
  },
  {
    name: "two pages of one operation are taken for one",
    file: "src/auth-subgraph/loaders.ts",
    find: "[cacheKeyFn(who), page.first, page.after]",
    replace: "[cacheKeyFn(who)]",
    caughtBy: { file: EXECUTE, test: "are returned page by page, the oldest first" },
  },
  {
    name: "the history of a listed session is asked for one by one",
    file: "src/auth-subgraph/resolvers/session-events.ts",
    find: "timeline?.map((entry) => new AuthSessionEvent(entry)) ?? eventsOf(context, id, owner)",
    replace: "eventsOf(context, id, owner)",
    caughtBy: { file: EXECUTE, test: "comes with the list, without asking for each" },
  },
];
