import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { createGraphHistory } from "../../../src/compose/graph-history.js";
import { createOpeningCheck } from "../../../src/compose/opening-check.js";
import { composeSubgraphs, diffSupergraphs } from "../../../src/composition/index.js";
import { checkConfig } from "../../../src/config/load.js";
import { digestOf } from "../../../src/federation/supergraph/sources.js";
import {
  AUTH_LINK,
  aSubgraph,
  COMPOSE,
  DEFINITION,
  FEDERATION_LINK,
  problemsOf,
} from "../composition/support.js";

const LINK = FEDERATION_LINK.replace('"@key"', '"@key", "@inaccessible"');
const HEAD = `extend schema ${LINK} ${AUTH_LINK} ${COMPOSE}\n${DEFINITION}`;
const graph = (body: string): string => composeSubgraphs([aSubgraph("s", body, HEAD)]).supergraphSdl;

/** Goes through these supergraphs as a gateway does; answers what the last reload would open. */
const openedAtLast = (auth: object, ...bodies: readonly string[]): readonly string[] => {
  const check = createOpeningCheck(checkConfig({ supergraph: "s.graphql", auth }, { environment: {} }));
  const last = bodies.at(-1) ?? "";
  for (const body of bodies.slice(0, -1)) {
    const sdl = graph(body);
    check.assertNothingOpens(sdl);
    check.observe({ type: "supergraph.swapped", digest: digestOf(sdl) });
  }
  return problemsOf(() => check.assertNothingOpens(graph(last))).map(({ kind, where }) => `${kind} ${where}`);
};
const Q = (fields: string) => `type Query { open: Int ${fields} }`;

describe("a reload is refused that opens", () => {
  it.each([
    ["what was @inaccessible", {}, [Q("a: Int @inaccessible"), Q("a: Int")], "Query.a"],
    ["what was @inaccessible, to callers", {}, [Q("a: Int @inaccessible"), Q("a: Int @auth")], "Query.a"],
    [
      "an argument",
      {},
      [Q("a(x: Int, all: Boolean @inaccessible): Int"), Q("a(x: Int, all: Boolean): Int")],
      "Query.a(all:)",
    ],
    [
      "a whole type, told once",
      {},
      [
        Q("t: T @inaccessible") + " type T @inaccessible { a: Int b: Int }",
        Q("t: T") + " type T { a: Int b: Int }",
      ],
      "T",
    ],
    [
      "an input field",
      {},
      [
        Q("a(i: I): Int") + " input I { x: Int y: Int @inaccessible }",
        Q("a(i: I): Int") + " input I { x: Int y: Int }",
      ],
      "I.y",
    ],
    [
      "an enum value",
      {},
      [Q("a(e: E): Int") + " enum E { X Y @inaccessible }", Q("a(e: E): Int") + " enum E { X Y }"],
      "E.Y",
    ],
    [
      "a guard by a longer window than `fresh` has here",
      { freshSeconds: 20 },
      [Q("a: Int @auth(fresh: true)"), Q("a: Int @auth(maxAge: 300)")],
      "Query.a",
    ],
    [
      "what a policy alone lets anonymous callers have here",
      { policyMode: "apollo" },
      [Q('a: Int @authenticated @policy(policies: [["p"]])'), Q('a: Int @policy(policies: [["p"]])')],
      "Query.a",
    ],
    ["what was taken out one reload before", {}, [Q("a: Int @auth"), Q("b: Int"), Q("a: Int")], "Query.a"],
    [
      "what was taken out long ago",
      {},
      [Q("a: Int @auth"), Q("b: Int"), Q("c: Int"), Q("b: Int"), Q("a: Int")],
      "Query.a",
    ],
    [
      "an argument that was taken out",
      {},
      [Q("a(x: Int @auth): Int"), Q("a: Int"), Q("a(x: Int): Int")],
      "Query.a(x:)",
    ],
    [
      "what was hidden with its guard taken off",
      {},
      [Q("a: Int @auth"), Q("a: Int @inaccessible"), Q("a: Int")],
      "Query.a",
    ],
    [
      "a type by an unguarded copy in its place",
      {},
      [Q("me: U") + " type U { id: ID ssn: String @auth }", Q("me: V") + " type V { id: ID ssn: String }"],
      "V.ssn",
    ],
    ["a scalar", {}, [Q("a: S") + " scalar S @auth", Q("a: S") + " scalar S"], "Query.a"],
  ] as const)("%s", (_name, auth, bodies, where) => {
    expect(openedAtLast(auth, ...bodies)).toContain(`NEWLY_OPEN ${where}`);
    if (where === "T") expect(openedAtLast(auth, ...bodies)).toHaveLength(1);
  });

  it.each([
    ["a new field", [Q("a: Int @auth"), Q("a: Int @auth b: Int")]],
    ["what was guarded again by the same", [Q("a: Int @auth"), Q("b: Int"), Q("a: Int @auth")]],
    ["what is hidden", [Q("a: Int @auth"), Q("a: Int @inaccessible")]],
    ["a window as long as `fresh`", [Q("a: Int @auth(fresh: true)"), Q("a: Int @auth(maxAge: 300)")]],
    [
      "an older type in place of another",
      [
        Q("me: U v: V") + " type U { s: Int @auth } type V { s: Int }",
        Q("me: V v: V u: U") + " type U { s: Int @auth } type V { s: Int }",
      ],
    ],
  ] as const)("and not %s", (_name, bodies) => {
    expect(openedAtLast({}, ...bodies)).toEqual([]);
  });

  it("and what was once approved is the measure from then on", () => {
    const check = createOpeningCheck(checkConfig({ supergraph: "s.graphql" }, { environment: {} }));
    const [closed, open] = [graph(Q("a: Int @auth")), graph(Q("a: Int"))];
    check.observe({ type: "supergraph.loaded", digest: digestOf(closed) });
    check.assertNothingOpens(open);
    check.observe({ type: "supergraph.loaded", digest: digestOf(open) });
    expect(problemsOf(() => check.assertNothingOpens(open))).toEqual([]);
  });

  it("as `check --against` sees it, with the settings of the configuration", () => {
    const [before, after] = [graph(Q("a: Int @auth(fresh: true)")), graph(Q("a: Int @auth(maxAge: 300)"))];
    expect(diffSupergraphs(before, after, { freshSeconds: 20 }).opened).toMatchObject([
      { coordinate: "Query.a" },
    ]);
    expect(diffSupergraphs(before, after).opened).toEqual([]);
  });
});

describe("workers that tell each other what they serve refuse to open", () => {
  const settings = checkConfig({ supergraph: "s.graphql" }, { environment: {} });
  const takesUp = (check: ReturnType<typeof createOpeningCheck>, body: string): void => {
    const sdl = graph(body);
    check.assertNothingOpens(sdl);
    check.observe({ type: "supergraph.swapped", digest: digestOf(sdl) });
  };
  const opens = (check: ReturnType<typeof createOpeningCheck>, body: string): readonly string[] =>
    problemsOf(() => check.assertNothingOpens(graph(body))).map(({ kind, where }) => `${kind} ${where}`);
  const [closed, without, open] = [Q("a: Int @auth"), Q("b: Int"), Q("a: Int")];

  it("by one that has just started, what others took out long ago", () => {
    const history = createGraphHistory();
    const elder = createOpeningCheck(settings, history);
    for (const body of [closed, without, Q("c: Int")]) takesUp(elder, body);
    const younger = createOpeningCheck(settings, createGraphHistory(history.current()));
    takesUp(younger, Q("c: Int"));
    expect(opens(younger, open)).toEqual(["NEWLY_OPEN Query.a"]);
  });

  it.each([
    ["guarded", closed],
    ["hid", Q("a: Int @inaccessible")],
  ])("by one worker, what another closed in a graph that the first never served: it %s it", (_, tight) => {
    const history = createGraphHistory();
    const [quick, slow] = [createOpeningCheck(settings, history), createOpeningCheck(settings, history)];
    takesUp(quick, open);
    takesUp(slow, open);
    const older = graph(Q("a: Int b: Int"));
    slow.assertNothingOpens(older);
    takesUp(quick, tight);
    slow.observe({ type: "supergraph.swapped", digest: digestOf(older) });
    expect(opens(slow, Q("a: Int c: Int"))).toEqual(["NEWLY_OPEN Query.a"]);
    expect(opens(quick, Q("a: Int c: Int"))).toEqual(["NEWLY_OPEN Query.a"]);
    // What it serves it may be told about anew.
    expect(opens(slow, Q("a: Int b: Int"))).toEqual([]);
    // It is not what a worker that starts now begins with, and it must not stay.
    expect(history.current()?.supergraphSdl).toBe(graph(tight));
    expect([quick, slow].map((each) => each.isMoreOpen())).toEqual([false, true]);
  });

  it("and none has to leave a graph that guards more, or other things, than theirs", () => {
    const history = createGraphHistory();
    const [quick, slow] = [createOpeningCheck(settings, history), createOpeningCheck(settings, history)];
    expect(quick.isMoreOpen()).toBe(false);
    takesUp(slow, closed);
    takesUp(quick, without);
    expect([quick, slow].map((each) => each.isMoreOpen())).toEqual([false, false]);
  });

  it("and take what the operator approved for one of them as the measure", () => {
    const history = createGraphHistory();
    const folder = mkdtempSync(join(tmpdir(), "cardea-approved-"));
    const approvedOpenings = join(folder, "approved");
    writeFileSync(approvedOpenings, digestOf(graph(open)));
    const [first, second] = [{ ...settings, approvedOpenings }, settings].map((each) =>
      createOpeningCheck(each, history),
    );
    for (const body of [closed, open]) if (first !== undefined) takesUp(first, body);
    expect(second === undefined ? [] : opens(second, Q("a: Int c: Int"))).toEqual([]);
  });
});
