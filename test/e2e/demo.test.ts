import type { ChildProcess } from "node:child_process";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type CommandResult, endCommands, runCommand, startCommand } from "../support/command-line.js";

const check = (...flags: string[]): Promise<CommandResult> =>
  runCommand(["demo", "--check", ...flags], { timeoutMs: 110_000 });

/** Reads standard output until it holds the text. */
const until = (child: ChildProcess, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let seen = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      seen += chunk;
      if (seen.includes(text)) resolve(seen);
    });
    child.once("close", (code) => reject(new Error(`ended with ${code} before it printed ${text}`)));
  });

const ended = (child: ChildProcess): Promise<number | null> =>
  new Promise((resolve) => child.once("close", resolve));

const answers = (url: string): Promise<boolean> =>
  fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ query: "{ _service { sdl } }" }),
  }).then(
    () => true,
    () => false,
  );

interface Started {
  readonly url: string;
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
}

async function startDemo(
  ...flags: string[]
): Promise<{ child: ChildProcess; started: Started; readyMs: number }> {
  const startMs = performance.now();
  const child = startCommand(["demo", "--json", ...flags]);
  const text = await until(child, "\n");
  return { child, started: JSON.parse(text) as Started, readyMs: performance.now() - startMs };
}

afterEach(endCommands);

describe("cardea demo --check", { timeout: 120_000 }, () => {
  it("passes every assertion of the tour, and fails many of them with enforcement disabled", async () => {
    const [enforced, dryRun] = await Promise.all([check(), check("--dry-run", "--json")]);

    const [, passed, failed] = /(\d+) passed, (\d+) failed\n$/.exec(enforced.stdout) ?? [];
    expect(enforced.stdout.split("\n").filter((line) => line.includes("FAILED"))).toEqual([]);
    expect(Number(passed)).toBeGreaterThanOrEqual(90);
    expect(Number(failed)).toBe(0);
    expect(enforced.exitCode).toBe(0);

    const report = dryRun.json() as {
      readonly ok: boolean;
      readonly passed: number;
      readonly failed: number;
    };
    expect(report.ok).toBe(false);
    expect(report.failed).toBeGreaterThanOrEqual(20);
    expect(dryRun.exitCode).toBe(1);
    // What has nothing to do with guards holds in both: the comparison is between two running demos.
    expect(report.passed + report.failed).toBe(Number(passed));
  });
});

describe("cardea demo", { timeout: 60_000 }, () => {
  // Three seconds on an idle machine. A busy one gets a second chance, since the promise is about the demo.
  it("is ready within fifteen seconds, prints what to try, and leaves nothing behind on Ctrl-C", {
    retry: 2,
  }, async () => {
    const child = startCommand(["demo", "--port", "0"]);
    const startMs = performance.now();
    const text = await until(child, "Stop: Ctrl-C");
    expect(performance.now() - startMs).toBeLessThan(15_000);
    expect(text).toMatch(/^open http:\/\/localhost:\d+\/ in a browser\n/);
    expect(text).toContain("wonderland");
    expect(text).toContain("store      memory");
    const urls = [...text.matchAll(/(?:graph|subgraph) +(http:\/\/[\w.]+:\d+\/(?:graphql)?)/g)].map(
      ([, url = ""]) => url,
    );
    expect(urls.length).toBeGreaterThanOrEqual(4);
    expect(await Promise.all(urls.slice(0, 4).map(answers))).toEqual([true, true, true, true]);

    child.kill("SIGINT");
    expect(await ended(child)).toBe(0);
    expect(await Promise.all(urls.slice(0, 4).map(answers))).toEqual([false, false, false, false]);
  });

  it("uses another port when the preferred one is in use", async () => {
    const squatter = createServer();
    await new Promise<void>((resolve) => squatter.listen(0, "127.0.0.1", resolve));
    const { port } = squatter.address() as AddressInfo; // listening on TCP
    const { child, started } = await startDemo("--port", String(port));
    let output = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
    await expect.poll(() => output).toContain(`port ${port} is in use`);
    expect(started.url).not.toContain(`:${port}/`);
    expect(await answers(started.url)).toBe(true);
    child.kill("SIGTERM");
    expect(await ended(child)).toBe(0);
    await new Promise((resolve) => squatter.close(resolve));
  });

  it("can be interrupted in the middle of a check, and has not passed then", async () => {
    const child = startCommand(["demo", "--check"]);
    await until(child, "A visitor who is not signed in");
    child.kill("SIGINT");
    expect(await ended(child)).toBe(1);
  });

  it("ends its subgraphs when it is killed", async () => {
    const { child, started } = await startDemo("--port", "0");
    child.kill("SIGKILL");
    await ended(child);
    await expect
      .poll(() => Promise.all(started.subgraphs.map(({ url }) => answers(url))), { timeout: 10_000 })
      .toEqual([false, false, false]);
  });

  it("calls an impossible port misuse", async () => {
    const result = await runCommand(["demo", "--port", "70000"]);
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("--port");
  });
});
