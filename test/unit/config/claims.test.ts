import { describe, expect, it } from "vitest";
import { checkConfig } from "../../../src/config/load.js";

describe("tokens.claims", () => {
  it("refuses every name that would shadow a registered claim, at once", () => {
    const load = () =>
      checkConfig(
        { supergraph: "s.graphql", tokens: { claims: ["plan", "sub", "scope"] } },
        { environment: {} },
      );
    expect(load).toThrow(/tokens\.claims: found sub.*\n.*tokens\.claims: found scope/s);
    expect(load).not.toThrow(/plan/);
  });
});
