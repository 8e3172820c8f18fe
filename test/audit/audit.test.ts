import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningSuite, startSuite } from "./run-suite.js";
import { SUITES } from "./suites/index.js";
import { auditTable } from "./table.js";

// Our own questions to our own gateway, one small supergraph each. Their ideas are those every federation gateway is
// asked; their graphs and cases were written here.
describe.each(SUITES)("audit of $name", (suite) => {
  let running: RunningSuite;
  beforeAll(async () => {
    running = await startSuite(suite);
  });
  afterAll(() => running?.stop());

  it.each(suite.cases)("answers $query", async (asked) => {
    const { data, errors, requests } = await running.ask(asked);
    expect({ data, errors }).toEqual({ data: asked.data, errors: asked.errors ?? [] });
    expect(requests).toBeLessThanOrEqual(asked.requests ?? 20);
  });
});

describe("docs/reference/engine.md", () => {
  it("lists these suites; what it should say is in this failure", () => {
    expect(readFileSync(new URL("../../docs/reference/engine.md", import.meta.url), "utf8")).toContain(
      auditTable(SUITES),
    );
  });
});
