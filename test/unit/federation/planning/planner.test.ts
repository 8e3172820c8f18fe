import { readdirSync, readFileSync } from "node:fs";
import { afterAll, describe, expect, it } from "vitest";
import { createPlanner } from "../../../../src/federation/planning/planner.js";
import { createPlannerHost } from "../../../../src/federation/planning/process/pool.js";
import { createPlannerWorker, PlannerLost } from "../../../../src/federation/planning/process/worker.js";
import { composeGraph } from "../../../support/federated-graph.js";
import { demoSource } from "../../../support/graphs/demo.js";
import { shop } from "../../../support/graphs/shop.js";
import { permissiveAuthorizer } from "../../../support/permissive-authorizer.js";

const host = createPlannerHost();
afterAll(() => host.stop());
const DRAW = { labels: new Set<string>(), percentage: 0, key: "" };
const demo = () => createPlanner(permissiveAuthorizer(demoSource().supergraphSdl).plannerSdl, host);
// An alias equal to its own field beside the field: valid GraphQL, and a panic in the planner at 0.0.38.
const PANIC =
  "{ reviews(first: 1) { product { __typename related { __typename r: reviews { author { name ... { name: name } } } } } } }";

describe("the planner", () => {
  it("plans an operation over several subgraphs", async () => {
    const planner = await createPlanner(composeGraph(shop), host);
    const plan = await planner.plan("{ me { name reviews { body } } }", undefined, DRAW);
    expect(plan).toMatchObject({
      kind: "sequence",
      nodes: [
        { kind: "fetch", subgraph: "accounts" },
        { kind: "flatten", path: [{ kind: "field", name: "me" }], node: { subgraph: "reviews" } },
      ],
    });
  });

  it("survives an operation that makes the native code panic, and plans the next one", async () => {
    const planner = await demo();
    await expect(planner.plan(PANIC, undefined, DRAW)).rejects.toBeInstanceOf(PlannerLost);
    expect(await planner.plan("{ reviews { id } }", undefined, DRAW)).toMatchObject({ kind: "fetch" });
  });

  it("loses only the operation that panicked when others are planned beside it", async () => {
    const planner = await demo();
    const good = ["{ reviews { id } }", "{ reviews { text } }", "{ products { id } }"];
    const outcomes = await Promise.allSettled(
      [good[0], PANIC, good[1], good[2]].map((text) => planner.plan(text ?? "", undefined, DRAW)),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  });

  it("ends a planning that takes longer than its deadline", async () => {
    const impatient = createPlannerHost({ deadlineMs: 1 });
    const planner = await createPlanner(composeGraph(shop), impatient);
    const deep = "product { reviews { product { reviews { product { creator { name } } } } } }";
    const wide = Array.from({ length: 200 }, (_, i) => `r${i}: reviews(ids: ["${i}"]) { ${deep} }`).join(" ");
    await expect(planner.plan(`{ ${wide} }`, undefined, DRAW)).rejects.toMatchObject({ reason: "too slow" });
    impatient.stop();
  });

  it("refuses text that is no supergraph, in words of its own", async () => {
    await expect(createPlanner("type Query { a: Int", host)).rejects.toMatchObject({
      problems: [{ kind: "SUPERGRAPH_UNPLANNABLE" }],
    });
  });

  it("cannot plan on a supergraph that was closed", async () => {
    const planner = await createPlanner(composeGraph(shop), host);
    planner.close();
    await expect(planner.plan("{ me { name } }", undefined, DRAW)).rejects.toThrow();
  });
});

/** Planner processes that this process started. */
const childrenOf = (parent: number): readonly number[] =>
  readdirSync("/proc").flatMap((name) => {
    try {
      const status = /^\d+$/.test(name) ? readFileSync(`/proc/${name}/status`, "utf8") : "";
      const isOurs = status.includes(`PPid:\t${parent}\n`);
      return isOurs && readFileSync(`/proc/${name}/cmdline`, "utf8").includes("planner-process")
        ? [Number(name)]
        : [];
    } catch {
      // It ended while we looked.
      return [];
    }
  });

describe("a planner process that is ended from outside", () => {
  it.each(["SIGKILL", "SIGTERM"] as const)("says nothing about what it was planning: %s", async (signal) => {
    const before = new Set(childrenOf(process.pid));
    const worker = createPlannerWorker();
    await worker.request({ kind: "open", id: 1, sdl: composeGraph(shop) }, 60_000);
    // Another test's planner may start just now; whichever of them is ours gets the signal.
    const pids = childrenOf(process.pid).filter((one) => !before.has(one));
    if (pids.length === 0) throw new Error("no planner process");
    for (const pid of pids) process.kill(pid, "SIGSTOP");
    const pending = worker.request(
      { kind: "plan", id: 1, text: "{ me { name } }", labels: [], percentage: 0 },
      60_000,
    );
    const outcome = expect(pending).rejects.toMatchObject({ reason: "killed" });
    for (const pid of pids) {
      process.kill(pid, signal);
      process.kill(pid, "SIGCONT");
    }
    await outcome;
    expect(worker.opened.size).toBe(0);
    worker.stop();
  });
});
