import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { type Child, startChild } from "../support/child.js";
import { burst } from "../support/measure.js";
import { median, significant } from "../support/statistics.js";
import { ensureWrk } from "../support/wrk.js";

const SERVER = fileURLToPath(new URL("./verify-server.ts", import.meta.url));

interface Running {
  readonly child: Child;
  readonly url: string;
  readonly tokens: readonly string[];
}

async function start(mode: "verify" | "none"): Promise<Running> {
  const child = startChild({
    name: mode,
    command: process.execPath,
    args: ["--import", "tsx", SERVER, mode],
    env: { NODE_ENV: "production" },
    ...(cpus().length > 1 ? { core: cpus().length - 1 } : {}),
  });
  const { port, tokens } = await child.line((line) =>
    line.startsWith("{")
      ? (JSON.parse(line) as { readonly port: number; readonly tokens: readonly string[] })
      : undefined,
  );
  return { child, url: `http://127.0.0.1:${port}/`, tokens };
}

/** CPU of a bare handler that verifies a token it has seen before ÷ the same handler that does not. */
export async function verifyCpuRatio(rounds: number, seconds: number): Promise<number> {
  ensureWrk();
  const running: Running[] = [];
  try {
    running.push(await start("verify"), await start("none"));
    const ratios: number[] = [];
    for (let round = -1; round < rounds; round += 1) {
      const costs = new Map<string, number>();
      for (const server of round % 2 === 0 ? running : [...running].reverse()) {
        const { cpuMsPerRequest } = await burst(
          server,
          { operations: [{ query: "{ hello }" }] },
          { tokens: server.tokens, seconds, ...(cpus().length > 1 ? { core: 0 } : {}) },
        );
        costs.set(server.child.name, cpuMsPerRequest);
      }
      // The first round only warms up.
      if (round >= 0) ratios.push((costs.get("verify") ?? 0) / (costs.get("none") ?? 0));
    }
    return significant(median(ratios), 4);
  } finally {
    for (const { child } of running) await child.stop();
  }
}
