/**
 * Checks the Lua scripts for names that nobody declares and names that hide others, as Redis runs them: with the pieces
 * they include in their places. A misspelt name is nil in Lua, and nil is not an error until much later.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SCRIPTS = process.argv[2] ?? fileURLToPath(new URL("../src/stores/redis/scripts/", import.meta.url));
/** What Redis gives every script (https://redis.io/docs/latest/develop/programmability/lua-api/). */
const GIVEN = ["KEYS", "ARGV", "redis", "struct", "cjson"];

const available = (command) => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;

/** From PATH, else installed by apt as root on Debian, else the lint fails saying what to install. */
function ensureLuacheck() {
  if (available("luacheck")) return;
  if (process.getuid?.() === 0 && available("apt-get")) {
    console.error("luacheck is not on this machine: installing it with apt-get …");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { stdio: "inherit", env });
    spawnSync("apt-get", ["install", "-y", "-qq", "lua-check"], { stdio: "inherit", env });
    if (available("luacheck")) return;
  }
  console.error(
    "The Lua scripts are checked with luacheck, which is not installed. Debian: apt-get install lua-check; macOS: brew install luacheck; else: luarocks install luacheck.",
  );
  process.exit(1);
}

/** As `src/stores/redis/scripts/scripts.ts` loads them. */
const resolve = (text) =>
  text.replace(/^ *-- include: (\w+)$/gm, (_, piece) =>
    resolve(readFileSync(join(SCRIPTS, "lib", `${piece}.lua`), "utf8")),
  );

ensureLuacheck();
const directory = mkdtempSync(join(tmpdir(), "cardea-lua-"));
try {
  const names = readdirSync(SCRIPTS).filter((name) => name.endsWith(".lua"));
  if (names.length === 0) throw new Error(`there are no Lua scripts in ${SCRIPTS}`);
  for (const name of names)
    writeFileSync(join(directory, name), resolve(readFileSync(join(SCRIPTS, name), "utf8")));
  // 1: globals; 4: names declared again or hiding another.
  const options = [
    "--std",
    "lua51",
    "--only",
    "1",
    "4",
    "--no-color",
    "--quiet",
    "--globals",
    ...GIVEN,
    "--",
  ];
  const { status } = spawnSync("luacheck", [...options, ...names], { cwd: directory, stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
