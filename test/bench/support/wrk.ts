import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Operation } from "../graph/workloads.js";

/** What one burst of load did. */
export interface LoadResult {
  readonly requests: number;
  readonly bytes: number;
  readonly latencyP50Ms: number;
  readonly latencyP99Ms: number;
}

export interface Load {
  readonly url: string;
  readonly operations: readonly Operation[];
  /** Sent one after the other, each as `Authorization: Bearer …`. */
  readonly tokens: readonly string[];
  /** Each connection sends one of the tokens and no other. Default false: they go round all connections. */
  readonly tokenPerConnection?: boolean;
  readonly connections: number;
  readonly seconds: number;
  readonly core?: number;
}

/** Makes sure the load generator is there: from PATH, else from Debian's packages where that is allowed. */
export function ensureWrk(): void {
  try {
    execFileSync("which", ["wrk"], { stdio: "pipe" });
    return;
  } catch {
    if (process.getuid?.() !== 0) throw new Error("wrk is missing: install it (Debian: apt-get install wrk)");
  }
  execFileSync("apt-get", ["update", "-qq"], { stdio: "pipe" });
  execFileSync("apt-get", ["install", "-y", "-qq", "wrk"], { stdio: "pipe" });
}

/** Sends load for some seconds. @throws Error when any answer was an error: a fast refusal must not pass for speed */
export async function load(options: Load): Promise<LoadResult> {
  // A connection has no name in wrk's scripts, but a thread has: one for each connection gives each its own token.
  const { tokenPerConnection = false } = options;
  const folder = mkdtempSync(join(tmpdir(), "cardea-wrk-"));
  try {
    const script = join(folder, "requests.lua");
    writeFileSync(script, luaScript(options));
    const wrk = [
      "wrk",
      `-t${tokenPerConnection ? options.connections : 1}`,
      `-c${options.connections}`,
      `-d${options.seconds}s`,
      "-s",
      script,
      options.url,
    ];
    const argv = options.core === undefined ? wrk : ["taskset", "-c", String(options.core), ...wrk];
    return parse(await run(argv), options.url);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function run([file, ...args]: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file ?? "", args, { maxBuffer: 1 << 20 }, (error, stdout, stderr) =>
      error === null ? resolve(stdout) : reject(new Error(`wrk failed: ${stderr}`)),
    );
  });
}

const lua = (text: string): string => `"${[...Buffer.from(text)].map((byte) => `\\${byte}`).join("")}"`;

/** Requests are made once; the loop only hands out the next. */
function luaScript({ operations, tokens, tokenPerConnection = false }: Load): string {
  return `
local bodies = { ${operations.map((operation) => lua(JSON.stringify(operation))).join(", ")} }
local tokens = { ${tokens.map(lua).join(", ")} }
local requests, at, threads = {}, 0, 0
function setup(thread)
  thread:set("nth", threads)
  threads = threads + 1
end
function init()
  if ${tokenPerConnection} then tokens = { tokens[nth % #tokens + 1] } end
  local count = #bodies * #tokens
  for index = 0, count - 1 do
    requests[index] = wrk.format("POST", nil, {
      ["content-type"] = "application/json",
      ["accept"] = "application/json",
      ["authorization"] = "Bearer " .. tokens[math.floor(index / #bodies) % #tokens + 1],
    }, bodies[index % #bodies + 1])
  end
end
function request()
  at = (at + 1) % (#bodies * #tokens)
  return requests[at]
end
function done(summary, latency)
  io.write(string.format('\\n{"requests":%d,"bytes":%d,"status":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d,"p50":%f,"p99":%f}\\n',
    summary.requests, summary.bytes, summary.errors.status, summary.errors.connect, summary.errors.read,
    summary.errors.write, summary.errors.timeout, latency:percentile(50) / 1000, latency:percentile(99) / 1000))
end
`;
}

function parse(output: string, url: string): LoadResult {
  const line = output
    .trim()
    .split("\n")
    .findLast((text) => text.startsWith("{"));
  if (line === undefined) throw new Error(`wrk reported nothing about ${url}`);
  const summary: Readonly<Record<string, number>> = JSON.parse(line); // written by our own script above
  const failed = ["status", "connect", "read", "write"].filter((kind) => summary[kind] !== 0);
  if (failed.length > 0) throw new Error(`load on ${url} failed: ${line}`);
  return {
    requests: summary["requests"] ?? 0,
    bytes: summary["bytes"] ?? 0,
    latencyP50Ms: summary["p50"] ?? 0,
    latencyP99Ms: summary["p99"] ?? 0,
  };
}
