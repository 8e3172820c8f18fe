import { describe, expect, it } from "vitest";
import type { PlanNode } from "../../../../src/federation/plan/plan.js";
import { assertRunsOnce } from "../../../../src/federation/planning/runs-once.js";
import { aFetch, anEntityFetch, flattened } from "../../../support/plan-builders.js";

const NAMESPACES = new Set(["admin", "users"]);
const judge = (...operations: readonly string[]) =>
  assertRunsOnce({ kind: "sequence", nodes: operations.map((one, n) => aFetch(`s${n}`, one)) }, NAMESPACES);
const twice = (place: string) =>
  expect.objectContaining({
    code: "OPERATION_UNPLANNABLE",
    message: `the plan calls the mutation ${place} more than once`,
  });

describe("a plan that calls each mutation once", () => {
  it.each([
    [["mutation{pay}"]],
    [["mutation{pay}", "mutation{refund}"]],
    [["mutation{a:pay}", "mutation{b:pay}"]],
    [["mutation{pay{id}}", "{me{id}}", "{me{id}}"]],
    [["mutation{admin{ban}}", "mutation{admin{unban}}"]],
    [["mutation{admin{users{ban}}}", "mutation{admin{ban}}"]],
    [["mutation{__typename}", "mutation{__typename pay}"]],
    [["mutation{admin{__typename ban}}", "mutation{admin{__typename unban}}"]],
    [["mutation{pay ...on Mutation{pay}}"]],
    [["mutation{...F ...F} fragment F on Mutation{pay}"]],
    [["mutation{admin{ban} ...F} fragment F on Mutation{admin{unban}}"]],
  ])("passes: %j", (operations) => {
    expect(() => judge(...operations)).not.toThrow();
  });
});

describe("a plan that would call a mutation twice", () => {
  it.each([
    [["mutation{pay}", "mutation{pay}"], "pay"],
    [["mutation{pay{id}}", "mutation{refund pay{total}}"], "pay"],
    [["mutation{a:pay}", "mutation{a:refund}"], "a"],
    [["mutation{pay}", "mutation{...F} fragment F on Mutation{pay}"], "pay"],
    [["mutation{pay}", "mutation{...on Mutation{...{pay}}}"], "pay"],
    [["mutation{admin{ban}}", "mutation{admin{ban}}"], "admin.ban"],
    [["mutation{a:admin{users{b:ban}}}", "mutation{a:admin{users{b:ban}}}"], "a.users.b"],
    [["mutation{constructor:pay}", "mutation{constructor:pay}"], "constructor"],
    [["mutation{__typename pay}", "mutation{__typename pay}"], "pay"],
    [["mutation{admin{__typename ban}}", "mutation{admin{__typename ban}}"], "admin.ban"],
  ])("is refused: %j", (operations, place) => {
    expect(() => judge(...operations)).toThrow(twice(place));
  });

  it("is refused in parallel parts and in either branch of a condition", () => {
    const pay = aFetch("a", "mutation{pay}");
    const plans: readonly PlanNode[] = [
      { kind: "parallel", nodes: [pay, pay] },
      {
        kind: "sequence",
        nodes: [{ kind: "condition", variable: "v", whenTrue: pay, whenFalse: undefined }, pay],
      },
      {
        kind: "sequence",
        nodes: [pay, { kind: "condition", variable: "v", whenTrue: undefined, whenFalse: pay }],
      },
    ];
    for (const plan of plans) expect(() => assertRunsOnce(plan, NAMESPACES)).toThrow(twice("pay"));
  });
});

describe("what only looks like a mutation called twice", () => {
  it("is the look-ups after it: entities are queries", () => {
    const lookUp = flattened([], anEntityFetch("b", "{...on User{name}}", []));
    const plan: PlanNode = { kind: "sequence", nodes: [aFetch("a", "mutation{pay}"), lookUp, lookUp] };
    expect(() => assertRunsOnce(plan, NAMESPACES)).not.toThrow();
  });

  it("is a field below a mutation that no namespace is", () => {
    expect(() => judge("mutation{pay{admin{ban}}}", "mutation{refund{admin{ban}}}")).not.toThrow();
  });
});
