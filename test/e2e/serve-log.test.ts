import { once } from "node:events";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { composeSubgraphs } from "../../src/composition/index.js";
import { endCommands, startCommand } from "../support/command-line.js";

const SDL = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
type Query { hello: String }
`;
const folder = mkdtempSync(join(tmpdir(), "cardea-log-"));
const { supergraphSdl } = composeSubgraphs([{ name: "a", url: "http://127.0.0.1:9/graphql", sdl: SDL }]);
writeFileSync(join(folder, "g.graphql"), supergraphSdl);
writeFileSync(join(folder, "c.yaml"), "supergraph: g.graphql\nserver: { port: 0 }\nops: { port: 0 }\n");

afterEach(endCommands);

/** A gateway whose log goes to a pipe of which we hold the other end, and read nothing of. */
async function serve() {
  const child = startCommand(["serve", "--config", "c.yaml", "--json"], { cwd: folder });
  child.stderr?.pause();
  const [line] = (await once(child.stdout ?? child, "data")) as [Buffer];
  const { url, opsUrl } = JSON.parse(line.toString()) as { readonly url: string; readonly opsUrl: string };
  const ask = async () => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: '{"query":"{ hello }"}',
      signal: AbortSignal.timeout(5_000),
    });
    await response.arrayBuffer();
    return response.status;
  };
  const dropped = async () =>
    Number(
      /^cardea_log_lines_dropped_total (\d+)$/m.exec(await (await fetch(`${opsUrl}/metrics`)).text())?.[1],
    );
  return { child, ask, dropped };
}

describe("a gateway whose log is not read", () => {
  it("continues to serve, and ends on a signal", async () => {
    const { child, ask } = await serve();
    // A pipe holds 64 KiB, and each request writes a line about the missing subgraph.
    for (let round = 0; round < 20; round += 1)
      expect(new Set(await Promise.all(Array.from({ length: 50 }, ask)))).toEqual(new Set([200]));
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  }, 60_000);

  it("serves on when the reader has gone, and counts what is lost", async () => {
    const { child, ask, dropped } = await serve();
    child.stderr?.destroy();
    expect([await ask(), await ask()]).toEqual([200, 200]);
    await expect.poll(dropped).toBeGreaterThan(0);
    child.kill("SIGTERM");
    expect(await once(child, "exit")).toEqual([0, null]);
  });
});
