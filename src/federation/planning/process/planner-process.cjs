"use strict";
/**
 * The query planner in a process of its own: a panic in its Rust code aborts the process, and planning cannot be
 * interrupted. It handles one request at a time, so that a crash can be attributed to the last request.
 *
 * In: { kind: "open", id, sdl } | { kind: "plan", id, text, operationName, labels, percentage } | { kind: "close", id }
 * Out: { kind: "opened", labels, percentages } | { kind: "planned", plan } | { kind: "failed", message }
 *      | { kind: "unsupported" }
 */
const planners = new Map();
let QueryPlanner;
try {
  ({ QueryPlanner } = require("@graphql-hive/router-query-planner"));
} catch {
  // Answered at the first request: the package has no binary for this platform.
}

const answer = (request) => {
  if (QueryPlanner === undefined) return { kind: "unsupported" };
  if (request.kind === "open") {
    const planner = new QueryPlanner(request.sdl);
    planners.set(request.id, planner);
    return { kind: "opened", labels: planner.overrideLabels, percentages: planner.overridePercentages };
  }
  const planner = planners.get(request.id);
  if (planner === undefined) throw new Error("no such planner");
  const plan = planner.plan(request.text, request.operationName, new Set(request.labels), request.percentage);
  return { kind: "planned", plan };
};

process.on("message", (request) => {
  if (request.kind === "close") {
    planners.delete(request.id);
    return;
  }
  try {
    process.send(answer(request));
  } catch (error) {
    process.send({ kind: "failed", message: error instanceof Error ? error.message : "unknown" });
  }
});
process.on("disconnect", () => process.exit());
