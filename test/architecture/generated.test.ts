import { execFile } from "node:child_process";
import { describe, expect, it } from "vitest";
import { demoSupergraph } from "../../scripts/demo-supergraph.js";
import { ROOT, readText } from "./source-files.js";

const run = (
  command: string,
  ...args: string[]
): Promise<{ readonly code: unknown; readonly output: string }> =>
  new Promise((resolve) => {
    execFile(process.execPath, [command, ...args], { cwd: ROOT }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : error.code, output: stdout + stderr }),
    );
  });

describe("what is generated", () => {
  it("is up to date: the demo's supergraph", () => {
    expect(demoSupergraph()).toBe(readText("schema/supergraph.graphql"));
  });

  it("is up to date: typed operations of the client and the tests", async () => {
    const { code, output } = await run(
      "node_modules/@graphql-codegen/cli/cjs/bin.js",
      "--config",
      "codegen.yml",
      "--check",
    );
    expect(output).not.toContain("✖");
    expect(code).toBe(0);
  });
});
