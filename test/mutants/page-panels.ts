import type { Mutant } from "./mutant.js";

const CHANGES = "test/unit/access-map/pictures-changes.test.ts";
const ACCESS = "test/unit/page/panels/access/access.test.ts";
const COUNTDOWN = "test/unit/page/panels/you/countdown.test.ts";
const LIVE = "test/unit/page/panels/live/live.test.ts";
const STEP_UP = "test/unit/page/panels/you/step-up-queue.test.ts";
const TOUR = "test/unit/page/panels/tour/tour.test.ts";

/** Faults in what the panels of the page say: a thing that is open, fresh or passed and is not. */
export const pagePanelsMutants: readonly Mutant[] = [
  {
    name: "the prompt asks for the longest window of those who wait",
    file: "src/page/panels/you/step-up-queue.ts",
    find: "Math.min(one, other)",
    replace: "Math.max(one, other)",
    caughtBy: { file: STEP_UP, test: "is one for all operations that wait, with the smallest window" },
  },
  {
    name: "freshness ends a window later than it does",
    file: "src/page/panels/you/countdown.ts",
    find: "left(authTime + freshSeconds, freshSeconds, nowMs)",
    replace: "left(authTime + 2 * freshSeconds, freshSeconds, nowMs)",
    caughtBy: { file: COUNTDOWN, test: "counts freshness from the last proof of identity" },
  },
  {
    name: "the list of events grows without a bound",
    file: "src/page/panels/live/event-list.ts",
    find: "const kept = all.slice(0, list.limit);",
    replace: "const kept = all;",
    caughtBy: { file: LIVE, test: "is bounded, newest first, and counts what it removed" },
  },
  {
    name: "a step without any check has passed",
    file: "src/page/panels/tour/progress.ts",
    find: "checks.length > 0 && checks.every",
    replace: "checks.every",
    caughtBy: { file: TOUR, test: "is passed only when there are checks and all of them hold" },
  },
  {
    name: "an opened coordinate is called closed",
    file: "src/access-map/pictures/changes.ts",
    find: "if (!isAtLeastAsStrict(is, was)) opened.push(change);",
    replace: "if (isAtLeastAsStrict(is, was)) opened.push(change);",
    caughtBy: { file: CHANGES, test: "are those between the graphs: removed, added and new guards" },
  },
  {
    name: "a longer window counts as stricter",
    file: "src/access-map/pictures/changes.ts",
    find: "strict.maxAgeSeconds <= other.maxAgeSeconds",
    replace: "strict.maxAgeSeconds >= other.maxAgeSeconds",
    caughtBy: { file: CHANGES, test: "are those between the graphs: a shorter and a longer window" },
  },
  {
    name: "the map before the change is forgotten",
    file: "src/page/panels/access/access-state.ts",
    find: 'return { kind: "loaded", digest, map, earlier: state.map };',
    replace: 'return { kind: "loaded", digest, map, earlier: undefined };',
    caughtBy: { file: ACCESS, test: "keeps the map before the graph changed" },
  },
];
