import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { startChild } from "../support/child.js";
import { median, significant } from "../support/statistics.js";
import { ensureWrk, load } from "../support/wrk.js";
import type { Spent } from "./verify-server.js";

const SERVER = fileURLToPath(new URL("./verify-server.ts", import.meta.url));
/** Not counted: what was never called is slow for everybody. */
const WARM_UP_ROUNDS = 1;
const MAX_PROCESSES = 3;
const CONNECTIONS = 50;

export interface VerifyCost {
  /**
   * CPU of a bare handler that verifies a token it has seen before ÷ the same handler that does not. Each connection
   * sends one token, as a client does.
   */
  readonly verifyCpuRatio: number;
  /** The same where tokens go round all connections, as behind a proxy that mixes its users. */
  readonly verifyCpuRatioMixed: number;
  /** The handler that does not, against itself: how far it is from 1 is the noise. */
  readonly verifyCpuControl: number;
}

/** One burst with a token for each connection, one with tokens that go round. */
interface Round {
  readonly own: Spent;
  readonly mixed: Spent;
}

interface Started {
  readonly port: number;
  readonly tokens: readonly string[];
}

/**
 * Bursts on processes that take turns with and without verification by themselves, one process after the other, since
 * each compiles the same code a little differently; medians over all rounds.
 */
export async function verifyCost(rounds: number, seconds: number): Promise<VerifyCost> {
  ensureWrk();
  const processes = Math.min(rounds, MAX_PROCESSES);
  const all: Round[] = [];
  for (let process = 0; process < processes; process += 1) {
    all.push(...(await roundsOfOne(Math.ceil(rounds / processes), seconds)));
  }
  const ratio = (load: keyof Round, way: keyof Spent): number =>
    significant(median(all.map(({ [load]: spent }) => spent[way] / spent.bare)), 4);
  return {
    verifyCpuRatio: ratio("own", "verified"),
    verifyCpuRatioMixed: ratio("mixed", "verified"),
    verifyCpuControl: ratio("own", "control"),
  };
}

async function roundsOfOne(rounds: number, seconds: number): Promise<readonly Round[]> {
  const child = startChild({
    name: "verify",
    command: process.execPath,
    args: ["--import", "tsx", SERVER],
    env: { NODE_ENV: "production" },
    ...(cpus().length > 1 ? { core: cpus().length - 1 } : {}),
  });
  try {
    const started = await child.line((line) =>
      line.startsWith("{") ? (JSON.parse(line) as Started) : undefined,
    );
    const measured: Round[] = [];
    for (let round = -WARM_UP_ROUNDS; round < rounds; round += 1) {
      const own = await burst(started, seconds, true);
      const mixed = await burst(started, seconds, false);
      if (round >= 0) measured.push({ own, mixed });
    }
    return measured;
  } finally {
    await child.stop();
  }
}

async function burst(
  { port, tokens }: Started,
  seconds: number,
  tokenPerConnection: boolean,
): Promise<Spent> {
  const url = `http://127.0.0.1:${port}`;
  await load({
    url,
    operations: [{ query: "{ hello }" }],
    tokens,
    connections: CONNECTIONS,
    tokenPerConnection,
    seconds,
    ...(cpus().length > 1 ? { core: 0 } : {}),
  });
  return (await (await fetch(`${url}/spent`)).json()) as Spent; // written by our own server
}
