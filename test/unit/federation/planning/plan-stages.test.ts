import { print } from "graphql";
import { describe, expect, it } from "vitest";
import type { PlannableOperation } from "../../../../src/authorization/authorizer.js";
import { FaultError } from "../../../../src/domain/errors.js";
import { identifyPlan } from "../../../../src/federation/plan/identity.js";
import type { FetchNode, PlanNode } from "../../../../src/federation/plan/plan.js";
import { planInStages } from "../../../../src/federation/planning/plan-stages.js";
import { aGraph, aUser } from "../../authorization/support.js";

const graph = aGraph({
  a: `type Query { me: User open: Int } type Mutation { one: Int two: Int }
      type User @key(fields: "id") { id: ID! name: String ssn: String @auth(scopes: ["pii"]) }`,
});
const DRAW = { key: "", labels: new Set<string>(), percentage: 0 };

const plannableOf = (query: string, scopes: readonly string[] = []): PlannableOperation => {
  const decision = graph.decide(query, { principal: aUser({ scopes }) });
  if (!("plannable" in decision) || decision.plannable === undefined) throw new Error("nothing to plan");
  return decision.plannable;
};
const fetch = (operation: string): FetchNode => ({
  kind: "fetch",
  subgraph: "a",
  operation,
  operationKind: "query",
  variableUsages: [],
  requires: undefined,
  inputRewrites: [],
  outputRewrites: [],
});

/** Runs the stages with a planner that answers the given plans in turn, and notes what it was given. */
const stagesOf = async (
  plannable: PlannableOperation,
  plans: readonly (PlanNode | undefined)[],
  isTrue = true,
) => {
  const given: [string, string | undefined][] = [];
  const stages = await planInStages(
    identifyPlan(plannable, DRAW, () => isTrue),
    {
      authorizer: graph.authorizer,
      reserved: { fields: new Set(), requiredWithArguments: new Set() },
      planner: {
        plan: async (document, _name, _draw, text) => {
          given.push([print(document), text]);
          return plans[given.length - 1];
        },
      },
    },
  );
  return { ...stages, given };
};

describe("the stages of a plan", () => {
  it("give the planner the granted document, with the text that is known already", async () => {
    const plannable = plannableOf("{ me { name ssn } }");
    const { given, parts } = await stagesOf(plannable, [fetch("{me{name}}")]);
    expect(given).toEqual([[plannable.text, plannable.text]]);
    expect(given[0]?.[0]).not.toContain("ssn");
    expect(parts).toHaveLength(1);
  });

  it("give no stale text where conditions changed the document", async () => {
    const plannable = plannableOf("query($s: Boolean!) { open @skip(if: $s) me { name } }");
    const { given } = await stagesOf(plannable, [undefined]);
    expect(given).toEqual([[expect.not.stringContaining("open"), undefined]]);
  });

  it("make a part of each root field of a mutation, in order", async () => {
    const { given, parts } = await stagesOf(plannableOf("mutation { two one }"), [undefined, undefined]);
    expect(given.map(([document]) => /one|two/.exec(document)?.[0])).toEqual(["two", "one"]);
    expect(parts.map(({ plan }) => plan)).toEqual([undefined, undefined]);
  });

  it("plan nothing where nothing is left to fetch", async () => {
    const plannable = plannableOf("query($s: Boolean!) { open @skip(if: $s) }");
    expect(await stagesOf(plannable, [])).toMatchObject({ given: [], parts: [] });
  });

  it.each<[string, (bad: FetchNode) => PlanNode]>([
    ["a sequence", (bad) => ({ kind: "sequence", nodes: [fetch("{open}"), bad] })],
    ["a parallel", (bad) => ({ kind: "parallel", nodes: [bad, fetch("{open}")] })],
    [
      "an untaken branch",
      (bad) => ({ kind: "condition", variable: "v", whenTrue: fetch("{open}"), whenFalse: bad }),
    ],
  ])("refuse a plan that carries in %s what was not granted", async (_name, planWith) => {
    const run = stagesOf(plannableOf("{ open me { name ssn } }"), [planWith(fetch("{me{ssn}}"))]);
    await expect(run).rejects.toThrow(FaultError);
    await expect(run).rejects.toThrow(/User\.ssn from "a"/);
  });

  it("verify each part before the next one is planned", async () => {
    const plannable = plannableOf("mutation { one two }");
    const given: string[] = [];
    const run = planInStages(
      identifyPlan(plannable, DRAW, () => true),
      {
        authorizer: graph.authorizer,
        reserved: { fields: new Set(), requiredWithArguments: new Set() },
        planner: {
          plan: async (document) => {
            given.push(print(document));
            return fetch("{me{ssn}}");
          },
        },
      },
    );
    await expect(run).rejects.toThrow(FaultError);
    expect(given).toHaveLength(1);
  });
});
