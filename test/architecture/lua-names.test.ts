import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, it } from "vitest";

const LINT = fileURLToPath(new URL("../../scripts/lint-lua.mjs", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "cardea-lua-names-"));
mkdirSync(join(directory, "lib"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function lint(script: string, piece = "local now = 1") {
  writeFileSync(join(directory, "script.lua"), script);
  writeFileSync(join(directory, "lib", "piece.lua"), piece);
  const { status, stdout } = spawnSync(process.execPath, [LINT, directory], { encoding: "utf8" });
  return { status, stdout };
}

describe("the lint of the Lua scripts", () => {
  it("finds nothing in those of the product", () => {
    const { status, stdout } = spawnSync(process.execPath, [LINT], { encoding: "utf8" });
    expect(stdout).not.toContain("warnings\n\n");
    expect(status).toBe(0);
  }, 60_000);

  it("takes what a script declares, includes, or is given by Redis", () => {
    expect(lint("-- include: piece\nreturn {now, KEYS[1], redis.call('TIME')}").status).toBe(0);
  });

  it.each([
    ["a name nobody declares", "return {nwo}", "accessing undefined variable 'nwo'"],
    [
      "a name written to that is nobody's",
      "epoch = 1\nreturn epoch",
      "setting non-standard global variable 'epoch'",
    ],
    [
      "a name that hides another",
      "-- include: piece\nlocal function f(now) return now end\nreturn f(1)",
      "shadowing",
    ],
  ])("refuses %s", (_, script, message) => {
    const { status, stdout } = lint(script);
    expect(stdout).toContain(message);
    expect(status).not.toBe(0);
  });
});
