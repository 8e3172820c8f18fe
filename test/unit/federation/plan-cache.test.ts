import { buildSchema, parse } from "graphql";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FaultError } from "../../../src/domain/errors.js";
import { createTypeConditions } from "../../../src/federation/execute/type-conditions.js";
import { createPlanCache } from "../../../src/federation/plans.js";
import { composeGraph } from "../../support/federated-graph.js";
import { permissiveAuthorizer } from "../../support/permissive-authorizer.js";

const graph = {
  name: "small",
  subgraphs: { a: "type Query { n: Int }" },
  resolvers: {},
  lookup: () => undefined,
};
const text = "{ n }";
const plannable = { text, document: parse(text), operationName: undefined, digest: "d" };
const draw = { key: "", labels: new Set<string>(), percentage: 0 };
const plain = { isTrue: () => false, key: "" };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("an operation without a plan", () => {
  it("is refused for five seconds without being planned again, and then planned", async () => {
    let tries = 0;
    const { authorizer } = permissiveAuthorizer(composeGraph(graph, () => "http://a.invalid"));
    const plans = createPlanCache({
      planner: {
        plan() {
          tries += 1;
          return tries === 1
            ? Promise.reject(new FaultError("INTERNAL_SERVER_ERROR", "the planner found no plan"))
            : Promise.resolve(undefined);
        },
      },
      authorizer,
      types: createTypeConditions(buildSchema("type Query { n: Int }")),
      reserved: { fields: new Set(), requiredWithArguments: new Set() },
    });
    const ask = async () => plans.get(plannable, draw, plain);
    for (let n = 0; n < 3; n += 1) await expect(ask()).rejects.toThrow("the planner found no plan");
    await vi.advanceTimersByTimeAsync(4999);
    await expect(ask()).rejects.toThrow("the planner found no plan");
    expect(tries).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    await expect(ask()).resolves.toMatchObject({ parts: [] });
    expect(tries).toBe(2);
  });
});
