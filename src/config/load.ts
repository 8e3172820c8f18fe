import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { ConfigError, type Problem } from "../domain/errors.js";
import { type Environment, readEnvironment } from "./environment.js";
import { problemsOf } from "./problems.js";
import { type ConfigPurpose, forPurpose } from "./purpose.js";
import { readConfigFile } from "./read-file.js";
import { createReferences } from "./references.js";
import { type CardeaConfig, resolveConfig } from "./resolve.js";
import { type ConfigInput, configSchema } from "./schema.js";

export interface LoadOptions {
  /** Configuration file. Absent: the first `cardea.config.*` in `cwd`, if any. */
  readonly path?: string;
  /** Command line flags. They override the environment, which overrides the file. */
  readonly flags?: ConfigInput;
  readonly environment: Environment;
  readonly cwd: string;
  /** Default `serve`. */
  readonly purpose?: ConfigPurpose;
  /** Accept a configuration without `supergraph` and `subgraphs`, as one with no subgraphs. Default false. */
  readonly graphOptional?: boolean;
}

export interface LoadedConfig {
  readonly config: CardeaConfig;
  /** The file that was read, if any. */
  readonly path: string | undefined;
}

/** Names of configuration files, in the order they are searched. */
export const CONFIG_FILE_NAMES: readonly string[] = ["ts", "mts", "js", "mjs", "yaml", "yml", "json"].map(
  (extension) => `cardea.config.${extension}`,
);

/** Settings that hold paths. In the file they are relative to the file, elsewhere to the working directory. */
const PATH_SETTINGS: readonly (readonly string[])[] = [
  ["supergraph"],
  ["lastGoodSupergraph"],
  ["approvedOpenings"],
  ["users", "path"],
  ["server", "persistedDocuments", "path"],
  ["tokens", "keys"],
  ["identity", "keys"],
];

/**
 * Reads the configuration from file, environment and flags, and checks it.
 *
 * @throws ConfigError with all problems at once; they describe values by type only
 */
export async function loadConfig(options: LoadOptions): Promise<LoadedConfig> {
  const path = configPath(options);
  const file = path === undefined ? {} : await readConfigFile(path);
  const fromEnvironment = readEnvironment(options.environment, file);
  const raw = merge(
    merge(file, absolutePaths(fromEnvironment.values, options.cwd)),
    absolutePaths(options.flags ?? {}, options.cwd),
  );
  // A supergraph from a flag or the environment replaces the subgraphs of the file.
  if (
    path !== undefined &&
    isPlain(raw) &&
    (options.flags?.supergraph ?? fromEnvironment.values["supergraph"])
  ) {
    delete raw["subgraphs"];
  }
  return {
    config: checkConfig(raw, {
      folder: path === undefined ? options.cwd : dirname(path),
      environment: options.environment,
      problems: fromEnvironment.problems,
      ...(options.purpose === undefined ? {} : { purpose: options.purpose }),
      ...(options.graphOptional === undefined ? {} : { graphOptional: options.graphOptional }),
    }),
    path,
  };
}

/**
 * Checks a configuration given as a value in code, with the same rules as a file.
 *
 * @throws ConfigError with all problems at once
 */
export function checkConfig(
  raw: unknown,
  {
    folder = process.cwd(),
    environment = process.env,
    problems: before = [],
    purpose = "serve",
    graphOptional = false,
  }: {
    readonly folder?: string;
    readonly environment?: Environment;
    readonly problems?: readonly Problem[];
  } & Pick<LoadOptions, "purpose" | "graphOptional"> = {},
): CardeaConfig {
  const parsed = configSchema.safeParse(raw);
  if (!parsed.success) throw new ConfigError([...before, ...problemsOf(parsed.error.issues, raw)]);
  const references = createReferences(folder, environment);
  const production = environment["NODE_ENV"] === "production";
  const settings = forPurpose(parsed.data, purpose, environment);
  const hasGraph = settings.supergraph !== undefined || settings.subgraphs !== undefined;
  const { config, problems } = resolveConfig(
    graphOptional && !hasGraph ? { ...settings, subgraphs: [] } : settings,
    references,
    production,
  );
  if (before.length + problems.length > 0) throw new ConfigError([...before, ...problems]);
  return config;
}

function configPath({ path, cwd }: LoadOptions): string | undefined {
  if (path !== undefined) return resolve(cwd, path);
  return CONFIG_FILE_NAMES.map((name) => join(cwd, name)).find((candidate) => existsSync(candidate));
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Values of `over` win. Objects are merged key by key; lists are replaced. */
function merge(under: unknown, over: unknown): unknown {
  if (over === undefined) return under;
  if (!isPlain(under) || !isPlain(over)) return over;
  const merged: Record<string, unknown> = { ...under };
  for (const [key, value] of Object.entries(over)) {
    if (value === undefined) continue;
    Object.defineProperty(merged, key, {
      value: merge(Object.hasOwn(under, key) ? under[key] : undefined, value),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return merged;
}

function absolutePaths(values: object, cwd: string): unknown {
  let result: unknown = values;
  for (const path of PATH_SETTINGS) result = mapAt(result, path, (text) => absolute(text, cwd));
  return result;
}

function mapAt(value: unknown, path: readonly string[], change: (text: string) => string): unknown {
  const [first, ...rest] = path;
  if (first === undefined) {
    if (typeof value === "string") return change(value);
    return Array.isArray(value)
      ? value.map((item: unknown) => (typeof item === "string" ? change(item) : item))
      : value;
  }
  if (!isPlain(value) || !Object.hasOwn(value, first)) return value;
  return { ...value, [first]: mapAt(value[first], rest, change) };
}

const absolute = (text: string, cwd: string): string => {
  if (/^(https?:\/\/|env:)/i.test(text)) return text;
  const bare = text.startsWith("file:") ? text.slice("file:".length) : text;
  return isAbsolute(bare) ? bare : resolve(cwd, bare);
};
