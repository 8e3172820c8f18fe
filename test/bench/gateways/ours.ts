import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, startChild } from "../support/child.js";
import type { BenchGateway, GatewaySetting } from "./gateway.js";

const DIST = process.env["CARDEA_BENCH_DIST"] ?? fileURLToPath(new URL("../../../dist", import.meta.url));

export interface OursSetting extends GatewaySetting {
  /** Where its configuration is written. */
  readonly folder: string;
  readonly issuers: readonly Readonly<Record<string, unknown>>[];
  /** Default `ours`. */
  readonly name?: string;
  /** Further flags for node, as for a profile. */
  readonly nodeFlags?: readonly string[];
  /** Merged into the configuration's top level. */
  readonly overrides?: Readonly<Record<string, unknown>>;
}

/**
 * Starts the built gateway as a user would: `serve --config`, with token verification, guards and identity signing
 * on, on the memory store (no operation of the benchmark touches a session).
 */
export async function startOurs(setting: OursSetting): Promise<BenchGateway> {
  const name = setting.name ?? "ours";
  const [port, opsPort] = [await freePort(), await freePort()];
  const config = join(setting.folder, `${name}.config.yaml`);
  // JSON is YAML.
  writeFileSync(
    config,
    JSON.stringify({
      supergraph: setting.supergraphPath,
      server: { host: "127.0.0.1", port },
      ops: { port: opsPort },
      issuers: setting.issuers,
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
      join(DIST, "main.js"),
      "serve",
      "--config",
      config,
    ],
    core: setting.core,
  });
  try {
    await child.answering(`http://127.0.0.1:${opsPort}/livez`);
    await child.answering(`http://127.0.0.1:${port}/graphql`);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { name, url: `http://127.0.0.1:${port}/graphql`, child };
}
