/**
 * Everything `npm run lint` checks, side by side. A check that finds nothing prints nothing; what one finds is printed
 * under its name, and the exit code is 1 then.
 *
 * `npm run lint -- biome spelling` runs only those.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "cardea-lint-"));

/** @returns {Promise<{ code: number, output: string }>} */
const run = (command, args, cwd = ROOT) =>
  new Promise((resolve) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
      });
    child.once("error", (error) => resolve({ code: 1, output: `${output}${error.message}\n` }));
    child.once("close", (code) => resolve({ code: code ?? 1, output }));
  });
const tool = (name, ...args) => run(process.execPath, [join(ROOT, "node_modules", ...name), ...args]);

/** The package as it would be published: packed once, without building it again. */
let packed;
function tarball() {
  packed ??= (async () => {
    if (!existsSync(join(ROOT, "dist/main.js"))) throw new Error("dist/ is not there: npm run build");
    const { code, output } = await run("npm", [
      "pack",
      "--ignore-scripts",
      "--silent",
      "--pack-destination",
      scratch,
    ]);
    const file = readdirSync(scratch).find((name) => name.endsWith(".tgz"));
    if (code !== 0 || file === undefined) throw new Error(output);
    return join(scratch, file);
  })();
  return packed;
}

/** The longest first. */
const CHECKS = {
  spelling: () =>
    tool(
      ["cspell", "bin.mjs"],
      "lint",
      "--no-progress",
      "--no-summary",
      "--dot",
      "--cache",
      "--cache-location",
      "node_modules/.cache/cspell",
      ".",
    ),
  // Node 10 and CommonJS have no way to load us: we are a module, for Node 20.19 and later.
  types: async () =>
    tool(
      ["@arethetypeswrong", "cli", "dist", "index.js"],
      await tarball(),
      "--profile",
      "esm-only",
      "--quiet",
    ),
  biome: () => tool(["@biomejs", "biome", "bin", "biome"], "check", "."),
  unused: () => tool(["knip", "bin", "knip.js"], "--no-progress"),
  package: async () => tool(["publint", "src", "cli.js"], "run", await tarball(), "--strict"),
  lua: () => run(process.execPath, [join(ROOT, "scripts/lint-lua.mjs")]),
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in CHECKS));
if (unknown.length > 0) {
  console.error(
    `lint: no check is called ${unknown.join(", ")}; there are ${Object.keys(CHECKS).join(", ")}`,
  );
  process.exit(2);
}

try {
  const waiting = Object.entries(CHECKS).filter(([name]) => asked.length === 0 || asked.includes(name));
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [name, check] = next;
      const { code, output } = await check().catch((error) => ({ code: 1, output: `${error.message}\n` }));
      if (code === 0) continue;
      process.exitCode = 1;
      console.error(`lint: ${name} found\n${output}`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
