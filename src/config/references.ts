import { readFileSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import type { Problem } from "../domain/errors.js";
import type { Environment } from "./environment.js";
import type { SecretFile } from "./exposed-files.js";

/** Reads secrets by reference. It collects problems instead of throwing, so that all are reported at once. */
export interface References {
  /**
   * Resolves a value: `env:NAME` to the variable, `file:PATH` to the file's content without its last line break. Any
   * other value is returned unchanged.
   * @param where - path of the setting, for the problem
   */
  read(where: string, value: string): string;
  /** Resolves a path relative to the configuration file. A prefix `file:` is accepted. */
  path(value: string): string;
  /** The files of secrets that were read by `file:` references. Certificates are not secrets. */
  readonly secretFiles: readonly SecretFile[];
  readonly problems: readonly Problem[];
}

/** @param folder - base of relative paths: the folder of the configuration file */
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
