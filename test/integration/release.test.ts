import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const SCRIPT = fileURLToPath(new URL("../../scripts/release.mjs", import.meta.url));
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const UNRELEASED =
  "# Changelog\n\n## Unreleased\n\n- **Everyone**: a thing.\n\n## 0.1.0 (2026-01-01)\n\n- first\n";

/** A small package under git, with a changelog. */
function aPackage(changelog = UNRELEASED) {
  const folder = mkdtempSync(join(tmpdir(), "cardea-release-"));
  folders.push(folder);
  const write = (file: string, text: string) => writeFileSync(join(folder, file), text);
  const json = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
  write("package.json", json({ name: "small", version: "0.1.0", scripts: { build: "node -e 0" } }));
  write(
    "package-lock.json",
    json({
      name: "small",
      version: "0.1.0",
      lockfileVersion: 3,
      packages: { "": { name: "small", version: "0.1.0" } },
    }),
  );
  write("CHANGELOG.md", changelog);
  const git = (...args: string[]): string =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.com", ...args], {
      cwd: folder,
      encoding: "utf8",
    });
  git("init", "--quiet");
  git("add", ".");
  git("commit", "--quiet", "--message", "all");
  const release = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...args], {
      cwd: folder,
      encoding: "utf8",
    });
    return { status, stdout, stderr };
  };
  const read = (file: string): string => readFileSync(join(folder, file), "utf8");
  return { folder, git, release, read, write };
}

describe("a release", () => {
  it("sets the version, moves what is unreleased under it, and builds the tarball", () => {
    const { folder, release, read } = aPackage();
    expect(release("0.2.0", "--date", "2026-12-24")).toMatchObject({ status: 0, stderr: "" });
    expect(JSON.parse(read("package.json"))).toMatchObject({ version: "0.2.0" });
    expect(JSON.parse(read("package-lock.json"))).toMatchObject({
      version: "0.2.0",
      packages: { "": { version: "0.2.0" } },
    });
    expect(read("CHANGELOG.md")).toBe(
      UNRELEASED.replace("## Unreleased\n", "## Unreleased\n\n## 0.2.0 (2026-12-24)\n"),
    );
    expect(existsSync(join(folder, "small-0.2.0.tgz"))).toBe(true);
  });

  it("may be the first of its version where that was never released", () => {
    const { release, read } = aPackage("# Changelog\n\n## 0.1.0 (unreleased)\n\nThe first.\n");
    expect(release("0.1.0", "--date", "2026-12-24")).toMatchObject({ status: 0, stderr: "" });
    expect(read("CHANGELOG.md")).toBe(
      "# Changelog\n\n## Unreleased\n\n## 0.1.0 (2026-12-24)\n\nThe first.\n",
    );
  });

  it("changes nothing in a dry run, and says what it would do", () => {
    const { git, release } = aPackage();
    const { status, stdout } = release("0.2.0", "--dry-run");
    expect([status, git("status", "--porcelain")]).toEqual([0, ""]);
    expect(stdout).toContain("0.1.0 → 0.2.0");
  });

  it.each([
    ["no version", [], UNRELEASED, "say which version"],
    ["what is no version", ["next"], UNRELEASED, "say which version"],
    ["the version there is", ["0.1.0"], UNRELEASED, "0.1.0 does not follow 0.1.0"],
    ["a lower version", ["0.0.9"], UNRELEASED, "0.0.9 does not follow 0.1.0"],
    ["a candidate of the version there is", ["0.1.0-rc.1"], UNRELEASED, "does not follow"],
    ["nothing that is new", ["0.2.0"], "# Changelog\n\n## Unreleased\n\n## 0.1.0 (2026-01-01)\n", "is empty"],
    ["no unreleased section", ["0.2.0"], "# Changelog\n\n## 0.1.0 (2026-01-01)\n", "has no section"],
    [
      "a section of another version",
      ["0.2.0"],
      "# Changelog\n\n## 0.3.0 (unreleased)\n\n- x\n",
      "0.3.0, not 0.2.0",
    ],
  ])("is refused with %s", (_, args, changelog, reason) => {
    const { git, release } = aPackage(changelog);
    const { status, stderr } = release(...args);
    expect(status).toBe(1);
    expect(stderr).toContain(reason);
    expect(git("status", "--porcelain")).toBe("");
  });

  it("is refused with changes in the working tree, and a second time", () => {
    const { git, release, write } = aPackage();
    write("other.txt", "x");
    expect(release("0.2.0").stderr).toContain("the working tree has changes");
    git("add", ".");
    git("commit", "--quiet", "--message", "other");
    git("tag", "v0.2.0");
    expect(release("0.2.0").stderr).toContain("there is a tag v0.2.0 already");
  });
});
