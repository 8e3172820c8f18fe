import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** Runs a benchmark in its short form and reads the one object it prints. */
const run = (
  name: "engine" | "auth" | "sessions" | "edge",
  ...flags: string[]
): Promise<Record<string, unknown>> =>
  new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      ["--import", "tsx", `test/bench/${name}.ts`, "--quick", ...flags],
      { cwd: ROOT, env: { ...process.env, NODE_ENV: "production" }, maxBuffer: 1 << 22 },
      (error, stdout, stderr) =>
        error === null
          ? resolve(JSON.parse(stdout) as Record<string, unknown>) // the benchmark prints nothing else there
          : reject(new Error(`${name} failed: ${stderr.slice(-2_000)}`)),
    );
  });

const positive = expect.toSatisfy((value: unknown) => typeof value === "number" && value > 0);
const counted = expect.toSatisfy((value: unknown) => typeof value === "number" && value >= 0);

// Figures belong to `npm run bench:*` on a quiet machine. Here: the benchmarks run, every guard in them holds, the
// gateway answers what it should, and what they print has the documented shape.
describe("the benchmarks in their short form", { timeout: 180_000 }, () => {
  it("measures the engine on its own, without the peers", async () => {
    const report = await run("engine", "--peers", "none", "--warm-up", "0.2");
    expect(report).toMatchObject({
      ratios: { A: {}, B: {} },
      cpuMs: { A: { ours: positive }, B: { ours: positive } },
      // Seven fetches where the plan without batching needs sixteen.
      fetches: { A: { ours: 1 }, B: { ours: 7 } },
      rssMb: { idle: { ours: positive }, loaded: { ours: positive } },
      firstPlanMs: { ours: counted },
    });
  });

  it("measures authorization", async () => {
    const report = await run("auth");
    expect(report).toMatchObject({
      guardOverheadRatio: { A: positive, B: positive },
      compileMs: positive,
      rulesTableMs: positive,
      bytesPerCachedOperation: positive,
      method: expect.any(String),
    });
  });

  it("measures sessions, and finds the round trips the contract promises", async () => {
    const report = await run("sessions");
    expect(report).toMatchObject({
      roundTrips: { login: 2, reauthenticate: 2, refresh: 1, revoke: 1, verify: 0 },
      redisCpuMicrosPerRefresh: counted,
      redisCpuMicrosPerPing: counted,
      refreshCostRatio: positive,
      verifyCpuRatio: positive,
      verifyCpuRatioMixed: positive,
      verifyCpuControl: positive,
      revocationMs: { p50: positive, p99: positive, burstP99: positive },
      bytesPerSession: positive,
      bytesPerRevokedId: positive,
      revokedLookupMicros: positive,
    });
  });

  it("measures the edge, and finds no round trip in an introspection", async () => {
    const report = await run("edge");
    expect(report).toMatchObject({
      introspectRatio: positive,
      introspectRoundTrips: 0,
      cookieRatio: positive,
      dpopRatio: positive,
      es256VerifyMicros: positive,
      seenWrites: 1,
      seenWritesWithinRequest: 0,
      clientBytesGzipped: { core: positive },
      method: expect.any(String),
    });
  });
});
