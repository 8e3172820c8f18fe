import { describe, expect, it } from "vitest";
import { checkPolicy } from "../../../src/domain/policy.js";

const sound = { accessTtlSeconds: 300, idleSeconds: 3600, absoluteSeconds: 7200, graceSeconds: 30 };

describe("lifetimes", () => {
  it("are sound when access token ≤ idle ≤ absolute", () => {
    expect(checkPolicy(sound)).toEqual([]);
    expect(checkPolicy({ ...sound, accessTtlSeconds: 3600, absoluteSeconds: 3600 })).toEqual([]);
  });

  it.each([
    ["an access token outlives the idle life", { accessTtlSeconds: 3601 }, "sessions.idleSeconds"],
    ["the idle life is longer than the absolute one", { idleSeconds: 7201 }, "sessions.absoluteSeconds"],
    ["the grace window is longer than the idle life", { graceSeconds: 3601 }, "sessions.graceSeconds"],
    ["an access token lives no second", { accessTtlSeconds: 0 }, "tokens.accessTtlSeconds"],
    ["the grace window is negative", { graceSeconds: -1 }, "sessions.graceSeconds"],
    ["a length is not whole", { absoluteSeconds: 7200.5 }, "sessions.absoluteSeconds"],
    ["a length is no number", { idleSeconds: Number.NaN }, "sessions.idleSeconds"],
  ])("are refused when %s, naming the key", (_, change, where) => {
    expect(checkPolicy({ ...sound, ...change }).map((problem) => problem.where)).toContain(where);
  });

  it("report every problem at once", () => {
    const problems = checkPolicy({
      accessTtlSeconds: 100,
      idleSeconds: 50,
      absoluteSeconds: 20,
      graceSeconds: 60,
    });
    expect(problems).toHaveLength(3);
  });
});
