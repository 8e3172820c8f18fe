import { describe, expect, it } from "vitest";
import { planText } from "../../../src/cli/explain-plan.js";

describe("the text of a plan", () => {
  it("shows both branches of a condition, and what is fetched for the gateway itself", () => {
    const guards = [{ coordinate: "User.id", demand: "signed in", allowedAs: "internal" }] as const;
    const whenTrue = { kind: "fetch", subgraph: "a", at: [], sends: [], operation: "{id}", guards } as const;
    const plan = { kind: "condition", variable: "v", whenTrue, whenFalse: null } as const;
    expect(planText({ judged: "{ id }", parts: [{ prepared: "{ id }", plan }] }).slice(-7)).toEqual([
      "plan:",
      "  if $v",
      "    fetch a",
      "      guard User.id: signed in (for the gateway itself: @key or @requires)",
      "      {id}",
      "  else",
      "    nothing",
    ]);
  });
});
