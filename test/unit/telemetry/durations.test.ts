import { Histogram, Registry } from "prom-client";
import { describe, expect, it } from "vitest";
import { createDurations } from "../../../src/telemetry/durations.js";

const settings = {
  name: "d_seconds",
  help: 'how long, "in all"',
  labelNames: ["route", "status"],
  buckets: [0.1, 1],
};

describe("durations", () => {
  it("are exposed letter by letter as prom-client would", async () => {
    const registry = new Registry();
    const theirs = new Histogram({ ...settings, buckets: [...settings.buckets], registers: [registry] });
    const ours = createDurations(settings);
    expect(ours.expose().trim()).toBe((await registry.metrics()).trim());
    for (const [seconds, route, status] of [
      [0.1, "graphql", "2xx"],
      [0.05, "graphql", "2xx"],
      [1.5, "graphql", "5xx"],
      [1, 'a "quoted" \\ route\n', ""],
      [0, "graphql", "2xx"],
      [0.25, "2xx", "graphql"],
    ] as const) {
      theirs.observe({ route, status }, seconds);
      ours.observe(seconds, route, status);
      expect(ours.expose().trim()).toBe((await registry.metrics()).trim());
    }
  });
});
