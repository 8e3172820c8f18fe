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
  /** Subgraphs that are served although they do not tell their SDL. */
  readonly unverifiable: readonly string[];
  readonly lookUps: SdlOptions;
  readonly emit: Emit;
  /** Between two attempts to reach a subgraph that did not answer. Default 5000. */
  readonly retryMs?: Milliseconds;
}

/** Holds a supergraph composed elsewhere against what its subgraphs say of themselves (docs/spec/directive.md §4.2). */
export interface SupergraphCheck {
  /** The source, with every supergraph compared before it is handed on. A contradiction refuses it. */
  guard(source: SupergraphSource): SupergraphSource;
  /** Subgraphs of this supergraph that have not answered: what they could have guarded stays closed. */
  unverified(supergraphSdl: string): readonly string[];
  /**
   * Keeps asking those that did not answer.
   * @param verified - told when one more has been compared, so that its coordinates can be opened
   */
  follow(verified: () => Promise<unknown>): void;
  stop(): void;
}

type Named = { readonly name: string; readonly url: string };

export function createSupergraphCheck(options: SupergraphCheckOptions): SupergraphCheck {
  const exempt = new Set(options.unverifiable);
  /** Supergraph digest + subgraph name, of pairs that were compared and found sound. */
  const proven = new Set<string>();
  let latest: { readonly sdl: string; readonly open: readonly Named[] } = { sdl: "", open: [] };
  let timer: NodeJS.Timeout | undefined;

  /** Compares those that answer. @returns those that do not @throws ConfigError on a contradiction */
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
            reason: "unverified: its fields stay closed",
          });
        }
        latest = { sdl, open };
        return sdl;
      },
    }),
    unverified(supergraphSdl) {
      // Nothing is known of any other text, and "not asked" must never read as "verified".
      if (supergraphSdl !== latest.sdl) throw new TypeError("a supergraph that was never compared");
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
          // The running supergraph contradicts a subgraph that has come up: it stays closed, and that is an error.
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
