import { authSubgraphSdl } from "../auth-subgraph/sdl.js";
import {
  authSubgraphProblems,
  composeSubgraphs,
  composeWithAuthSubgraph,
  type Graft,
  graftAuthSubgraph,
} from "../composition/index.js";
import type { CardeaConfig } from "../config/resolve.js";
import { ConfigError, type Problem, problemText } from "../domain/errors.js";
import { fileSource, type SupergraphSource, urlSource } from "../federation/supergraph/sources.js";
import { loadSubgraphs, type SdlOptions } from "./subgraph-sdl.js";

/** The auth subgraph as a part of the graph. */
export interface AuthPart {
  readonly sdl: string;
}

export interface GraphParts {
  readonly auth: AuthPart | undefined;
  readonly lookUps: SdlOptions;
  /** Adds a message that is printed at start. */
  readonly note: (text: string) => void;
}

/** The source of the supergraph: a file or URL that is watched, or subgraphs that are composed at start and on reload. */
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

/** Adds the auth subgraph to a supergraph that was composed elsewhere: all of it or nothing. */
function withAuthGrafted(
  config: CardeaConfig,
  { auth, note }: GraphParts,
  source: SupergraphSource,
): SupergraphSource {
  if (auth === undefined) return source;
  return {
    watch: (onChange) => source.watch(onChange),
    async load() {
      const supergraphSdl = await source.load();
      return settled(config, graftAuthSubgraph(supergraphSdl, auth.sdl), supergraphSdl, note);
    },
  };
}

function composeWithAuth(
  config: CardeaConfig,
  { auth, note }: GraphParts,
  subgraphs: Parameters<typeof composeSubgraphs>[0],
): string {
  if (auth === undefined) return composeSubgraphs(subgraphs, config.auth).supergraphSdl;
  const { supergraphSdl, graft } = composeWithAuthSubgraph(subgraphs, auth.sdl, config.auth);
  return settled(config, graft, supergraphSdl, note);
}

/**
 * If the graph already uses names of the auth subgraph, the auth subgraph is left out with a message at start. If users
 * are configured, or it is switched on explicitly, that is an error. Only the configuration decides, so that a running
 * gateway, its next start and every replica decide the same.
 */
function settled(
  { authSubgraph, users }: CardeaConfig,
  graft: Graft,
  supergraphSdl: string,
  note: GraphParts["note"],
): string {
  if (graft.kind === "grafted") return graft.supergraphSdl;
  if (graft.kind === "present") return supergraphSdl;
  if (authSubgraph.enabled === true || users !== undefined) throw new ConfigError(graft.problems);
  for (const problem of graft.problems) note(`the auth subgraph is left out: ${problemText(problem)}`);
  return supergraphSdl;
}

/**
 * The auth subgraph receives passwords, so no other subgraph may resolve its fields or have its address. If users are
 * configured, this is also checked while it is switched off, because clients may still send passwords.
 *
 * @throws ConfigError with one problem for each element that another subgraph defines
 */
export function assertAuthIsOurs(config: CardeaConfig, supergraphSdl: string): void {
  const problems = authOwnershipProblems(config, supergraphSdl);
  if (problems.length > 0) throw new ConfigError(problems);
}

/** The problems of {@link assertAuthIsOurs}; also used by `cardea check`. */
export function authOwnershipProblems(
  { authSubgraph, users }: Pick<CardeaConfig, "authSubgraph" | "users">,
  supergraphSdl: string,
): readonly Problem[] {
  return authSubgraphProblems(supergraphSdl, {
    isOn: authSubgraph.enabled !== false,
    sdl: authSubgraphSdl(authSubgraph),
    isReserved: users !== undefined || authSubgraph.enabled === true,
  });
}
