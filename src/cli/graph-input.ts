import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Command } from "commander";
import type { GuardSettings } from "../authorization/settings.js";
import type { SdlOptions, SubgraphSdl } from "../compose/subgraph-sdl.js";
import type { ConfigPurpose } from "../config/purpose.js";
import type { CardeaConfig, SubgraphSource } from "../config/resolve.js";
import { ConfigError } from "../domain/errors.js";
import { UsageError } from "./output.js";

/** Flags that name the subgraphs of a command. */
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
      "a subgraph; its SDL is queried unless a file is given; repeatable",
      (value: string, before: readonly string[] = []) => [...before, value],
    )
    .option("--no-auth", "do not add the auth subgraph");

/** Parses `orders=http://localhost:4002`, or with an SDL file `orders=http://localhost:4002=orders.graphql`. */
export function parseSubgraphFlag(text: string): SubgraphSource {
  const [, name, rest] = /^([^=]*)=(https?:\/\/.+)$/i.exec(text) ?? [];
  if (name === undefined || rest === undefined)
    throw new UsageError(
      `--subgraph ${JSON.stringify(text)}: write name=url or name=url=sdl-file, with an http(s) url`,
    );
  if (!/^[A-Za-z][A-Za-z0-9_-]*$/.test(name))
    throw new UsageError(
      `--subgraph ${JSON.stringify(text)}: ${JSON.stringify(name)} is not a valid subgraph name: write name=url, where the name has letters, digits, _ and -, and starts with a letter`,
    );
  // A URL may contain `=`. The text after the last `=` is a file if it has an SDL extension or exists.
  const separator = rest.lastIndexOf("=");
  const file = separator < 0 ? "" : rest.slice(separator + 1);
  if (file === "" || !(/\.(graphqls?|gql|sdl)$/i.test(file) || existsSync(file)))
    return { name, url: checkUrl(text, rest) };
  return { name, url: checkUrl(text, rest.slice(0, separator)), sdlPath: resolve(file) };
}

function checkUrl(flag: string, url: string): string {
  if (!URL.canParse(url))
    throw new UsageError(`--subgraph ${JSON.stringify(flag)}: ${url} is not a valid URL`);
  return url;
}

/** The graph as the flags and the configuration describe it. Nothing has been fetched yet. */
export interface GraphInput {
  readonly sources: readonly SubgraphSource[];
  /** SDL of the auth subgraph, unless it is not added. */
  readonly authSdl: string | undefined;
  /** How guards are read; the same as in a gateway of this configuration. */
  readonly guards: GuardSettings;
  readonly config: CardeaConfig | undefined;
  /** Headers for repeated queries of the SDL. Default: signed again each time the graph is loaded. */
  readonly headersFor?: SdlOptions["headersFor"];
}

/**
 * Reads flags and configuration. Subgraphs given by flags replace those of the configuration.
 *
 * @param purpose - default `graph`: secrets that only a gateway needs are not required
 * @throws UsageError for a malformed flag; ConfigError for a configuration that cannot be used
 */
export async function readGraphInput(
  flags: GraphFlags,
  environment: Environment,
  purpose: ConfigPurpose = "graph",
): Promise<GraphInput> {
  const named = (flags.subgraph ?? []).map(parseSubgraphFlag);
  const config = await readConfig(flags, environment, named, purpose);
  const sources = named.length > 0 ? named : config?.graph.kind === "subgraphs" ? config.graph.subgraphs : [];
  return {
    sources,
    authSdl: await authSdlOf(flags, config),
    guards: config?.auth ?? {},
    config,
  };
}

async function readConfig(
  flags: GraphFlags,
  environment: Environment,
  named: readonly SubgraphSource[],
  purpose: ConfigPurpose,
): Promise<CardeaConfig | undefined> {
  // `cardea dev` serves the composed graph with this configuration, so it reads it even with --subgraph flags.
  if (flags.config === undefined && named.length > 0 && purpose !== "develop") return undefined;
  const { CONFIG_FILE_NAMES, loadConfig } = await import("../config/load.js");
  if (flags.config === undefined && !CONFIG_FILE_NAMES.some((name) => existsSync(name))) return undefined;
  const { config } = await loadConfig({
    ...(flags.config === undefined ? {} : { path: flags.config }),
    environment,
    cwd: process.cwd(),
    purpose,
    graphOptional: true,
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
 * Loads the subgraphs with their SDL, without the auth subgraph.
 *
 * @throws ConfigError for each subgraph that cannot be loaded, or when there are none
 */
export async function loadGraph(input: GraphInput): Promise<readonly SubgraphSdl[]> {
  if (input.sources.length === 0)
    throw new ConfigError([
      {
        kind: "NO_SUBGRAPHS",
        where: "subgraphs",
        found: "none",
        allowed: "at least one subgraph",
        fix: "add --subgraph name=url, or list subgraphs in the configuration",
      },
    ]);
  return loadSources(input);
}

/** Loads SDL from files, or queries it with the gateway's identity. */
async function loadSources({ sources, config, headersFor }: GraphInput): Promise<readonly SubgraphSdl[]> {
  const [{ loadSubgraphs }, { tlsOf }] = await Promise.all([
    import("../compose/subgraph-sdl.js"),
    import("../compose/subgraph-transport.js"),
  ]);
  const tls = config === undefined ? {} : { tlsFor: tlsOf(config) };
  if (headersFor !== undefined) return loadSubgraphs(sources, { ...tls, headersFor });
  if (sources.every(({ sdlPath }) => sdlPath !== undefined)) return loadSubgraphs(sources);
  const [{ withGatewayIdentity }, { checkConfig }] = await Promise.all([
    import("./gateway-identity.js"),
    import("../config/load.js"),
  ]);
  return withGatewayIdentity(config ?? checkConfig({}, { environment: {}, graphOptional: true }), (signed) =>
    loadSubgraphs(sources, { ...tls, headersFor: signed }),
  );
}
