import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { composeSubgraphs } from "../../src/composition/index.js";
import { endCommands, runCommand, startCommand } from "../support/command-line.js";
import { type RedisServer, startRedis } from "../support/redis-server.js";
import { A_PEPPER } from "../support/secrets.js";
import { startServing } from "../support/serve-process.js";

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { hello: String }
`;
const folder = mkdtempSync(join(tmpdir(), "cardea-supervision-"));
const users = join(folder, "users.yaml");
let redis: RedisServer;

const writeConfig = (name: string, graph: object): void =>
  writeFileSync(
    join(folder, name),
    JSON.stringify({
      ...graph,
      server: { port: 0, workers: 2 },
      ops: { port: 0 },
      store: { kind: "redis", url: redis.url },
      tokens: { keys: ["tokens.json"], refreshPeppers: [{ id: 1, secret: A_PEPPER }] },
      identity: { keys: ["identity.json"] },
      users: { path: "users.yaml" },
      log: { level: "error" },
    }),
  );

beforeAll(async () => {
  redis = await startRedis();
  for (const name of ["tokens", "identity"])
    await runCommand(["keys", "new", "--out", `${name}.json`], { cwd: folder });
  writeFileSync(users, "users: []\n");
  writeFileSync(
    join(folder, "g.graphql"),
    composeSubgraphs([{ name: "a", url: "http://127.0.0.1:9/graphql", sdl: SDL }]).supergraphSdl,
  );
  writeConfig("cardea.config.yaml", { supergraph: "g.graphql" });
});
afterAll(async () => {
  await endCommands();
  await redis.close();
});

/** Processes whose parent is this one. */
const childrenOf = (pid: number | undefined): readonly number[] =>
  readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      try {
        return readFileSync(`/proc/${name}/stat`, "utf8").split(") ")[1]?.split(" ")[1] === String(pid);
      } catch {
        return false; // it has ended meanwhile
      }
    })
    .map(Number);

describe("the supervisor of workers", () => {
  it("retries with growing pauses for one that cannot start, reports it, and serves meanwhile", async () => {
    const served = await startServing([], {}, folder);
    const missing = async () => {
      const text = await (await fetch(`${served.line.workers[0]?.opsUrl}/metrics`)).text();
      return /^cardea_workers_missing (\d+)$/m.exec(text)?.[1];
    };
    const stderr = () => served.output().stderr;
    expect(await missing()).toBe("0");
    writeFileSync(users, "users: [ oops\n");
    process.kill(served.line.workers[1]?.pid ?? 0, "SIGKILL");
    await expect.poll(stderr, { timeout: 30_000 }).toContain("restarting it in 4 s");
    expect(stderr()).toMatch(
      /worker 1 ended \(SIGKILL\): 1 of 2 serve; restarting it in 1 s[\s\S]*worker 1 ended \(exit code 1\): 1 of 2 serve; restarting it in 2 s/,
    );
    // Every refused process has ended.
    expect(childrenOf(served.child.pid)).toEqual([served.line.workers[0]?.pid]);
    expect(await missing()).toBe("1");
    expect((await fetch(`${served.line.workers[0]?.opsUrl}/livez`)).status).toBe(200);
    expect(served.output().stdout.trim().split("\n")).toHaveLength(1);

    writeFileSync(users, "users: []\n");
    await expect.poll(stderr, { timeout: 30_000 }).toMatch(/worker 1 serves as process \d+: 2 of 2 serve/);
    expect(await missing()).toBe("0");

    writeFileSync(users, "users: [ oops\n");
    process.kill(served.line.workers[0]?.pid ?? 0, "SIGKILL");
    await expect.poll(stderr, { timeout: 30_000 }).toContain("worker 0 ended");
    expect(await served.stop()).toBe(0);
    expect(childrenOf(served.child.pid)).toEqual([]);
    writeFileSync(users, "users: []\n");
  }, 120_000);

  it.each([
    ["several workers", "SIGTERM", "2"],
    ["several workers", "SIGINT", "2"],
    ["one process", "SIGTERM", "1"],
  ] as const)(
    "ends with %s at %s while the start waits for a subgraph, having heard SIGHUP meanwhile",
    async (_, signal, count) => {
      let asked: () => void = () => undefined;
      const waiting = new Promise<void>((resolve) => {
        asked = resolve;
      });
      const silent = createServer((socket) => {
        socket.on("error", () => undefined);
        asked();
      });
      await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
      const { port } = silent.address() as { port: number };
      writeConfig("waiting.yaml", { subgraphs: [{ name: "a", url: `http://127.0.0.1:${port}/` }] });
      const child = startCommand(["serve", "--config", "waiting.yaml", "--workers", count], { cwd: folder });
      const ended = once(child, "exit");
      await waiting;
      child.kill("SIGHUP");
      child.kill(signal);
      const started = performance.now();
      expect(await ended).toEqual([0, null]);
      expect(performance.now() - started).toBeLessThan(6_000);
      silent.close();
    },
    60_000,
  );
});
