import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, it } from "vitest";
import { endCommands, runCommand, startCommand, withFolder } from "../support/command-line.js";

const MEMBERS = fileURLToPath(new URL("../../schema/examples/members.graphql", import.meta.url));
const SUBGRAPH = ["--subgraph", `members=http://127.0.0.1:1/=${MEMBERS}`];

let folder: Awaited<ReturnType<typeof withFolder>>;
beforeEach(async () => {
  folder = await withFolder();
  // Of a deployment: none of its variables is set here, and its graph is named by flags.
  await writeFile(
    join(folder.path, "cardea.config.yaml"),
    `store: { kind: redis, url: "env:REDIS_URL" }
tokens: { refreshPeppers: [{ id: 1, secret: "env:REFRESH_PEPPER" }] }
users: { path: none.yaml }
authSubgraph: { prefix: library }`,
  );
});
afterEach(async () => {
  await endCommands();
  await folder.remove();
});

const cardea = (...args: string[]) => runCommand(args, { cwd: folder.path });
const CONFIG = ["--config", "cardea.config.yaml"];

it("a deployment's configuration composes and explains a graph without its secrets, and is checked with them", async () => {
  const composed = await cardea("compose", ...CONFIG, ...SUBGRAPH, "--out", "s.graphql");
  expect(composed.stderr).toContain("composed");
  expect(composed.exitCode).toBe(0);
  expect((await cardea("explain", ...CONFIG, "--supergraph", "s.graphql", "--schema")).exitCode).toBe(0);
  expect((await cardea("check", "--supergraph", "s.graphql")).exitCode).toBe(0);

  const whole = await cardea("check", ...CONFIG, "--supergraph", "s.graphql");
  expect(whole.exitCode).toBe(1);
  expect(whole.stderr).toContain("REDIS_URL");
  expect(whole.stderr).toContain("REFRESH_PEPPER");
}, 120_000);

it.each([
  ["--config", CONFIG],
  ["the folder it starts in", []],
])(
  "cardea dev takes everything but the graph from %s, and the graph from --subgraph",
  async (_name, config) => {
    await writeFile(join(folder.path, "none.yaml"), "users: []\n", { mode: 0o600 });
    const child = startCommand(["dev", ...config, ...SUBGRAPH, "--port", "0", "--ops-port", "0", "--json"], {
      cwd: folder.path,
    });
    const url = await new Promise<string>((resolve, reject) => {
      let text = "";
      child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
        const [, found] = /"event":"serving","url":"([^"]+)"/.exec(text) ?? [];
        if (found !== undefined) resolve(found);
      });
      child.once("close", () => reject(new Error(`ended: ${text}`)));
    });
    const answer = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ query: '{ __type(name: "Mutation") { fields { name } } }' }),
    });
    expect(JSON.stringify(await answer.json())).toContain("libraryLogin");
  },
  60_000,
);
