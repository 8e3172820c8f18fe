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

/** What the auth subgraph brings into the graph; `undefined` when it is switched off. */
export interface AuthPart {
  readonly sdl: string;
}

export interface GraphParts {
  readonly auth: AuthPart | undefined;
  readonly lookUps: SdlOptions;
  /** Said aloud at start. */
  readonly note: (text: string) => void;
}

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
 * Where the auth subgraph's names are the graph's own, it is left out and start-up says so: but only where nobody's
 * password is known and nobody insists on it. The configuration alone decides, so that a running gateway, its next
 * start and every replica decide alike.
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
 * The auth subgraph takes passwords: nobody else may answer in its name, and nobody else may use its address. Where
 * there are users this holds even while it is switched off, since their clients go on sending passwords.
 *
 * @throws ConfigError naming every element that another subgraph claims
 */
export function assertAuthIsOurs(config: CardeaConfig, supergraphSdl: string): void {
  const problems = authOwnershipProblems(config, supergraphSdl);
  if (problems.length > 0) throw new ConfigError(problems);
}

/** See {@link assertAuthIsOurs}; `cardea check` judges by the same. */
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
