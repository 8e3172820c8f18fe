import { describe, expect, it } from "vitest";
import { loadCases } from "../support/bypass-case.js";
import { runCase } from "../support/bypass-run.js";

const cases = loadCases();
const served = cases.filter((bypass) => bypass.transport === "http");

describe("bypass corpus, over HTTP against a whole gateway", () => {
  it.each(served.map((bypass) => [`${bypass.category}: ${bypass.id}`, bypass] as const))(
    "%s",
    async (_name, bypass) => {
      expect(await runCase(bypass), bypass.why).toEqual([]);
    },
  );
});
