import { ConfigError } from "../../src/domain/errors.js";
import type { BypassCase } from "./bypass-case.js";
import { driveCase } from "./bypass-driver.js";
import {
  isAllowedRefusal,
  judgeCodes,
  judgePresence,
  judgeSafety,
  type Observation,
} from "./bypass-judge.js";
import { type StageOptions, stageCase } from "./gateway-harness.js";
import { StartRefused } from "./gateway-process.js";

/** Cases a gateway may refuse at start instead of judging them (docs/spec/directive.md §6). */
const MAY_REFUSE_AT_BOOT = new Set(["from-context-transitive"]);

/** Where the data has abstract positions, every type takes its turn. */
const rotationsOf = (bypass: BypassCase): readonly number[] =>
  Object.values(bypass.subgraphs).some((sdl) => /\b(interface|union)\s+\w/.test(sdl)) ? [0, 1, 2] : [0];

const isRefusal = (cause: unknown): boolean => cause instanceof ConfigError || cause instanceof StartRefused;

/** Runs a case once and returns what was observed; `refused`: by composition or at start. */
export const observe = async (
  bypass: BypassCase,
  options: StageOptions,
): Promise<readonly Observation[] | "refused"> => {
  let staged: Awaited<ReturnType<typeof stageCase>>;
  try {
    staged = await stageCase(bypass, options);
  } catch (cause) {
    if (isRefusal(cause)) return "refused";
    throw cause;
  }
  try {
    return await driveCase(bypass, staged);
  } finally {
    await staged.close();
  }
};

/** Everything a case finds wrong, over all turns of its abstract positions. An empty list means: passed. */
export const runCase = async (bypass: BypassCase, options: StageOptions = {}): Promise<readonly string[]> => {
  const wrong: string[] = [];
  const missing: string[][] = [];
  for (const rotation of rotationsOf(bypass)) {
    const seen = await observe(bypass, { ...options, rotation });
    if (bypass.expect.reject_at !== undefined) {
      return seen === "refused" ? [] : [`is served; must be refused at ${bypass.expect.reject_at}`];
    }
    if (seen === "refused") return MAY_REFUSE_AT_BOOT.has(bypass.id) ? [] : ["is refused before serving"];
    for (const each of seen) {
      const refused = isAllowedRefusal(bypass, each);
      const found = [...judgeSafety(bypass, each), ...(refused ? [] : judgeCodes(bypass, each))];
      wrong.push(...found.map((text) => `turn ${rotation}: ${text}\n   ${each.text.slice(0, 500)}`));
      missing.push(refused ? [] : judgePresence(bypass, each));
    }
  }
  // Which type turns up decides what can be present: one turn that shows everything is enough.
  if (!missing.some((each) => each.length === 0)) wrong.push(...(missing[0] ?? []));
  return wrong;
};
