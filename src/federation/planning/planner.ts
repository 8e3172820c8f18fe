import { ConfigError, type Problem } from "../../domain/errors.js";
import { parsePlan } from "../plan/parse.js";
import type { PlanNode } from "../plan/plan.js";
import type { PlannerHost } from "./process/pool.js";

/** The side of each progressive `@override` for one request. Drawn once per request. */
export interface OverrideDraw {
  /** Active labels that are not percentages. */
  readonly labels: ReadonlySet<string>;
  /** 0 ≤ percentage < 100. */
  readonly percentage: number;
  /** Equal for draws that lead to equal plans: part of every plan key. */
  readonly key: string;
}

export interface Planner {
  /** @returns `undefined` when there is nothing to fetch */
  plan(text: string, operationName: string | undefined, draw: OverrideDraw): Promise<PlanNode | undefined>;
  /** @param random - 0 ≤ random < 1 */
  draw(random: number, labels?: ReadonlySet<string>): OverrideDraw;
  /** Releases the supergraph; it cannot be used for planning afterwards. */
  close(): void;
}

const NO_LABELS: ReadonlySet<string> = new Set();

/**
 * Adapter to the Rust planner of Hive Router, pinned to one version.
 *
 * It validates nothing and throws on `__schema`: callers must pass validated operations without introspection.
 *
 * @param plannerSdl - the supergraph, auth directives removed
 * @throws ConfigError `PLATFORM_UNSUPPORTED` where there is no binary, `SUPERGRAPH_UNPLANNABLE` when it refuses
 */
export const createPlanner = async (plannerSdl: string, host: PlannerHost): Promise<Planner> => {
  const opened = await host.open(plannerSdl).catch((error: unknown) => {
    throw refused({
      kind: "SUPERGRAPH_UNPLANNABLE",
      where: "supergraph",
      found: error instanceof Error ? error.message : "an unknown failure of the query planner",
      allowed: "a federation 2 supergraph",
      fix: "compose the supergraph again",
    });
  });
  if (opened === "unsupported") {
    throw refused({
      kind: "PLATFORM_UNSUPPORTED",
      where: "platform",
      found: `${process.platform} ${process.arch} without a binary of the query planner`,
      allowed: "Linux with glibc (x64, arm64) or macOS",
      fix: "use a Debian-based image instead of Alpine, and WSL instead of Windows",
    });
  }
  const percentages = [...opened.percentages].sort((a, b) => a - b);
  const known = new Set(opened.labels);
  const fixed: OverrideDraw = { labels: NO_LABELS, percentage: 0, key: "" };
  return {
    plan: async (text, operationName, draw) =>
      parsePlan(await opened.plan(text, operationName, [...draw.labels], draw.percentage)),
    draw(random, labels = NO_LABELS) {
      if (percentages.length === 0 && known.size === 0) return fixed;
      const percentage = random * 100;
      const active = [...labels].filter((label) => known.has(label)).sort();
      const side = percentages.filter((threshold) => percentage < threshold).length;
      return { labels: new Set(active), percentage, key: JSON.stringify([side, active]) };
    },
    close: () => opened.close(),
  };
};

const refused = (problem: Problem): ConfigError => new ConfigError([problem]);
