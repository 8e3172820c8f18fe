import { readFileSync } from "node:fs";
import { parse } from "graphql";
import { diffEffective, effectiveOf } from "../composition/index.js";
import type { CardeaConfig } from "../config/resolve.js";
import { ConfigError } from "../domain/errors.js";
import type { DomainEvent } from "../domain/events.js";
import { digestOf } from "../federation/supergraph/sources.js";
import { createGraphHistory, type GraphHistory, type ServedGraph } from "./graph-history.js";

/** Refuses a reload that would remove or weaken a guard of the current graph (docs/spec/directive.md §4.3). */
export interface OpeningCheck {
  /** @throws ConfigError `NEWLY_OPEN` for each coordinate with a weaker requirement than in the current graph */
  assertNothingOpens(supergraphSdl: string): void;
  /** Reads from the events of the gateway which supergraph is served. */
  observe(event: DomainEvent): void;
  /** Does the current graph leave open what another worker guards by now? */
  isMoreOpen(): boolean;
}

type Settings = Pick<CardeaConfig, "auth" | "approvedOpenings">;

/**
 * Compares each supergraph with all that were served since the start: a field that was removed and comes back must have
 * its old guards, even many reloads later. At start there is nothing to compare: an operator approves a supergraph by
 * starting with it. While the gateway runs, an operator approves an opening by writing the digest of that supergraph
 * into the file `approvedOpenings`.
 *
 * @param history - what was served, by all workers if there are several. Default: by this process
 */
export function createOpeningCheck(
  { auth, approvedOpenings }: Settings,
  history: GraphHistory = createGraphHistory(),
): OpeningCheck {
  let serving: ServedGraph | undefined;
  let candidate: ServedGraph | undefined;
  return {
    assertNothingOpens(supergraphSdl) {
      const effective = effectiveOf(parse(supergraphSdl), auth);
      candidate = { supergraphSdl, effective, isApproved: false };
      const before = history.current();
      if (before === undefined || [serving?.supergraphSdl, before.supergraphSdl].includes(supergraphSdl))
        return;
      const { opened } = diffEffective(before.effective, effective);
      if (opened.length === 0) return;
      const digest = digestOf(supergraphSdl);
      if (isApproved(approvedOpenings, digest)) {
        candidate = { ...candidate, isApproved: true };
        return;
      }
      const fix =
        approvedOpenings === undefined
          ? "add the guard again, or approve the change by restarting the gateway with this supergraph"
          : `add the guard again, or approve the change: add the line ${digest} to ${approvedOpenings} and reload`;
      throw new ConfigError(
        opened.map(({ coordinate, before, after }) => ({
          kind: "NEWLY_OPEN",
          where: coordinate,
          found: after,
          allowed: `at least the requirement of earlier graphs: ${before}`,
          fix,
        })),
      );
    },
    observe(event) {
      if (!IS_SERVED.has(event.type) || !("digest" in event)) return;
      // Only a supergraph that is served is remembered: one may still be refused after its rules were read.
      if (candidate === undefined || digestOf(candidate.supergraphSdl) !== event.digest) return;
      if (candidate.supergraphSdl === serving?.supergraphSdl) return;
      serving = candidate;
      history.add(candidate);
    },
    isMoreOpen() {
      const known = history.current();
      if (serving === undefined || known === undefined) return false;
      if (serving.supergraphSdl === known.supergraphSdl) return false;
      return diffEffective(known.effective, serving.effective).opened.length > 0;
    },
  };
}

const IS_SERVED: ReadonlySet<DomainEvent["type"]> = new Set([
  "supergraph.loaded",
  "supergraph.swapped",
  "supergraph.fallback",
]);

/** An approval is for one exact text, so it approves no later supergraph. A file that cannot be read approves nothing. */
function isApproved(path: string | undefined, digest: string): boolean {
  if (path === undefined) return false;
  try {
    return readFileSync(path, "utf8")
      .split("\n")
      .some((line) => line.replace(/#.*/, "").trim() === digest);
  } catch {
    return false;
  }
}
