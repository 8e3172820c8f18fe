import { spawnSync } from "node:child_process";

const available = (command: string): boolean =>
  spawnSync(command, ["--version"], { stdio: "ignore" }).status === 0;

/**
 * Makes sure that a real `redis-server` can be started: from PATH, else installed by apt as root on Debian, else Docker
 * Compose is expected to run one (`CARDEA_TEST_REDIS_URL`), else it fails and names what to install.
 */
export function ensureRedisServer(): void {
  if (available("redis-server") || process.env.CARDEA_TEST_REDIS_URL !== undefined) return;
  if (process.getuid?.() === 0 && available("apt-get")) {
    console.log("redis-server is not on this machine: installing it with apt-get …");
    spawnSync("apt-get", ["update", "-qq"], { stdio: "inherit" });
    spawnSync("apt-get", ["install", "-y", "-qq", "redis-server"], {
      stdio: "inherit",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (available("redis-server")) return;
  }
  if (spawnSync("docker", ["compose", "up", "-d", "--wait", "redis"], { stdio: "inherit" }).status === 0) {
    process.env.CARDEA_TEST_REDIS_URL = "redis://127.0.0.1:6379";
    return;
  }
  throw new Error(
    "The tests need a real Redis. Install redis-server (Debian: apt-get install redis-server; macOS: brew install redis), " +
      "or start Docker so that `docker compose up redis` works, or set CARDEA_TEST_REDIS_URL.",
  );
}
