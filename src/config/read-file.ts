import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { createJiti } from "jiti";
import { parse, YAMLParseError } from "yaml";
import { ConfigError } from "../domain/errors.js";
import { describe } from "./problems.js";

/**
 * Reads one configuration file. TypeScript and JavaScript are loaded with jiti (default export: the configuration, or a
 * function that returns it); YAML and JSON are parsed.
 *
 * @throws ConfigError when the file cannot be read or parsed
 */
export async function readConfigFile(path: string): Promise<Readonly<Record<string, unknown>>> {
  const value = await readAny(path);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw problem(path, describe(value), "an object of settings");
  }
  return value as Readonly<Record<string, unknown>>;
}

function readAny(path: string): Promise<unknown> {
  const extension = extname(path);
  if ([".ts", ".mts", ".js", ".mjs"].includes(extension)) return readModule(path);
  if ([".yaml", ".yml", ".json"].includes(extension)) return readData(path);
  throw problem(
    path,
    `a file ending in ${extension || "nothing"}`,
    ".ts, .mts, .js, .mjs, .yaml, .yml or .json",
  );
}

async function readModule(path: string): Promise<unknown> {
  await readText(path);
  let exported: unknown;
  try {
    exported = await createJiti(import.meta.url, { fsCache: false }).import(path, { default: true });
    if (typeof exported === "function") exported = await (exported as () => unknown)();
  } catch (error) {
    throw problem(
      path,
      `an error while it was executed: ${firstLine(error)}`,
      "a module whose default export is the configuration",
    );
  }
  return exported;
}

async function readData(path: string): Promise<unknown> {
  const text = await readText(path);
  try {
    return (parse(text, { prettyErrors: false }) as unknown) ?? {};
  } catch (error) {
    // The parser's message may quote a line with a secret, so only the position is reported.
    const at = error instanceof YAMLParseError ? ` at offset ${error.pos[0]} (${error.code})` : "";
    throw problem(path, `text that does not parse${at}`, "YAML or JSON");
  }
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch {
    throw problem(path, "no readable file", "a configuration file");
  }
}

const firstLine = (error: unknown): string =>
  (error instanceof Error ? error.message : "unknown").split("\n", 1)[0] ?? "unknown";

const problem = (where: string, found: string, allowed: string): ConfigError =>
  new ConfigError([
    { kind: "UNREADABLE_CONFIG", where, found, allowed, fix: "correct the file or --config" },
  ]);
