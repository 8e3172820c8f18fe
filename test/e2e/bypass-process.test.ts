import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadCases } from "../support/bypass-case.js";
import { runCase } from "../support/bypass-run.js";
import { StartRefused, startGatewayProcess } from "../support/gateway-process.js";
import { composeForTest } from "../support/in-process-gateway.js";
import { AUTH_HEADER } from "../support/random-graph-sdl.js";

/** One case of each kind that the process adds something to: its own clock, config file, signals, sockets. */
const SAMPLE = [
  "iface-guard-via-sibling-interface",
  "requires-transitive",
  "key-guarded-internal-use-ok",
  "apollo-renamed-requiresScopes",
  "batch-second-operation",
  "input-field-nested-in-variable",
  "mutation-one-of-many-denied",
  "union-members-independent",
  "fully-unauthorized-shape",
  "skip-cached-decision",
  "apq-registered-by-admin",
  "fresh-future-auth-time",
  "scope-claim-array-not-split",
  "apollo-policy-unknown",
];

const cases = loadCases().filter((bypass) => SAMPLE.includes(bypass.id));

describe("bypass cases against `cardea serve` in a process of its own", () => {
  it("names cases that exist", () => expect(cases).toHaveLength(SAMPLE.length));

  it.each(cases.map((bypass) => [bypass.id, bypass] as const))(
    "%s",
    async (_id, bypass) => {
      expect(await runCase(bypass, { run: "process" }), bypass.why).toEqual([]);
    },
    60_000,
  );

  it("refuses a supergraph whose guard cannot be read, in one line each and without a stack", async () => {
    const directory = mkdtempSync(join(tmpdir(), "cardea-e2e-"));
    const sdl = `${AUTH_HEADER} type Query { s: String @auth(scopes: ["a"]) t: Int @auth(maxAge: 60) }`;
    const supergraph = join(directory, "supergraph.graphql");
    const composed = composeForTest(new Map([["a", sdl]]));
    const spoilt = composed
      .replace('@auth(scopes: ["a"])', '@auth(scopes: ["a b"])')
      .replace("@auth(maxAge: 60)", "@auth(maxAge: -60)");
    writeFileSync(supergraph, spoilt);
    const refusal = await startGatewayProcess(["--supergraph", supergraph]).catch((cause: unknown) => cause);
    expect(refusal).toBeInstanceOf(StartRefused);
    const { exitCode, output } = refusal as StartRefused;
    expect(exitCode).toBe(1);
    expect(output).toMatch(/Query\.s/);
    expect(output).toMatch(/Query\.t/);
    expect(output).not.toMatch(/\n\s+at /);
    rmSync(directory, { recursive: true, force: true });
  });
});
