import { createRequire } from "node:module";
import type { QueryPlanner } from "@graphql-hive/router-query-planner";
import { ConfigError } from "../domain/errors.js";
import { parsePlan } from "./parse-plan.js";
import type { PlanNode } from "./plan.js";
import { createSemaphore, type Semaphore } from "./semaphore.js";

/** Which side of each progressive `@override` this request is on. Drawn once per request. */
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
}

type NativePlanner = typeof QueryPlanner;

const loadNative = (): NativePlanner => {
  // The package throws while it loads where it has no binary; a static import would end the process with a
  // loader stack before anybody could say what is wrong.
  try {
    const loaded: unknown = createRequire(import.meta.url)("@graphql-hive/router-query-planner");
    return (loaded as { readonly QueryPlanner: NativePlanner }).QueryPlanner;
  } catch {
    throw new ConfigError([
      {
        kind: "PLATFORM_UNSUPPORTED",
        where: "platform",
        found: `${process.platform} ${process.arch} without a binary of the query planner`,
        allowed: "Linux with glibc (x64, arm64) or macOS",
        mend: "use a Debian-based image instead of Alpine, and WSL instead of Windows",
      },
    ]);
  }
};

const NO_LABELS: ReadonlySet<string> = new Set();

/**
 * Adapter to the Rust planner of Hive Router, pinned to one version.
 *
 * It validates nothing and throws on `__schema`: callers hand in validated operations without introspection.
 *
 * @param plannerSdl - the supergraph, auth directives removed
 * @param semaphore - bounds planning across snapshots; its abort signal is not prompt, so a bound is all there is
 * @throws ConfigError `PLATFORM_UNSUPPORTED` where there is no binary, `SUPERGRAPH_UNPLANNABLE` when it refuses
 */
export const createPlanner = (plannerSdl: string, semaphore: Semaphore = createSemaphore(2)): Planner => {
  const Native = loadNative();
  let native: QueryPlanner;
  try {
    native = new Native(plannerSdl);
  } catch (error) {
    throw new ConfigError([
      {
        kind: "SUPERGRAPH_UNPLANNABLE",
        where: "supergraph",
        found: error instanceof Error ? error.message : "an unknown failure of the query planner",
        allowed: "a federation 2 supergraph",
        mend: "compose the supergraph again",
      },
    ]);
  }
  const percentages = [...native.overridePercentages].sort((a, b) => a - b);
  const known = new Set(native.overrideLabels);
  const fixed: OverrideDraw = { labels: NO_LABELS, percentage: 0, key: "" };
  return {
    async plan(text, operationName, draw) {
      const plan = await semaphore.run(() =>
        native.planAsync(text, operationName, new Set(draw.labels), draw.percentage),
      );
      return parsePlan(plan);
    },
    draw(random, labels = NO_LABELS) {
      if (percentages.length === 0 && known.size === 0) return fixed;
      const percentage = random * 100;
      const active = [...labels].filter((label) => known.has(label)).sort();
      const side = percentages.filter((threshold) => percentage < threshold).length;
      return { labels: new Set(active), percentage, key: JSON.stringify([side, active]) };
    },
  };
};
