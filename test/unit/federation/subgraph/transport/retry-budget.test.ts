import { describe, expect, it } from "vitest";
import {
  createRetryBudget,
  type RetryBudget,
} from "../../../../../src/federation/subgraph/transport/retry-budget.js";

/** How many retries it allows in a row. */
const taken = (budget: RetryBudget): number => {
  let count = 0;
  while (count < 100 && budget.tryTake()) count += 1;
  return count;
};

describe("a budget of retries", () => {
  it("allows a burst of ten, and no more while nothing is answered", () => {
    const budget = createRetryBudget();
    expect(taken(budget)).toBe(10);
    expect(budget.tryTake()).toBe(false);
  });

  it("allows one more for about every ten answers", () => {
    const budget = createRetryBudget();
    taken(budget);
    for (let answer = 0; answer < 9; answer += 1) budget.refill();
    expect(budget.tryTake()).toBe(false);
    for (let answer = 0; answer < 2; answer += 1) budget.refill();
    expect(taken(budget)).toBe(1);
  });

  it("saves nothing up: a million answers allow the same burst", () => {
    const budget = createRetryBudget();
    for (let answer = 0; answer < 1_000_000; answer += 1) budget.refill();
    expect(taken(budget)).toBe(10);
  });
});
