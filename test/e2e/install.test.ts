import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const INSTALL = ["install", "--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts"];

interface Ended {
  readonly exitCode: number;
  readonly output: string;
}

/** Settings of the npm that runs these tests must not change what the npm of a fresh folder does. */
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(CARDEA_|npm_config_|npm_package_|NODE_ENV$)/.test(name)),
);

const run = (command: string, args: readonly string[], cwd: string): Promise<Ended> =>
  new Promise((resolve) => {
    const options = { cwd, env: environment, maxBuffer: 64 * 1_048_576, timeout: 600_000 };
    execFile(command, args, options, (error, stdout, stderr) =>
      resolve({
        exitCode: typeof error?.code === "number" ? error.code : error ? 1 : 0,
        output: stdout + stderr,
      }),
    );
  });

let folder: string;
let tarball: string;

beforeAll(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "cardea-install-")));
  // Built by `npm test` already.
  const packed = await run("npm", ["pack", "--ignore-scripts", "--pack-destination", folder], ROOT);
  tarball = join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? packed.output);
}, 600_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A fresh project of this manifest. */
function project(place: string, manifest: object): string {
  const path = join(folder, place);
  mkdirSync(path, { recursive: true });
  const name = basename(place);
  writeFileSync(join(path, "package.json"), JSON.stringify({ name, private: true, ...manifest }));
  return path;
}

const dependsOn = (graphql: string) => ({ dependencies: { cardea: `file:${tarball}`, graphql } });
const cardea = (cwd: string, ...args: string[]): Promise<Ended> =>
  run("npx", ["--no", "cardea", ...args], cwd);

async function expectDemoPasses(path: string): Promise<void> {
  const { exitCode, output } = await cardea(path, "demo", "--check");
  expect(output).toMatch(/\n\d{2,} passed, 0 failed/);
  expect(exitCode).toBe(0);
}

// At the same time, since a tour waits more than it works.
describe("cardea, packed and installed", { timeout: 900_000 }, () => {
  it.concurrent("walks the tour of the demo in a project with the oldest graphql, and refuses a second copy there", async () => {
    const path = project("oldest", dependsOn("16.11.0"));
    expect((await run("npm", INSTALL, path)).exitCode).toBe(0);
    expect((await run("npm", ["ls", "graphql"], path)).exitCode).toBe(0);
    await expectDemoPasses(path);

    const ours = join(path, "node_modules/graphql");
    const second = join(path, "node_modules/cardea/node_modules/graphql-scalars/node_modules/graphql");
    cpSync(ours, second, { recursive: true });
    const refused = await cardea(path, "demo", "--check");
    expect(refused.exitCode).toBe(1);
    expect(refused.output).toContain(`two copies: 16.11.0 in ${ours}, and 16.11.0 in ${second}`);
  });

  it.concurrent("walks it in a project with the graphql it is developed with", async () => {
    const path = project("newest", dependsOn("16.15.0"));
    expect((await run("npm", INSTALL, path)).exitCode).toBe(0);
    await expectDemoPasses(path);
  });

  it.concurrent("walks it in a workspace whose other packages have graphql 17", async () => {
    const path = project("workspace", { workspaces: ["gateway"], dependencies: { graphql: "17.1.0" } });
    const gateway = project("workspace/gateway", { version: "1.0.0", ...dependsOn("16.15.0") });
    expect((await run("npm", INSTALL, path)).exitCode).toBe(0);
    await expectDemoPasses(gateway);
  });

  it.concurrent("is refused by npm in a project with graphql 17 alone, and refuses to start where it was forced", async () => {
    const path = project("too-new", dependsOn("17.1.0"));
    const refused = await run("npm", INSTALL, path);
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toContain('peer graphql@"^16.11.0" from cardea');

    expect((await run("npm", [...INSTALL, "--legacy-peer-deps"], path)).exitCode).toBe(0);
    writeFileSync(
      join(path, "embedded.mjs"),
      'import { createGateway } from "cardea"; await createGateway({ config: { supergraph: "none.graphql" } });',
    );
    for (const started of [await cardea(path, "demo"), await run(process.execPath, ["embedded.mjs"], path)]) {
      expect(started.exitCode).toBe(1);
      expect(started.output).toContain(`version 17.1.0 in ${join(path, "node_modules/graphql")}`);
      expect(started.output).toContain("npm install graphql@16");
    }
  });
});
