import { expect, it } from "vitest";
import { hash } from "../support/graph-data.js";
import { leaves } from "../support/leaves.js";
import { withOneMoreGuard } from "../support/more-guards.js";
import { randomAuthOperation } from "../support/random-auth-operation.js";
import { randomGraph } from "../support/random-graph-generator.js";
import { Tape } from "../support/tape.js";
import { FRESH_SECONDS, NOW_SECONDS, randomCaller, serveModel } from "../support/triple.js";

const FULL_BUDGET = 60;
const GRAPHS = Number(process.env["MONOTONE_GRAPHS"] ?? FULL_BUDGET);
const OPERATIONS = 20;

const tapeOf = (...parts: (string | number)[]): Tape => Tape.fromSeed(hash(["monotone", ...parts].join("/")));

it("adding a guard anywhere never opens anything anywhere", async () => {
  const opened: string[] = [];
  let closed = 0;
  for (let graphIndex = 0; graphIndex < GRAPHS; graphIndex += 1) {
    const model = randomGraph(tapeOf("graph", graphIndex));
    const before = await serveModel(model, graphIndex % 3);
    const guarded = withOneMoreGuard(model, tapeOf("guard", graphIndex));
    const after = await serveModel(guarded.model, graphIndex % 3);
    for (let at = 0; at < OPERATIONS; at += 1) {
      const operation = randomAuthOperation(tapeOf("operation", graphIndex, at), before.schema);
      const { principal, degraded } = randomCaller(tapeOf("caller", graphIndex, at));
      const moment = { nowSeconds: NOW_SECONDS, freshSeconds: FRESH_SECONDS, degraded };
      const [open, narrow] = await Promise.all(
        [before, after].map(async ({ gateway }) => {
          // What the planner cannot plan is served to nobody.
          const asked = await gateway.ask(operation, principal, moment).catch(() => undefined);
          return asked === undefined ? undefined : leaves(asked.answer.data);
        }),
      );
      if (open === undefined || narrow === undefined) continue;
      const known = new Set(open);
      const news = narrow.filter((leaf) => !known.has(leaf));
      if (news.length > 0) opened.push(`${guarded.coordinate} opens ${news.join(", ")}\n${operation.text}`);
      if (narrow.length < known.size) closed += 1;
    }
    before.gateway.close();
    after.gateway.close();
  }
  expect(opened.slice(0, 3)).toEqual([]);
  // The added guards do bite: otherwise this compares a gateway with itself.
  expect(closed).toBeGreaterThan(GRAPHS < FULL_BUDGET ? 2 : 20);
}, 300_000);
