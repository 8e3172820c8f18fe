import { describe, expect, it } from "vitest";
import { ANONYMOUS } from "../../../../src/domain/principal.js";
import { aGraph, aUser, codes } from "../support.js";

const GRAPH = `
type Query { pay: Int open: Int }
type Mutation { pay(sum: Int): Int @auth rename: Int @auth }
`;
const graph = aGraph(GRAPH, { strictWhenDegraded: ["pay"] });
const user = aUser();

describe("a mutation listed in auth.strictWhenDegraded", () => {
  it("runs while the revocation view is current", () => {
    expect(graph.decide("mutation { pay }", { principal: user }).kind).toBe("allowed");
  });

  it.each([
    ["plainly", "mutation { pay }"],
    ["under an alias", "mutation { rename: pay }"],
    ["in a fragment", "mutation { ...F } fragment F on Mutation { ...G } fragment G on Mutation { pay }"],
    ["in an inline fragment", "mutation { ... { ... on Mutation { pay } } }"],
    ["beside another", "mutation { rename pay }"],
    ["behind a condition", "mutation { rename pay @skip(if: true) }"],
  ])("is refused as a whole while the view is stale, written %s", (_, query) => {
    const decision = graph.decide(query, { principal: user, degraded: true });
    expect(decision.kind).toBe("refused");
    expect(codes(decision)).toEqual(["SERVICE_UNAVAILABLE"]);
  });

  it("names the field by its response key", () => {
    const decision = graph.decide("mutation { a: pay b: pay }", { principal: user, degraded: true });
    expect(decision.kind === "refused" && decision.errors.map(({ path }) => path)).toEqual([["a"], ["b"]]);
  });

  it("leaves other mutations, and a query's field of that name, alone", () => {
    expect(graph.decide("mutation { rename }", { principal: user, degraded: true }).kind).toBe("allowed");
    expect(graph.decide("{ pay open }", { degraded: true }).kind).toBe("allowed");
  });

  it("tells a stranger to sign in first: waiting would not help", () => {
    const decision = graph.decide("mutation { pay }", { principal: ANONYMOUS, degraded: true });
    expect(codes(decision)).toEqual(["UNAUTHENTICATED"]);
  });

  it("enforces nothing in a dry run", () => {
    const dry = aGraph(GRAPH, { strictWhenDegraded: ["pay"], dryRun: true });
    expect(dry.decide("mutation { pay }", { principal: user, degraded: true }).kind).toBe("allowed");
  });
});
