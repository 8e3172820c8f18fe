import { demandText, diffSupergraphs } from "../composition/index.js";
import { ConfigError } from "../domain/errors.js";
import type { DomainEvent } from "../domain/events.js";
import { digestOf } from "../federation/supergraph.js";

/** Refuses a reload that opens what the serving graph keeps closed (auth-directive §4). */
export interface OpeningCheck {
  /** @throws ConfigError `NEWLY_OPEN` for each coordinate that asks for less than in the serving graph */
  assertNothingOpens(supergraphSdl: string): void;
  /** Learns from the gateway's own events which supergraph serves. */
  observe(event: DomainEvent): void;
}

/**
 * Compares each supergraph with the one that serves. At start there is none: starting with a supergraph is how an
 * operator approves it, and restarting is how an opening is approved.
 */
export function createOpeningCheck(foreignDirectives: readonly string[]): OpeningCheck {
  let serving: string | undefined;
  let candidate: string | undefined;
  return {
    assertNothingOpens(supergraphSdl) {
      candidate = supergraphSdl;
      if (serving === undefined || serving === supergraphSdl) return;
      const { opened } = diffSupergraphs(serving, supergraphSdl, foreignDirectives);
      if (opened.length === 0) return;
      throw new ConfigError(
        opened.map(({ coordinate, before, after }) => ({
          kind: "NEWLY_OPEN",
          where: coordinate,
          found: demandText(after),
          allowed: `at least what the serving graph demands: ${demandText(before)}`,
          mend: "guard it again, or approve the change by restarting the gateway with this supergraph",
        })),
      );
    },
    observe(event) {
      if (event.type !== "supergraph.loaded" && event.type !== "supergraph.swapped") return;
      // Only what really serves is compared with: a graph may still be refused after its rules were read.
      if (candidate !== undefined && digestOf(candidate) === event.digest) serving = candidate;
    },
  };
}
