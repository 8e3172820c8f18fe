import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { composeSubgraphs } from "../../src/composition/index.js";
import { MAIN } from "../support/command-line.js";

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { hello: String }
`;
const folder = mkdtempSync(join(tmpdir(), "cardea-crowded-"));
const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

/** A gateway that may open 1024 files. */
async function serveWithFewFiles() {
  const supergraph = join(folder, "g.graphql");
  writeFileSync(
    supergraph,
    composeSubgraphs([{ name: "a", url: "http://127.0.0.1:9/graphql", sdl: SDL }]).supergraphSdl,
  );
  const serve = [MAIN, "serve", "--json", "--supergraph", supergraph, "--port", "0", "--ops-port", "0"];
  const child = spawn("sh", ["-c", 'ulimit -n 1024; exec "$0" "$@"', process.execPath, ...serve], {
    cwd: folder,
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], HOME: process.env["HOME"] },
  });
  const ended = once(child, "exit");
  closers.push(async () => {
    child.kill("SIGTERM");
    await ended;
  });
  const printed = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].on("data", (text: Buffer) => {
      printed[name] += text.toString("utf8");
    });
  await expect.poll(() => printed.stdout, { timeout: 60_000 }).toContain("\n");
  const { url, opsUrl } = JSON.parse(printed.stdout) as { readonly url: string; readonly opsUrl: string };
  return { child, url, opsUrl, log: () => printed.stderr };
}

describe("a gateway with more clients than it may open files", { timeout: 120_000 }, () => {
  it("answers probes, reports it, and serves again when they have gone", async () => {
    const { child, url, opsUrl, log } = await serveWithFewFiles();
    const crowd: Socket[] = [];
    let closed = 0;
    for (let n = 0; n < 1_200; n += 1) {
      const socket = connect(Number(new URL(url).port), "127.0.0.1").resume();
      socket.on("error", () => undefined);
      socket.on("close", () => {
        closed += 1;
      });
      crowd.push(socket);
    }
    await expect.poll(() => closed, { timeout: 20_000 }).toBe(1_200 - 768);
    for (const path of ["/livez", "/readyz", "/metrics"])
      expect((await fetch(`${opsUrl}${path}`, { headers: { connection: "close" } })).status).toBe(200);
    expect(log()).toContain(
      "connections could not be accepted (768 are open; this process may open 1024 files",
    );

    for (const socket of crowd) socket.destroy();
    const ask = async () =>
      (
        await fetch(url, {
          method: "POST",
          headers: { "content-type": "application/json", connection: "close" },
          body: JSON.stringify({ query: "{ __typename }" }),
          signal: AbortSignal.timeout(2_000),
        }).catch(() => undefined)
      )?.status;
    await expect.poll(ask, { timeout: 10_000 }).toBe(200);
    expect(child.exitCode).toBeNull();
  });
});
