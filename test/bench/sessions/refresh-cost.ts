import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { hashPassword } from "../../../src/credentials/password-hash.js";
import type { RedisServer } from "../../support/redis-server.js";
import { aRequestOrigin, PASSWORD } from "../../support/session-bench.js";
import { startOurs } from "../gateways/ours.js";
import { SUBGRAPHS } from "../graph/subgraphs.js";
import { startChild } from "../support/child.js";
import { cpuMs } from "../support/proc.js";
import { median, significant } from "../support/statistics.js";
import { type Chain, drive, type Endpoint, mutationEndpoint, oauthEndpoint } from "./chains.js";
import { COMMAND_TIMEOUT_MS, createStack, PLENTY, userNames } from "./stack.js";

const BARE = fileURLToPath(new URL("./bare-refresh.ts", import.meta.url));
const CLIENTS = 50;

export interface RefreshCost {
  /** CPU of the gateway per refresh through `POST /oauth/token` ÷ CPU of the bare handler. */
  readonly refreshCostRatio: number;
  /** The same through the GraphQL mutation. */
  readonly refreshMutationCostRatio: number;
  /** CPU of the Redis process per refresh, microseconds, its idle work taken off. */
  readonly redisCpuMicrosPerRefresh: number;
  /** The same of a PING in the refresh's place, at the same load: less than this no command can cost. */
  readonly redisCpuMicrosPerPing: number;
  readonly refreshCpuMs: { readonly bare: number; readonly oauth: number; readonly mutation: number };
}

/** Three ways to the same script on the same Redis, loaded in turn. */
export async function measureRefreshCost(
  redis: RedisServer,
  { rounds, seconds }: { readonly rounds: number; readonly seconds: number },
): Promise<RefreshCost> {
  const pinned = cpus().length > 1 ? { core: cpus().length - 1 } : {};
  const folder = mkdtempSync(join(tmpdir(), "cardea-bench-"));
  const stops: (() => Promise<void>)[] = [];
  try {
    const gateway = await startOurs({
      name: "refresh",
      folder,
      ...pinned,
      graph: { subgraphs: [writeSubgraph(folder)] },
      issuers: [],
      overrides: {
        store: { kind: "redis", url: redis.url, commandTimeoutMs: COMMAND_TIMEOUT_MS },
        users: { path: await writeUsers(folder) },
        limits: PLENTY,
        authSubgraph: { enabled: true },
      },
    });
    stops.push(gateway.child.stop);
    const bare = startChild({
      name: "bare",
      command: process.execPath,
      args: ["--max-semi-space-size=64", "--import", "tsx", BARE, redis.url],
      env: { NODE_ENV: "production" },
      ...pinned,
    });
    stops.push(bare.stop);
    const { port } = await bare.line((line) =>
      line.startsWith("{") ? (JSON.parse(line) as { readonly port: number }) : undefined,
    );
    const endpoints = [
      { name: "bare", endpoint: oauthEndpoint(`http://127.0.0.1:${port}/`), pid: bare.pid },
      {
        name: "oauth",
        endpoint: oauthEndpoint(new URL("/oauth/token", gateway.url).href),
        pid: gateway.child.pid,
      },
      { name: "mutation", endpoint: mutationEndpoint(gateway.url), pid: gateway.child.pid },
    ] as const;
    const ping = oauthEndpoint(`http://127.0.0.1:${port}/ping`);
    const chains = await signIn(redis.url);

    const idleStart = cpuMs(redis.pid);
    await pause(3_000);
    const idlePerMs = (cpuMs(redis.pid) - idleStart) / 3_000;
    for (const { endpoint } of endpoints) await drive(endpoint, chains, seconds);

    const costs = { bare: [] as number[], oauth: [] as number[], mutation: [] as number[] };
    const redisMicros: number[] = [];
    const pingMicros: number[] = [];
    const measureEndpoint = (endpoint: Endpoint, pid: number) =>
      measure(endpoint, chains, seconds, pid, redis.pid, idlePerMs);
    for (let round = 0; round < rounds; round += 1) {
      for (const { name, endpoint, pid } of endpoints) {
        const { perRefresh, redisPerRefresh } = await measureEndpoint(endpoint, pid);
        costs[name].push(perRefresh);
        redisMicros.push(redisPerRefresh * 1000);
      }
      pingMicros.push((await measureEndpoint(ping, bare.pid)).redisPerRefresh * 1000);
    }
    const ratio = (name: "oauth" | "mutation"): number =>
      significant(median(costs[name].map((cost, round) => cost / (costs.bare[round] ?? Number.NaN))));
    return {
      refreshCostRatio: ratio("oauth"),
      refreshMutationCostRatio: ratio("mutation"),
      redisCpuMicrosPerRefresh: significant(median(redisMicros)),
      redisCpuMicrosPerPing: significant(median(pingMicros)),
      refreshCpuMs: {
        bare: significant(median(costs.bare)),
        oauth: significant(median(costs.oauth)),
        mutation: significant(median(costs.mutation)),
      },
    };
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  endpoint: Endpoint,
  chains: readonly Chain[],
  seconds: number,
  pid: number,
  redisPid: number,
  idlePerMs: number,
): Promise<{ readonly perRefresh: number; readonly redisPerRefresh: number }> {
  const [own, store, start] = [cpuMs(pid), cpuMs(redisPid), performance.now()];
  const refreshes = await drive(endpoint, chains, seconds);
  const elapsed = performance.now() - start;
  return {
    perRefresh: (cpuMs(pid) - own) / refreshes,
    redisPerRefresh: Math.max(0, cpuMs(redisPid) - store - idlePerMs * elapsed) / refreshes,
  };
}

/** A subgraph that is never called: a graph needs one beside the auth subgraph. */
function writeSubgraph(folder: string): Readonly<Record<string, string>> {
  const sdl = join(folder, "accounts.graphql");
  writeFileSync(sdl, SUBGRAPHS[0]?.sdl ?? "");
  return { name: "accounts", url: "http://127.0.0.1:9/accounts", sdl };
}

async function writeUsers(folder: string): Promise<string> {
  const path = join(folder, "users.json");
  const passwordHash = await hashPassword(PASSWORD);
  const users = userNames(CLIENTS).map((name) => ({
    id: name,
    username: name,
    passwordHash,
    scopes: ["orders:read", "orders:write", "profile"],
  }));
  writeFileSync(path, JSON.stringify({ users }), { mode: 0o600 });
  return path;
}

/** Sessions made beside the gateway, on the same Redis under the same pepper: any node may refresh them. */
async function signIn(redisUrl: string): Promise<readonly Chain[]> {
  const names = userNames(CLIENTS);
  const stack = await createStack(redisUrl, names);
  try {
    return await Promise.all(
      names.map(async (user) => {
        const { pair } = await stack.service.login({ username: user, password: PASSWORD }, aRequestOrigin());
        return { user, token: pair.refreshToken ?? "" };
      }),
    );
  } finally {
    await stack.close();
  }
}
