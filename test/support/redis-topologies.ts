import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { eventually } from "./eventually.js";
import { freePort, type RedisServer, startRedis } from "./redis-server.js";

export interface RedisCluster {
  readonly url: string;
  readonly shards: readonly RedisServer[];
  close(): Promise<void>;
}

/** A real cluster of primaries without replicas; each server holds a third of the slots. */
export async function startCluster(size = 3): Promise<RedisCluster> {
  const options = [
    "--cluster-enabled",
    "yes",
    "--cluster-node-timeout",
    "3000",
    "--cluster-require-full-coverage",
    "no",
  ];
  const shards = await Promise.all(Array.from({ length: size }, () => startRedis(options)));
  const [first] = shards;
  if (first === undefined) throw new Error("a cluster has a shard at least");
  const share = Math.ceil(16_384 / size);
  for (const [index, shard] of shards.entries()) {
    await shard.inspect.call(
      "CLUSTER",
      "ADDSLOTSRANGE",
      index * share,
      Math.min((index + 1) * share, 16_384) - 1,
    );
    await shard.inspect.call("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
  }
  for (const shard of shards) await shard.inspect.call("CLUSTER", "MEET", "127.0.0.1", first.port);
  await eventually(async () => {
    for (const shard of shards) {
      const info = String(await shard.inspect.call("CLUSTER", "INFO"));
      if (!info.includes("cluster_state:ok") || !info.includes(`cluster_known_nodes:${size}`))
        throw new Error("the cluster is not formed yet");
      if (!info.includes("cluster_slots_assigned:16384"))
        throw new Error("slots are not known everywhere yet");
    }
  }, 30_000);
  return {
    url: `redis-cluster://${shards.map(({ port }) => `127.0.0.1:${port}`).join(",")}`,
    shards,
    close: async () => void (await Promise.all(shards.map((shard) => shard.close()))),
  };
}

export interface SentinelSet {
  readonly url: string;
  readonly primary: RedisServer;
  readonly replica: RedisServer;
  /** Makes the sentinel promote the replica, and waits until it has. */
  failOver(): Promise<void>;
  close(): Promise<void>;
}

/** A primary, a replica and one sentinel with a quorum of one. */
export async function startSentinelSet(): Promise<SentinelSet> {
  const [primary, replica] = await Promise.all([startRedis(), startRedis()]);
  await replica.inspect.replicaof("127.0.0.1", primary.port);
  await eventually(async () => {
    if (!(await replica.inspect.info("replication")).includes("master_link_status:up"))
      throw new Error("no link yet");
  });
  const port = await freePort();
  const directory = mkdtempSync(join(tmpdir(), "cardea-sentinel-"));
  const config = join(directory, "sentinel.conf");
  writeFileSync(
    config,
    [
      `port ${port}`,
      "bind 127.0.0.1",
      `dir ${directory}`,
      `sentinel monitor main 127.0.0.1 ${primary.port} 1`,
      "sentinel down-after-milliseconds main 1000",
      "sentinel failover-timeout main 5000",
    ].join("\n"),
  );
  const child = spawn("redis-server", [config, "--sentinel"], { stdio: ["ignore", "ignore", "inherit"] });
  const sentinel = new Redis(port, "127.0.0.1", { retryStrategy: () => 50 });
  sentinel.on("error", () => undefined);
  await eventually(async () => {
    const replicas = await sentinel.call("SENTINEL", "REPLICAS", "main");
    if (!Array.isArray(replicas) || replicas.length === 0)
      throw new Error("the sentinel knows no replica yet");
  }, 20_000);
  return {
    url: `redis-sentinel://127.0.0.1:${port}/main`,
    primary,
    replica,
    async failOver() {
      await eventually(() => sentinel.call("SENTINEL", "FAILOVER", "main"), 15_000);
      await eventually(async () => {
        if (!(await replica.inspect.info("replication")).includes("role:master"))
          throw new Error("not promoted yet");
      }, 20_000);
    },
    async close() {
      sentinel.disconnect();
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
      await Promise.all([primary.close(), replica.close()]);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** A self-signed certificate for 127.0.0.1; file paths. */
export function selfSigned(directory: string): { readonly cert: string; readonly key: string } {
  const [cert, key] = [join(directory, "cert.pem"), join(directory, "key.pem")];
  const subject = ["-subj", "/CN=cardea-test", "-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"];
  const curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...curve, ...subject, "-keyout", key, "-out", cert], {
    stdio: "pipe",
  });
  return { cert, key };
}
