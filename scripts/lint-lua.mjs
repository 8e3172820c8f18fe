/**
 * Checks the Lua scripts for undeclared and shadowed names, with their included pieces inserted as Redis runs them. A
 * misspelt name is nil in Lua, which causes an error only later, if at all.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const SCRIPTS = process.argv[2] ?? fileURLToPath(new URL("../src/stores/redis/scripts/", import.meta.url));
/** The globals that Redis provides (https://redis.io/docs/latest/develop/programmability/lua-api/). */
const REDIS_GLOBALS = ["KEYS", "ARGV", "redis", "struct", "cjson"];

const available = (command) => spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;

/** Finds luacheck in PATH or installs it with apt as root on Debian. Otherwise it exits with instructions. */
function ensureLuacheck() {
  if (available("luacheck")) return;
  if (process.getuid?.() === 0 && available("apt-get")) {
    console.error("luacheck is not installed: installing it with apt-get …");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { stdio: "inherit", env });
    spawnSync("apt-get", ["install", "-y", "-qq", "lua-check"], { stdio: "inherit", env });
    if (available("luacheck")) return;
  }
  console.error(
    "luacheck is not installed; the lint of the Lua scripts needs it. Debian: apt-get install lua-check; macOS: brew install luacheck; else: luarocks install luacheck.",
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
  // 1: globals; 4: redeclared or shadowed names.
  const options = [
    "--std",
    "lua51",
    "--only",
    "1",
    "4",
    "--no-color",
    "--quiet",
    "--globals",
    ...REDIS_GLOBALS,
    "--",
  ];
  const { status } = spawnSync("luacheck", [...options, ...names], { cwd: directory, stdio: "inherit" });
  process.exitCode = status ?? 1;
} finally {
  rmSync(directory, { recursive: true, force: true });
}
