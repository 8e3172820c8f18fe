import { describe, expect, it } from "vitest";
import { createReloadLog } from "../../../../src/federation/supergraph/reload-log.js";
import { createFakeClock } from "../../../support/fake-clock.js";

describe("a log of reloads", () => {
  it("counts each outcome and remembers when it came last", () => {
    const clock = createFakeClock(1_000_000);
    const log = createReloadLog(clock);
    log.add("loaded");
    clock.advanceSeconds(5);
    log.add("refused");
    clock.advanceSeconds(5);
    log.add("refused");
    expect(log.counts()).toEqual([
      { outcome: "loaded", count: 1, lastAt: 1_000 },
      { outcome: "refused", count: 2, lastAt: 1_010 },
    ]);
  });

  it("reports that the last good supergraph serves until the source's is served again", () => {
    const log = createReloadLog(createFakeClock());
    expect(log.isFallback()).toBe(false);
    log.add("fallback");
    log.add("refused");
    expect(log.isFallback()).toBe(true);
    log.add("unchanged");
    expect(log.isFallback()).toBe(false);
  });
});
