import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, startChild } from "../support/child.js";
import type { BenchGateway, GatewaySetting } from "./gateway.js";

const FOLDER = fileURLToPath(new URL("../../../bench/", import.meta.url));

export const PEERS = ["stock", "tuned", "hive"] as const;
export type PeerName = (typeof PEERS)[number];

/** Installs the peers from their lock file where that has not been done. They are no dependency of the product. */
export function installPeers(): void {
  if (existsSync(join(FOLDER, "node_modules", ".package-lock.json"))) return;
  console.error("bench: installing the peers (once)…");
  execFileSync("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: FOLDER,
    stdio: ["ignore", "ignore", "inherit"],
  });
}

// The heap flag is given to every peer that gains by it (sizes the young generation; far less copying under load).
const HEAP_FLAG = "--max-semi-space-size=64";

const ARGUMENTS: Readonly<Record<PeerName, readonly string[]>> = {
  stock: ["stock.mjs"],
  tuned: [HEAP_FLAG, "tuned.mjs"],
  hive: [
    HEAP_FLAG,
    "node_modules/@graphql-hive/gateway/dist/bin.js",
    "supergraph",
    "--config-path",
    "hive.config.mjs",
  ],
};

/** Starts a peer on the plain supergraph, pinned to one core, in production mode. */
export async function startPeer(
  name: PeerName,
  { supergraphPath, core }: GatewaySetting,
): Promise<BenchGateway> {
  const port = await freePort();
  const child = startChild({
    name,
    command: process.execPath,
    args: ARGUMENTS[name],
    cwd: FOLDER,
    ...(core === undefined ? {} : { core }),
    env: {
      SUPERGRAPH: supergraphPath,
      PORT: String(port),
      NODE_ENV: "production",
      APOLLO_TELEMETRY_DISABLED: "1",
    },
  });
  const url = `http://127.0.0.1:${port}/graphql`;
  try {
    await child.answering(`${url}?query=%7B__typename%7D`);
  } catch (error) {
    await child.stop();
    throw error;
  }
  return { name, url, child };
}
