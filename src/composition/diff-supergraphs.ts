import { parse } from "graphql";
import type { GuardSettings } from "../authorization/settings.js";
import { diffEffective, type SupergraphDiff } from "./diff.js";
import { effectiveOf } from "./effective.js";

/**
 * Finds the coordinates that are more open in the second supergraph: a weaker guard (with inheritance and `@requires`),
 * an element that is no longer `@inaccessible`, a type that replaced a stricter one, and a guarded field that became a
 * `@key`, because keys are sent to subgraphs for every caller. Any other new coordinate was not opened.
 *
 * @throws ConfigError when either has a guard that cannot be read
 */
export const diffSupergraphs = (
  before: string,
  after: string,
  settings: GuardSettings = {},
): SupergraphDiff => diffEffective(effectiveOf(parse(before), settings), effectiveOf(parse(after), settings));
