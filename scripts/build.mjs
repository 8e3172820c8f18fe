// Compiles src/ to dist/ and copies the files that the compiler ignores (Lua scripts). The browser page is bundled.
// It builds in a temporary folder and renames it at the end, so that a failed build keeps the old one usable.
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { buildPage } from "./build-page.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const source = join(root, "src");
const page = join(source, "page");
const target = join(root, "dist");
const temporary = join(root, `.dist-${process.pid}`);

function* files(folder) {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (path === page) continue;
    if (statSync(path).isDirectory()) yield* files(path);
    else yield path;
  }
}

try {
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  execFileSync(process.execPath, [tsc, "-p", join(root, "tsconfig.build.json"), "--outDir", temporary], {
    stdio: "inherit",
  });
  for (const file of files(source)) {
    if (/\.(ts|md)$/.test(file)) continue;
    const copy = join(temporary, relative(source, file));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(file, copy);
  }
  await buildPage({ root, outDir: join(temporary, "page") });
  chmodSync(join(temporary, "main.js"), 0o755);
  rmSync(target, { recursive: true, force: true });
  renameSync(temporary, target);
} catch (error) {
  rmSync(temporary, { recursive: true, force: true });
  if (error && typeof error === "object" && "status" in error) process.exit(1);
  throw error;
}
