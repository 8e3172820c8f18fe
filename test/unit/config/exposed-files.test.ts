import { chmod, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadConfig } from "../../../src/config/load.js";
import { ConfigError } from "../../../src/domain/errors.js";

const FILES = ["token.json", "identity.json", "users.yaml", "pepper", "ca.pem"];

async function problemsWith(modes: Readonly<Record<string, number>>, NODE_ENV = "production") {
  const folder = await mkdtemp(join(tmpdir(), "cardea-modes-"));
  for (const name of FILES) {
    await writeFile(join(folder, name), "k3V9s0Qw".repeat(3) + "Zr7Lm2Xp".repeat(3) + "tB5nHd8Y");
    await chmod(join(folder, name), modes[name] ?? 0o600);
  }
  const config = {
    supergraph: "supergraph.graphql",
    tokens: { keys: ["token.json"], refreshPeppers: [{ id: 1, secret: "file:pepper" }] },
    identity: { keys: ["file:identity.json"] },
    users: { path: "users.yaml" },
  };
  await writeFile(join(folder, "cardea.config.json"), JSON.stringify(config));
  return loadConfig({ environment: { NODE_ENV }, cwd: folder }).then(
    () => [],
    (error: unknown) => {
      if (!(error instanceof ConfigError)) throw error;
      return error.problems.filter(({ kind }) => kind === "EXPOSED_FILE").map(({ where }) => where);
    },
  );
}

describe("a file with a secret, in production", () => {
  it.each([
    ["token.json", "tokens.keys[0]"],
    ["identity.json", "identity.keys[0]"],
    ["users.yaml", "users.path"],
    ["pepper", "tokens.refreshPeppers[0].secret"],
  ])("is refused when everybody may read or change it: %s", async (name, where) => {
    for (const mode of [0o644, 0o604, 0o602, 0o777])
      expect(await problemsWith({ [name]: mode })).toEqual([where]);
  });

  it("may be read by its group, and all problems are reported at once", async () => {
    expect(await problemsWith({ "token.json": 0o440, "users.yaml": 0o640 })).toEqual([]);
    const all = Object.fromEntries(FILES.map((name) => [name, 0o644]));
    expect(await problemsWith(all)).toHaveLength(4);
    expect(await problemsWith(all, "development")).toEqual([]);
  });
});
