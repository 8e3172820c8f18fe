import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { SubgraphSdl } from "../compose/subgraph-sdl.js";
import type { CardeaConfig, SubgraphSource } from "../config/resolve.js";
import { ConfigError } from "../domain/errors.js";
import { UsageError } from "./output.js";

/** Flags by which a verb learns of subgraphs. */
export interface GraphFlags {
  readonly config?: string;
  readonly subgraph?: readonly string[];
  /** `--no-auth` makes it false. */
  readonly auth?: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Adds `--config`, `--subgraph` (repeatable) and `--no-auth`. */
export const withGraphFlags = (command: Command): Command =>
  command
    .option("-c, --config <file>", "configuration file; its subgraphs and authSubgraph settings are used")
    .option(
      "--subgraph <name=url[=sdl-file]>",
      "a subgraph, asked for its SDL unless a file is named; repeatable",
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .option("--no-auth", "leave the auth subgraph out");

/** `orders=http://localhost:4002`, or with its SDL in a file: `orders=http://localhost:4002=orders.graphql`. */
export function parseSubgraphFlag(text: string): SubgraphSource {
  const match = /^([A-Za-z][A-Za-z0-9_-]*)=(https?:\/\/.+)$/i.exec(text);
  const [, name, rest] = match ?? [];
  if (name === undefined || rest === undefined)
    throw new UsageError(
      `--subgraph ${JSON.stringify(text)}: write name=url or name=url=sdl-file, with an http(s) url`,
    );
  // A URL may hold `=` itself; what follows the last one is a file if it looks like one or is there.
  const cut = rest.lastIndexOf("=");
  const file = cut < 0 ? "" : rest.slice(cut + 1);
  if (file === "" || !(/\.(graphqls?|gql|sdl)$/i.test(file) || existsSync(file)))
    return { name, url: checkUrl(text, rest) };
  return { name, url: checkUrl(text, rest.slice(0, cut)), sdlPath: resolve(file) };
}

function checkUrl(flag: string, url: string): string {
  if (!URL.canParse(url)) throw new UsageError(`--subgraph ${JSON.stringify(flag)}: ${url} is no url`);
  return url;
}

/** What the flags and the configuration say about the graph; nothing is fetched yet. */
export interface GraphInput {
  readonly sources: readonly SubgraphSource[];
  /** SDL of the auth subgraph, unless it is left out. */
  readonly authSdl: string | undefined;
  readonly foreignDirectives: readonly string[];
  readonly config: CardeaConfig | undefined;
}

/**
 * Reads flags and configuration. Subgraphs named by flags replace those of the configuration.
 *
 * @throws UsageError for a malformed flag; ConfigError for a configuration that cannot be used
 */
export async function readGraphInput(flags: GraphFlags, environment: Environment): Promise<GraphInput> {
  const named = (flags.subgraph ?? []).map(parseSubgraphFlag);
  const config = await readConfig(flags, environment, named);
  const sources = named.length > 0 ? named : config?.graph.kind === "subgraphs" ? config.graph.subgraphs : [];
  return {
    sources,
    authSdl: await authSdlOf(flags, config),
    foreignDirectives: config?.auth.foreignDirectives ?? [],
    config,
  };
}

async function readConfig(
  flags: GraphFlags,
  environment: Environment,
  named: readonly SubgraphSource[],
): Promise<CardeaConfig | undefined> {
  if (flags.config === undefined && named.length > 0) return undefined;
  const { CONFIG_FILE_NAMES, loadConfig } = await import("../config/load.js");
  if (flags.config === undefined && !CONFIG_FILE_NAMES.some((name) => existsSync(name))) return undefined;
  const { config } = await loadConfig({
    ...(flags.config === undefined ? {} : { path: flags.config }),
    environment,
    cwd: process.cwd(),
  });
  return config;
}

async function authSdlOf(flags: GraphFlags, config: CardeaConfig | undefined): Promise<string | undefined> {
  if (flags.auth === false || config?.authSubgraph.enabled === false) return undefined;
  const [{ buildAuthSchema }, { subgraphSdl }] = await Promise.all([
    import("../auth-subgraph/schema.js"),
    import("../auth-subgraph/sdl.js"),
  ]);
  return subgraphSdl(buildAuthSchema(config?.authSubgraph ?? {}).published);
}

/**
 * The subgraphs with their SDL, without the auth subgraph.
 *
 * @throws ConfigError for each that cannot be had, or when there is none
 */
export async function loadGraph({ sources, config }: GraphInput): Promise<readonly SubgraphSdl[]> {
  if (sources.length === 0)
    throw new ConfigError([
      {
        kind: "NO_SUBGRAPHS",
        where: "subgraphs",
        found: "none",
        allowed: "at least one subgraph",
        mend: "add --subgraph name=url, or list subgraphs in the configuration",
      },
    ]);
  const [{ loadSubgraphs }, { tlsOf }] = await Promise.all([
    import("../compose/subgraph-sdl.js"),
    import("../compose/subgraph-transport.js"),
  ]);
  return loadSubgraphs(sources, config === undefined ? {} : { tlsFor: tlsOf(config) });
}
