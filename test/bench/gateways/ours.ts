import { execFileSync } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, startChild } from "../support/child.js";
import type { BenchGateway } from "./gateway.js";

const DIST = fileURLToPath(new URL("../../../dist", import.meta.url));

/** The one pepper of every gateway of the benchmark, so that its own processes can make refresh tokens too. */
export const BENCH_PEPPER = "for the benchmark only, on loopback";

export interface OursSetting {
  /** Of the configuration: `supergraph` or `subgraphs`. */
  readonly graph: Readonly<Record<string, unknown>>;
  /** Absent: not pinned. */
  readonly core?: number;
  /** Where its configuration is written. */
  readonly folder: string;
  readonly issuers: readonly Readonly<Record<string, unknown>>[];
  /** Default `ours`. */
  readonly name?: string;
  /** Folder of the build to start. Default: this checkout's. */
  readonly dist?: string;
  /** Further flags for node, as for a profile. */
  readonly nodeFlags?: readonly string[];
  /** Merged into the configuration's top level. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/** A private key as the product's own command makes it; production takes no generated ones. */
function keyFile(folder: string, use: string): string {
  const path = join(folder, `${use}.key.json`);
  if (!existsSync(path))
    execFileSync(process.execPath, [join(DIST, "main.js"), "keys", "new", "--out", path], { stdio: "pipe" });
  return path;
}

/**
 * Starts the built gateway as a user would: `serve --config`, with token verification, guards and identity signing
 * on, in production mode, on the memory store (no operation of the
 * benchmark touches a session).
 */
export async function startOurs(setting: OursSetting): Promise<BenchGateway> {
  const name = setting.name ?? "ours";
  const [port, opsPort] = [await freePort(), await freePort()];
  const config = join(setting.folder, `${name}.config.yaml`);
  const [tokenKey, identityKey] = ["tokens", "identity"].map((use) => keyFile(setting.folder, use));
  // JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify({
      ...setting.graph,
      // Another build may not know the setting; it only makes the end slower.
      server: { host: "127.0.0.1", port, ...(setting.dist === undefined ? { drainDelayMs: 0 } : {}) },
      ops: { port: opsPort },
      issuers: setting.issuers,
      tokens: {
        issuer: `http://127.0.0.1:${port}`,
        keys: [tokenKey],
        refreshPeppers: [{ id: 1, secret: BENCH_PEPPER }],
      },
      identity: { keys: [identityKey] },
      log: { level: "warn" },
      ...setting.overrides,
    }),
  );
  const child = startChild({
    name,
    command: process.execPath,
    args: [
      "--max-semi-space-size=64",
      ...(setting.nodeFlags ?? []),
      join(setting.dist ?? DIST, "main.js"),
      "serve",
      "--config",
      config,
      "--allow-memory-store",
    ],
    env: { NODE_ENV: "production" },
    ...(setting.core === undefined ? {} : { core: setting.core }),
  });
  try {
    await child.answering(`http://127.0.0.1:${opsPort}/livez`);
    await child.answering(`http://127.0.0.1:${port}/graphql`);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return {
    name,
    url: `http://127.0.0.1:${port}/graphql`,
    child,
    metricsUrl: `http://127.0.0.1:${opsPort}/metrics`,
  };
}
