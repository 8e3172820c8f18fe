/**
 * Makes a release of what is checked out: sets the version, moves what the changelog holds as unreleased under it, and
 * builds the tarball. Commits and publishes nothing: it tells what to run next.
 *
 * `npm run release -- 0.2.0 [--dry-run] [--date 2026-12-24]`, in a clean working tree.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";

const FIELDS = /^(\d+)\.(\d+)\.(\d+)(?:-([0-9A-Za-z.-]+))?$/;

class ReleaseError extends Error {}

/** Whether `next` may follow `current`: it is higher, or the same where that was never released. */
function follows(next, current, isFirst) {
  if (next === current) return isFirst;
  const [a, b] = [FIELDS.exec(next), FIELDS.exec(current)];
  for (const field of [1, 2, 3]) {
    const difference = Number(a[field]) - Number(b[field]);
    if (difference !== 0) return difference > 0;
  }
  // 1.0.0 follows 1.0.0-rc.1, and not the other way round.
  return b[4] !== undefined && (a[4] === undefined || a[4].localeCompare(b[4], "en", { numeric: true }) > 0);
}

/** The changelog with its unreleased section under the version, and an empty one for what comes next. */
function movedChangelog(text, version, date) {
  const heading = /^## (?:Unreleased|(\S+) \(unreleased\))\n/m.exec(text);
  if (heading === null)
    throw new ReleaseError(
      'CHANGELOG.md has no section "## Unreleased" or "## VERSION (unreleased)": nothing to release',
    );
  if (heading[1] !== undefined && heading[1] !== version)
    throw new ReleaseError(
      `CHANGELOG.md calls what is unreleased ${heading[1]}, not ${version}: rename that section first`,
    );
  const start = heading.index + heading[0].length;
  const next = text.indexOf("\n## ", start);
  if (text.slice(start, next === -1 ? undefined : next).trim() === "")
    throw new ReleaseError(
      "the unreleased section of CHANGELOG.md is empty: write what has changed, and for whom",
    );
  return {
    isFirst: heading[1] !== undefined,
    text: `${text.slice(0, heading.index)}## Unreleased\n\n## ${version} (${date})\n${text.slice(start)}`,
  };
}

const setVersion = (text, version) => text.replace(/^(\s*"version": )"[^"]*"/m, `$1"${version}"`);

/** The lock file names the version of the package twice: at the top, and in its list of packages. */
function setLockedVersion(text, version) {
  const lock = JSON.parse(text);
  lock.version = version;
  lock.packages[""].version = version;
  return `${JSON.stringify(lock, null, 2)}\n`;
}

function release() {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { "dry-run": { type: "boolean", default: false }, date: { type: "string" } },
  });
  const [version] = positionals;
  if (version === undefined || !FIELDS.test(version))
    throw new ReleaseError("say which version: npm run release -- 0.2.0 [--dry-run]");
  const isDry = values["dry-run"];
  const read = (file) => readFileSync(file, "utf8");
  const git = (...args) => execFileSync("git", args, { encoding: "utf8" }).trim();

  if (!isDry && git("status", "--porcelain") !== "")
    throw new ReleaseError(
      "the working tree has changes: commit them first, so that the tarball is what is committed",
    );
  const { version: current } = JSON.parse(read("package.json"));
  const changelog = movedChangelog(
    read("CHANGELOG.md"),
    version,
    values.date ?? new Date().toISOString().slice(0, 10),
  );
  if (!follows(version, current, changelog.isFirst))
    throw new ReleaseError(`${version} does not follow ${current}: choose a higher version`);
  if (git("tag", "--list", `v${version}`) !== "")
    throw new ReleaseError(`there is a tag v${version} already: choose a higher version`);

  if (isDry) {
    console.log(`Would set the version ${current} → ${version} in package.json and package-lock.json,`);
    console.log(`move the unreleased section of CHANGELOG.md under ${version}, build, and pack the tarball.`);
    return;
  }
  writeFileSync("package.json", setVersion(read("package.json"), version));
  writeFileSync("package-lock.json", setLockedVersion(read("package-lock.json"), version));
  writeFileSync("CHANGELOG.md", changelog.text);
  execFileSync("npm", ["run", "--silent", "build"], { stdio: "inherit" });
  const [packed] = JSON.parse(
    execFileSync("npm", ["pack", "--ignore-scripts", "--json"], { encoding: "utf8" }),
  );
  console.log(`${packed.filename} is built. When npm test and npm run test:long pass:`);
  console.log(`  git commit --all --message "release: ${version}"`);
  console.log(`  git tag v${version}`);
  console.log(`  npm publish ${packed.filename}`);
}

try {
  release();
} catch (error) {
  if (!(error instanceof ReleaseError)) throw error;
  console.error(`release: ${error.message}`);
  process.exitCode = 1;
}
