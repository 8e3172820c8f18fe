import { parse } from "graphql";
import type { GuardSettings } from "../authorization/settings.js";
import { AUTH_SUBGRAPH_URL, compareSupergraph } from "../composition/index.js";
import { ConfigError } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import type { Milliseconds } from "../domain/time.js";
import { digestOf, type SupergraphSource } from "../federation/supergraph/sources.js";
import { readSubgraphs } from "../federation/supergraph/subgraphs.js";
import { loadSubgraphs, type SdlOptions, type SubgraphSdl } from "./subgraph-sdl.js";

export interface SupergraphCheckOptions {
  /** How guards are read. */
  readonly guards: GuardSettings;
  /** Subgraphs that are served although their SDL cannot be fetched. */
  readonly unverifiable: readonly string[];
  readonly lookUps: SdlOptions;
  readonly emit: Emit;
  /** Between two attempts to reach a subgraph that did not answer. Default 5000. */
  readonly retryMs?: Milliseconds;
}

/** Compares a supergraph that was composed elsewhere with the SDL of its subgraphs (docs/spec/directive.md §4.2). */
export interface SupergraphCheck {
  /** Wraps a source: every supergraph is compared when it is loaded, and refused if it contradicts a subgraph. */
  guard(source: SupergraphSource): SupergraphSource;
  /** Subgraphs of this supergraph that have not answered: fields that they may guard stay closed. */
  unverified(supergraphSdl: string): readonly string[];
  /**
   * Tries the subgraphs that did not answer again and again.
   * @param verified - called when a further one has been compared, so that its fields can be opened
   */
  follow(verified: () => Promise<unknown>): void;
  stop(): void;
}

type Named = { readonly name: string; readonly url: string };

export function createSupergraphCheck(options: SupergraphCheckOptions): SupergraphCheck {
  const exempt = new Set(options.unverifiable);
  /** Supergraph digest + subgraph name of each pair that was compared without a problem. */
  const proven = new Set<string>();
  let latest: { readonly sdl: string; readonly open: readonly Named[] } = { sdl: "", open: [] };
  let timer: NodeJS.Timeout | undefined;

  /** Compares the subgraphs that answer. @returns those that do not @throws ConfigError on a contradiction */
  const compare = async (supergraphSdl: string, subgraphs: readonly Named[]): Promise<readonly Named[]> => {
    const key = (name: string): string => `${digestOf(supergraphSdl)}:${name}`;
    const unknown = subgraphs.filter(({ name, url }) => url !== AUTH_SUBGRAPH_URL && !exempt.has(name));
    const silent: Named[] = [];
    const answers: SubgraphSdl[] = [];
    await Promise.all(
      unknown.map(async (subgraph) => {
        try {
          answers.push(...(await loadSubgraphs([subgraph], options.lookUps)));
        } catch {
          if (!proven.has(key(subgraph.name))) silent.push(subgraph);
        }
      }),
    );
    const problems = compareSupergraph(supergraphSdl, answers, options.guards);
    if (problems.length > 0) throw new ConfigError(problems);
    for (const { name } of answers) proven.add(key(name));
    return silent;
  };

  return {
    guard: (source) => ({
      ...source,
      async load() {
        const sdl = await source.load();
        const subgraphs = [...readSubgraphs(parse(sdl, { noLocation: true })).values()];
        const open = await compare(sdl, subgraphs);
        for (const { name } of open) {
          options.emit({
            type: "subgraph.failed",
            subgraph: name,
            durationMs: 0,
            failure: "unverified",
            reason: "its SDL could not be fetched, so its fields stay closed",
          });
        }
        latest = { sdl, open };
        return sdl;
      },
    }),
    unverified(supergraphSdl) {
      // An empty list would mean "verified", so another text must not get one.
      if (supergraphSdl !== latest.sdl) throw new TypeError("this supergraph was not loaded through guard()");
      return latest.open.map(({ name }) => name);
    },
    follow(verified) {
      const retry = async (): Promise<void> => {
        const { sdl, open } = latest;
        if (open.length === 0) return;
        try {
          const still = await compare(sdl, open);
          if (still.length < open.length && sdl === latest.sdl) {
            latest = { sdl, open: still };
            await verified();
          }
        } catch (error) {
          // The served supergraph contradicts a subgraph that answers now: an error, and its fields stay closed.
          options.emit({
            type: "supergraph.refused",
            digest: digestOf(sdl),
            reason: error instanceof Error ? error.message : "unknown",
          });
        }
      };
      const next = (): void => {
        timer = setTimeout(() => void retry().finally(next), options.retryMs ?? 5_000);
        timer.unref();
      };
      next();
    },
    stop: () => clearTimeout(timer),
  };
}
