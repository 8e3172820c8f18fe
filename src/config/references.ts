import { readFileSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import type { Problem } from "../domain/errors.js";
import type { Environment } from "./environment.js";
import type { SecretFile } from "./exposed-files.js";

/** Reads secrets named by reference, collecting problems instead of throwing, so that all are told at once. */
export interface References {
  /**
   * `env:NAME` → that variable; `file:PATH` → that file without its last line break; anything else → itself.
   * @param where - the setting, for the problem
   */
  read(where: string, value: string): string;
  /** A path, relative to the configuration file. `file:` in front is accepted. */
  path(value: string): string;
  /** What `file:` references of secrets have read. Certificates are no secrets. */
  readonly secretFiles: readonly SecretFile[];
  readonly problems: readonly Problem[];
}

/** @param folder - where relative paths start: the folder of the configuration file */
export function createReferences(folder: string, environment: Environment): References {
  const problems: Problem[] = [];
  const secretFiles: SecretFile[] = [];
  const path = (value: string): string => {
    const bare = value.startsWith("file:") ? value.slice("file:".length) : value;
    return isAbsolute(bare) ? bare : resolve(folder, bare);
  };
  const missing = (where: string, found: string, fix: string): string => {
    problems.push({
      kind: "UNREADABLE_REFERENCE",
      where,
      found,
      allowed: "a readable, non-empty secret",
      fix,
    });
    return "";
  };
  return {
    problems,
    secretFiles,
    path,
    read(where, value) {
      if (value.startsWith("env:")) {
        const name = value.slice("env:".length);
        const text = environment[name];
        return text === undefined || text === ""
          ? missing(where, `env:${name}, which is not set`, `set the environment variable ${name}`)
          : text;
      }
      if (value.startsWith("file:")) {
        if (!/\.(ca|cert)$/.test(where)) secretFiles.push({ where, path: path(value) });
        try {
          const text = readFileSync(path(value), "utf8").replace(/\r?\n$/, "");
          return text === "" ? missing(where, `${value}, which is empty`, "write the secret into it") : text;
        } catch {
          return missing(where, `${value}, which cannot be read`, "correct the path or its permissions");
        }
      }
      return value;
    },
  };
}
