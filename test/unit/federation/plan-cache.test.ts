import { buildSchema, parse } from "graphql";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FaultError } from "../../../src/domain/errors.js";
import { identifyPlan } from "../../../src/federation/plan/identity.js";
import { createPlanCache } from "../../../src/federation/plan-cache.js";
import type { OperationPlanner } from "../../../src/federation/planning/plan-operation.js";
import { PlannerLost } from "../../../src/federation/planning/process/worker.js";
import { createTypeConditions } from "../../../src/graphql/type-conditions.js";
import { composeGraph } from "../../support/federated-graph.js";
import { permissiveAuthorizer } from "../../support/permissive-authorizer.js";

const graph = {
  name: "small",
  subgraphs: { a: "type Query { n: Int }" },
  resolvers: {},
  lookup: () => undefined,
};
const { authorizer } = permissiveAuthorizer(composeGraph(graph, () => "http://a.invalid"));
const draw = { key: "", labels: new Set<string>(), percentage: 0 };
const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];

/** @param bits - values of the ten conditions a document may have */
const identity = (digest = "d", bits?: number) =>
  identifyPlan(
    {
      text: "{ n }",
      document: parse("{ n }"),
      operationName: undefined,
      digest,
      conditionVariables: bits === undefined ? [] : NAMES,
    },
    draw,
    (name) => ((bits ?? 0) & (1 << NAMES.indexOf(name))) !== 0,
  );
const cacheOf = (plan: OperationPlanner["plan"]) =>
  createPlanCache({
    planner: { plan },
    authorizer,
    types: createTypeConditions(buildSchema("type Query { n: Int }")),
    reserved: { fields: new Set(), requiredWithArguments: new Set() },
  });
const lost = (reason: PlannerLost["reason"], code: FaultError["code"]) =>
  new FaultError(code, "lost", { cause: new PlannerLost(reason) });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Fails for each of the errors, then plans. */
const failing = (...errors: readonly Error[]) => {
  let tries = 0;
  const plans = cacheOf(() => {
    const error = errors[tries];
    tries += 1;
    return error === undefined ? Promise.resolve(undefined) : Promise.reject(error);
  });
  return { ask: async () => plans.get(identity()), tries: () => tries };
};

describe("an operation without a plan", () => {
  it("is refused for five seconds without being planned again, and then planned", async () => {
    const { ask, tries } = failing(new FaultError("INTERNAL_SERVER_ERROR", "the planner found no plan"));
    for (let n = 0; n < 3; n += 1) await expect(ask()).rejects.toThrow("the planner found no plan");
    await vi.advanceTimersByTimeAsync(4999);
    await expect(ask()).rejects.toThrow("the planner found no plan");
    expect(tries()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await expect(ask()).resolves.toMatchObject({ parts: [] });
    expect(tries()).toBe(2);
  });

  it("is planned again within seconds when its process was killed, however often that happens", async () => {
    const killed = lost("killed", "SERVICE_UNAVAILABLE");
    const { ask, tries } = failing(killed, killed, killed);
    for (let n = 1; n <= 3; n += 1) {
      await expect(ask()).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
      await expect(ask()).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
      expect(tries()).toBe(n);
      await vi.advanceTimersByTimeAsync(1000);
    }
    await expect(ask()).resolves.toMatchObject({ parts: [] });
  });

  it("waits longer each time it ends a planner process by itself, and never for ever", async () => {
    const crashed = lost("crashed", "INTERNAL_SERVER_ERROR");
    const { ask, tries } = failing(crashed, crashed);
    await expect(ask()).rejects.toThrow("lost");
    await vi.advanceTimersByTimeAsync(5000);
    await expect(ask()).rejects.toThrow("lost");
    expect(tries()).toBe(2);
    await vi.advanceTimersByTimeAsync(19_999);
    await expect(ask()).rejects.toThrow("lost");
    expect(tries()).toBe(2);
    await vi.advanceTimersByTimeAsync(1);
    await expect(ask()).resolves.toMatchObject({ parts: [] });
  });
});

describe("the cache of plans", () => {
  it("lends no plan to another value of a condition", async () => {
    let planned = 0;
    const plans = cacheOf(() => {
      planned += 1;
      return Promise.resolve(undefined);
    });
    const one = await plans.get(identity("d", 1));
    expect(await plans.get(identity("d", 2))).not.toBe(one);
    expect(await plans.get(identity("d", 1))).toBe(one);
    expect(planned).toBe(2);
  });

  it("keeps everybody's plans through 1024 values of the conditions of one document", async () => {
    const plans = cacheOf(() => Promise.resolve(undefined));
    const before = [];
    for (let n = 0; n < 900; n += 1) before.push(await plans.get(identity(`other${n}`)));
    for (let bits = 0; bits < 1024; bits += 1) await plans.get(identity("flood", bits));
    for (let n = 0; n < 900; n += 1) expect(await plans.get(identity(`other${n}`))).toBe(before[n]);
  });

  it("plans so many variants of one document at a time and no more, and other documents beside them", async () => {
    const waiting: (() => void)[] = [];
    const plans = cacheOf(() => new Promise((resolve) => waiting.push(() => resolve(undefined))));
    const first = Array.from({ length: 32 }, (_, bits) => plans.get(identity("d", bits)));
    expect(() => plans.get(identity("d", 32))).toThrow(FaultError);
    // A request for a plan that is being made waits for it.
    expect(plans.get(identity("d", 0))).toBe(first[0]);
    const other = plans.get(identity("other"));
    for (const resolve of waiting.splice(0)) resolve();
    await Promise.all([...first, other]);
    const again = plans.get(identity("d", 32));
    waiting.pop()?.();
    await expect(again).resolves.toMatchObject({ parts: [] });
  });

  it("refuses as unavailable what would be planned beyond the bound on all documents", async () => {
    const waiting: (() => void)[] = [];
    const plans = cacheOf(() => new Promise((resolve) => waiting.push(() => resolve(undefined))));
    const first = Array.from({ length: 256 }, (_, n) => plans.get(identity(`d${n}`)));
    expect(() => plans.get(identity("more"))).toThrow(
      expect.objectContaining({ code: "SERVICE_UNAVAILABLE", details: { retryAfter: 1 } }),
    );
    for (const resolve of waiting.splice(0)) resolve();
    await Promise.all(first);
  });
});
