import {
  AUTH_SUBGRAPH_URL,
  authSubgraphProblems,
  composeSubgraphs,
  graftAuthSubgraph,
} from "../composition/index.js";
import type { CardeaConfig } from "../config/resolve.js";
import { ConfigError, type Problem, problemText } from "../domain/errors.js";
import { fileSource, type SupergraphSource, urlSource } from "../federation/supergraph.js";
import { loadSubgraphs, type SdlOptions } from "./subgraph-sdl.js";

/** What the auth subgraph brings into the graph; `undefined` when it is switched off. */
export interface AuthPart {
  readonly sdl: string;
}

export interface GraphParts {
  readonly auth: AuthPart | undefined;
  readonly lookUps: SdlOptions;
  /** Does the serving graph offer login? Then no reload may take it away in silence. */
  readonly hasLogin: () => boolean;
  /** Said aloud at start. */
  readonly note: (text: string) => void;
}

/** Name of the auth subgraph in a supergraph that we compose. */
export const AUTH_SUBGRAPH_NAME = "auth";

/** Where the supergraph comes from: a file or URL that is watched, or subgraphs composed at start and on reload. */
export function supergraphSource(config: CardeaConfig, parts: GraphParts): SupergraphSource {
  const { graph } = config;
  switch (graph.kind) {
    case "file":
      return withAuthGrafted(config, parts, fileSource(graph.path));
    case "url":
      return withAuthGrafted(
        config,
        parts,
        urlSource(graph.url, { pollIntervalMs: config.supergraphPollMs }),
      );
    case "subgraphs":
      return {
        load: async () => {
          const subgraphs = await loadSubgraphs(graph.subgraphs, parts.lookUps);
          return composeWithAuth(config, parts, subgraphs);
        },
        watch: () => () => undefined,
      };
  }
}

/** A supergraph composed elsewhere gets login and its companions too, all or nothing. */
function withAuthGrafted(
  { authSubgraph }: CardeaConfig,
  { auth, note, hasLogin }: GraphParts,
  source: SupergraphSource,
): SupergraphSource {
  if (auth === undefined) return source;
  return {
    watch: (onChange) => source.watch(onChange),
    async load() {
      const supergraphSdl = await source.load();
      const graft = graftAuthSubgraph(supergraphSdl, auth.sdl);
      if (graft.kind === "grafted") return graft.supergraphSdl;
      if (graft.kind === "present") return supergraphSdl;
      if (authSubgraph.enabled === true || hasLogin()) throw new ConfigError(graft.problems);
      for (const problem of graft.problems) note(`the auth subgraph is left out: ${problemText(problem)}`);
      return supergraphSdl;
    },
  };
}

/**
 * Composes with the auth subgraph. Where its names collide with the graph's own, it is left out and start-up says
 * so and how to mend it; with `authSubgraph.enabled: true` the collision is refused.
 */
function composeWithAuth(
  { authSubgraph, auth }: CardeaConfig,
  parts: GraphParts,
  subgraphs: Parameters<typeof composeSubgraphs>[0],
): string {
  const lint = { foreignDirectives: auth.foreignDirectives };
  if (parts.auth === undefined) return composeSubgraphs(subgraphs, lint).supergraphSdl;
  const ours = { name: AUTH_SUBGRAPH_NAME, url: AUTH_SUBGRAPH_URL, sdl: parts.auth.sdl };
  try {
    const { supergraphSdl } = composeSubgraphs([...subgraphs, ours], lint);
    assertAuthIsOurs(supergraphSdl, parts.auth);
    return supergraphSdl;
  } catch (error) {
    if (authSubgraph.enabled === true || parts.hasLogin() || !(error instanceof ConfigError)) throw error;
    // If the graph does not compose by itself either, that is the thing to tell.
    const { supergraphSdl } = composeSubgraphs(subgraphs, lint);
    for (const problem of error.problems)
      parts.note(`the auth subgraph is left out: ${problemText(problem)}`);
    parts.note("set authSubgraph.prefix or authSubgraph.fields to let both live in one graph");
    return supergraphSdl;
  }
}

/**
 * The auth subgraph takes passwords: nobody else may answer in its name, and nobody else may use its address.
 *
 * @throws ConfigError naming every element that another subgraph claims
 */
export function assertAuthIsOurs(supergraphSdl: string, auth: AuthPart | undefined): void {
  const problems: readonly Problem[] = authSubgraphProblems(supergraphSdl, { sdl: auth?.sdl });
  if (problems.length > 0) throw new ConfigError(problems);
}
