import { readFileSync } from "node:fs";
import { parse } from "graphql";
import { diffEffective, effectiveOf } from "../composition/index.js";
import type { CardeaConfig } from "../config/resolve.js";
import { ConfigError } from "../domain/errors.js";
import type { DomainEvent } from "../domain/events.js";
import { digestOf } from "../federation/supergraph/sources.js";
import { createGraphHistory, type GraphHistory, type ServedGraph } from "./graph-history.js";

/** Refuses a reload that opens what the serving graph keeps closed (docs/spec/directive.md §4.3). */
export interface OpeningCheck {
  /** @throws ConfigError `NEWLY_OPEN` for each coordinate that asks for less than in the serving graph */
  assertNothingOpens(supergraphSdl: string): void;
  /** Learns from the gateway's own events which supergraph serves. */
  observe(event: DomainEvent): void;
}

type Settings = Pick<CardeaConfig, "auth" | "approvedOpenings">;

/**
 * Compares each supergraph with everything that was served since the start: what was taken out of the graph comes back as
 * it was guarded, however many reloads lie between. At start nothing was: starting with a supergraph is how an operator
 * approves it. While the gateway runs, an opening is approved by writing the digest of that very supergraph into the
 * file of `approvedOpenings`.
 *
 * @param history - what was served; that of all workers, where there are several. Default: of this process alone
 */
export function createOpeningCheck(
  { auth, approvedOpenings }: Settings,
  history: GraphHistory = createGraphHistory(),
): OpeningCheck {
  let serving: string | undefined;
  let candidate: ServedGraph | undefined;
  return {
    assertNothingOpens(supergraphSdl) {
      const effective = effectiveOf(parse(supergraphSdl), auth);
      candidate = { supergraphSdl, effective, isApproved: false };
      const before = history.current();
      if (before === undefined || [serving, before.supergraphSdl].includes(supergraphSdl)) return;
      const { opened } = diffEffective(before.effective, effective);
      if (opened.length === 0) return;
      const digest = digestOf(supergraphSdl);
      if (isApproved(approvedOpenings, digest)) {
        candidate = { ...candidate, isApproved: true };
        return;
      }
      const fix =
        approvedOpenings === undefined
          ? "guard it again, or approve the change by restarting the gateway with this supergraph"
          : `guard it again, or approve the change by a line ${digest} in ${approvedOpenings} and a reload`;
      throw new ConfigError(
        opened.map(({ coordinate, before, after }) => ({
          kind: "NEWLY_OPEN",
          where: coordinate,
          found: after,
          allowed: `at least what the graphs before demanded: ${before}`,
          fix,
        })),
      );
    },
    observe(event) {
      if (!TAKEN_UP.has(event.type) || !("digest" in event)) return;
      // Only what really serves is remembered: a graph may still be refused after its rules were read.
      if (candidate === undefined || digestOf(candidate.supergraphSdl) !== event.digest) return;
      if (candidate.supergraphSdl === serving) return;
      serving = candidate.supergraphSdl;
      history.add(candidate);
    },
  };
}

const TAKEN_UP: ReadonlySet<DomainEvent["type"]> = new Set([
  "supergraph.loaded",
  "supergraph.swapped",
  "supergraph.fallback",
]);

/** Bound to the exact text: an approval of today opens nothing else tomorrow. A file that cannot be read holds none. */
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
