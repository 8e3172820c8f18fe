import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { startChild } from "../support/child.js";
import { burst } from "../support/measure.js";
import { median, significant } from "../support/statistics.js";
import { ensureWrk } from "../support/wrk.js";

const SERVER = fileURLToPath(new URL("./verify-server.ts", import.meta.url));
/** The control is the bare handler once more, under another name: how far its ratio is from 1 is the noise. */
const PATHS = ["bare", "verified", "control"] as const;
/** Not counted: what was never called is slow for everybody. */
const WARM_UP_ROUNDS = 2;

export interface VerifyCost {
  /** CPU of a bare handler that verifies a token it has seen before ÷ the same handler that does not. */
  readonly verifyCpuRatio: number;
  /** The same ratio of a handler that does not to itself: 1 on a machine without noise. */
  readonly verifyCpuControl: number;
}

/** Bursts on one handler, in turn with and without verification; each round gives one ratio, the median counts. */
export async function verifyCost(rounds: number, seconds: number): Promise<VerifyCost> {
  ensureWrk();
  const child = startChild({
    name: "verify",
    command: process.execPath,
    args: ["--import", "tsx", SERVER],
    env: { NODE_ENV: "production" },
    ...(cpus().length > 1 ? { core: cpus().length - 1 } : {}),
  });
  try {
    const { port, tokens } = await child.line((line) =>
      line.startsWith("{")
        ? (JSON.parse(line) as { readonly port: number; readonly tokens: readonly string[] })
        : undefined,
    );
    const costOf = async (path: string): Promise<number> => {
      const { cpuMsPerRequest } = await burst(
        { child, url: `http://127.0.0.1:${port}/${path}` },
        { operations: [{ query: "{ hello }" }] },
        { tokens, seconds, ...(cpus().length > 1 ? { core: 0 } : {}) },
      );
      return cpuMsPerRequest;
    };
    const verified: number[] = [];
    const control: number[] = [];
    for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
      const costs = new Map<string, number>();
      for (const path of round % 2 === 0 ? PATHS : [...PATHS].reverse()) costs.set(path, await costOf(path));
      const bare = costs.get("bare") ?? Number.NaN;
      if (round < 0) continue;
      verified.push((costs.get("verified") ?? Number.NaN) / bare);
      control.push((costs.get("control") ?? Number.NaN) / bare);
    }
    return {
      verifyCpuRatio: significant(median(verified), 4),
      verifyCpuControl: significant(median(control), 4),
    };
  } finally {
    await child.stop();
  }
}
