import { afterAll, describe, expect, it } from "vitest";
import { createPlanner } from "../../../src/federation/planner.js";
import { createPlannerHost } from "../../../src/federation/planner-host.js";
import { PlannerLost } from "../../../src/federation/planner-worker.js";
import { composeGraph } from "../../support/federated-graph.js";
import { demoSource } from "../../support/graphs/demo.js";
import { shop } from "../../support/graphs/shop.js";
import { permissiveAuthorizer } from "../../support/permissive-authorizer.js";

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
