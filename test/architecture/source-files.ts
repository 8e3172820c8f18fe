import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** Every file below a folder of the project, as paths relative to the project with forward slashes. */
export function filesBelow(folder: string): string[] {
  const absolute = join(ROOT, folder);
  return readdirSync(absolute).flatMap((name) => {
    if (name === "node_modules") return [];
    const path = join(absolute, name);
    return statSync(path).isDirectory()
      ? filesBelow(relative(ROOT, path))
      : [relative(ROOT, path).split(sep).join(posix.sep)];
  });
}

export const readText = (path: string): string => readFileSync(join(ROOT, path), "utf8");

/** Every module of `src/`. */
export const sourceFiles = (): string[] => filesBelow("src").filter((path) => /\.tsx?$/.test(path));

const IMPORT =
  /(?:^|\n)\s*(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']|\bimport\s*\(\s*["']([^"']+)["']\s*\)|(?:^|\n)\s*import\s*["']([^"']+)["']|\brequire\s*\(\s*["']([^"']+)["']\s*\)/g;

/** The specifiers a module imports, types and dynamic imports included; comments do not count. */
export function importsOf(text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|[\s;{}(])\/\/[^\n]*/g, "$1");
  return [...code.matchAll(IMPORT)].flatMap((match) => match.slice(1).filter((each) => each !== undefined));
}

/** `src/tokens/jwks.ts` → `tokens`; a file that lies directly in `src/` is its own module. */
export const moduleOf = (path: string): string => path.split("/")[1] ?? "";

/** A relative specifier as a path in the project. What follows `?` is for the bundler of the page. */
export function resolveImport(from: string, specifier: string): string {
  const path = posix.normalize(posix.join(posix.dirname(from), specifier.replace(/\?.*$/, "")));
  const component = path.replace(/\.js$/, ".tsx");
  return existsSync(join(ROOT, component)) ? component : path.replace(/\.js$/, ".ts");
}

/** `@scope/name/deep` → `@scope/name`. */
export const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
