import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const DEBIAN = "/usr/lib/postgresql";

/** Folders that may hold `initdb` and `postgres`: those of PATH, then Debian's, newest first. */
const folders = (): string[] => [
  ...(process.env.PATH ?? "").split(":").filter((folder) => folder !== ""),
  ...(existsSync(DEBIAN) ? readdirSync(DEBIAN) : [])
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(DEBIAN, version, "bin")),
];

const find = (): string | undefined =>
  folders().find((folder) => ["initdb", "postgres"].every((name) => existsSync(join(folder, name))));

/**
 * Finds a real PostgreSQL server on this machine. If there is none, installs it by apt as root on Debian, or fails and
 * names what to install.
 *
 * @returns the folder of `initdb` and `postgres`
 */
export function ensurePostgres(): string {
  const found = find();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && spawnSync("apt-get", ["--version"], { stdio: "ignore" }).status === 0) {
    console.log("PostgreSQL is not on this machine: installing it with apt-get …");
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    spawnSync("apt-get", ["update", "-qq"], { stdio: "inherit", env });
    spawnSync("apt-get", ["install", "-y", "-qq", "postgresql"], { stdio: "inherit", env });
    const installed = find();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    "The tests of the PostgreSQL session store need a real server. Install PostgreSQL 13 or later " +
      "(Debian: apt-get install postgresql; macOS: brew install postgresql) with initdb and postgres on PATH.",
  );
}
