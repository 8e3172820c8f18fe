import { describe, expect, it } from "vitest";
import type { FetchNode, PlanNode } from "../../../../src/federation/plan/plan.js";
import { mapLeaves, walkPlan } from "../../../../src/federation/plan/walk.js";

const fetch = (subgraph: string): FetchNode => ({
  kind: "fetch",
  subgraph,
  operation: "{a}",
  operationKind: "query",
  variableUsages: [],
  requires: undefined,
  inputRewrites: [],
  outputRewrites: [],
});
const batch: PlanNode = {
  kind: "batch",
  subgraph: "d",
  operation: "{a}",
  operationKind: "query",
  variableUsages: [],
  aliases: [],
};
const flatten: PlanNode = { kind: "flatten", path: [], node: fetch("b") };
const plan: PlanNode = {
  kind: "sequence",
  nodes: [
    fetch("a"),
    { kind: "parallel", nodes: [flatten, batch] },
    { kind: "condition", variable: "v", whenTrue: fetch("t"), whenFalse: fetch("f") },
    { kind: "condition", variable: "w", whenTrue: undefined, whenFalse: undefined },
  ],
};

const seenIn = (node: PlanNode): readonly string[] => {
  const seen: string[] = [];
  walkPlan(node, (one) => void seen.push("subgraph" in one ? `${one.kind} ${one.subgraph}` : one.kind));
  return seen;
};

describe("a walk through a plan", () => {
  it("visits every node once, parents first, both branches of a condition and the fetch inside a flatten", () => {
    expect(seenIn(plan)).toEqual([
      "sequence",
      "fetch a",
      "parallel",
      "flatten",
      "fetch b",
      "batch d",
      "condition",
      "fetch t",
      "fetch f",
      "condition",
    ]);
  });
});

describe("replacing the leaves of a plan", () => {
  it("calls back once for each leaf, with a flatten as a whole, and changes nothing in place", () => {
    const before = JSON.stringify(plan);
    const asked: string[] = [];
    const mapped = mapLeaves(plan, (leaf) => {
      asked.push(leaf.kind);
      return fetch("x");
    });
    expect(asked).toEqual(["fetch", "flatten", "batch", "fetch", "fetch"]);
    expect(seenIn(mapped)).toEqual([
      "sequence",
      "fetch x",
      "parallel",
      "fetch x",
      "fetch x",
      "condition",
      "fetch x",
      "fetch x",
      "condition",
    ]);
    expect(JSON.stringify(plan)).toBe(before);
  });

  it("does not walk into what replaces a leaf", () => {
    const mapped = mapLeaves(fetch("a"), () => ({ kind: "parallel", nodes: [fetch("a"), fetch("b")] }));
    expect(seenIn(mapped)).toEqual(["parallel", "fetch a", "fetch b"]);
  });
});
