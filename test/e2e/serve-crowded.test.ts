import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { composeSubgraphs } from "../../src/composition/index.js";
import { MAIN } from "../support/command-line.js";

const HEADER = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n`;
const folder = mkdtempSync(join(tmpdir(), "cardea-crowded-"));
const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
  rmSync(folder, { recursive: true, force: true });
});

/** A gateway that may open so many files, over one subgraph for each URL: `a0: Int`, `a1: Int`, … */
async function serveWithFewFiles(files: number, ...urls: readonly string[]) {
  const supergraph = join(folder, `${files}.graphql`);
  const subgraphs = urls.map((url, index) => ({
    name: `s${index}`,
    url,
    sdl: `${HEADER}type Query { a${index}: Int }`,
  }));
  writeFileSync(supergraph, composeSubgraphs(subgraphs).supergraphSdl);
  const serve = [MAIN, "serve", "--json", "--supergraph", supergraph, "--port", "0", "--ops-port", "0"];
  const child = spawn("sh", ["-c", `ulimit -n ${files}; exec "$0" "$@"`, process.execPath, ...serve], {
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

async function expectProbes(opsUrl: string): Promise<void> {
  for (const path of ["/livez", "/readyz", "/metrics"])
    expect((await fetch(`${opsUrl}${path}`, { headers: { connection: "close" } })).status, path).toBe(200);
}

/** A subgraph for which the test answers. */
async function slowSubgraph(field: string) {
  const waiting: (() => void)[] = [];
  let isSlow = true;
  const server = createServer((request, response) => {
    const answer = (): void => {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ data: { [field]: 1 } }));
    };
    request.resume().on("end", () => (isSlow ? waiting.push(answer) : answer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    waiting: () => waiting.length,
    release() {
      isSlow = false;
      for (const answer of waiting.splice(0)) answer();
    },
  };
}

const QUERY = JSON.stringify({ query: "{ a0 a1 }" });
const REQUEST = `POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${QUERY.length}\r\n\r\n${QUERY}`;

describe("a gateway with more clients than it may open files", { timeout: 120_000 }, () => {
  it("answers probes, reports it, and serves again when they have gone", async () => {
    const { child, url, opsUrl, log } = await serveWithFewFiles(1_024, "http://127.0.0.1:9/graphql");
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
    await expect.poll(() => closed, { timeout: 20_000 }).toBe(1_200 - 640);
    await expectProbes(opsUrl);
    expect(log()).toContain(
      "connections could not be accepted, 0 took the place of idle ones (640 are open; this process may open 1024 files",
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

  it("answers probes while clients wait for slow subgraphs, and all of them when those answer", async () => {
    const subgraphs = [await slowSubgraph("a0"), await slowSubgraph("a1")];
    const { child, url, opsUrl, log } = await serveWithFewFiles(400, ...subgraphs.map((each) => each.url));
    expect(log()).toContain(
      "this process may open 400 files: at most 200 connections of clients and 100 to subgraphs",
    );
    let answered = 0;
    let closed = 0;
    const crowd: Socket[] = [];
    for (let n = 0; n < 270; n += 1) {
      const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(REQUEST));
      socket.on("error", () => undefined);
      socket.on("close", () => {
        closed += 1;
      });
      socket.on("data", (text) => {
        if (text.toString().includes('{"data":{"a0":1,"a1":1}}')) answered += 1;
      });
      crowd.push(socket);
    }
    await expect.poll(() => closed, { timeout: 20_000 }).toBe(70);
    await expect.poll(() => subgraphs.map((each) => each.waiting()), { timeout: 20_000 }).toEqual([50, 50]);
    for (let n = 0; n < 5; n += 1) await expectProbes(opsUrl);
    expect(readdirSync(`/proc/${child.pid}/fd`).length).toBeLessThan(400 - 32);
    expect(log()).not.toContain("cannot be read");

    for (const each of subgraphs) each.release();
    await expect.poll(() => answered, { timeout: 20_000 }).toBe(200);
    for (const socket of crowd) socket.destroy();
  });

  it("takes a newcomer in place of a connection that is idle, whoever holds them all", async () => {
    const subgraphs = [await slowSubgraph("a0"), await slowSubgraph("a1")];
    for (const each of subgraphs) each.release();
    const { url, log } = await serveWithFewFiles(400, ...subgraphs.map((each) => each.url));
    const crowd: Socket[] = [];
    let answered = 0;
    let closed = 0;
    for (let n = 0; n < 200; n += 1) {
      const socket = connect(Number(new URL(url).port), "127.0.0.1", () => socket.write(REQUEST));
      socket.on("error", () => undefined);
      socket.on("data", () => {
        answered += 1;
      });
      socket.on("close", () => {
        closed += 1;
      });
      crowd.push(socket);
    }
    await expect.poll(() => answered, { timeout: 20_000 }).toBe(200);
    await pause(1_200);
    for (let n = 0; n < 10; n += 1) {
      const answer = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", connection: "close" },
        body: QUERY,
      });
      expect(await answer.json()).toEqual({ data: { a0: 1, a1: 1 } });
    }
    // Each newcomer left before the next came, so one place was enough.
    expect(closed).toBeGreaterThan(0);
    expect(closed).toBeLessThanOrEqual(10);
    expect(log()).toContain(
      "0 connections could not be accepted, 1 took the place of idle ones (200 are open",
    );
    for (const socket of crowd) socket.destroy();
  });
});
