import type { CardeaConfig } from "../config/resolve.js";
import { createLastGoodFile, type LastGood } from "../federation/supergraph/last-good-file.js";
import type { SupergraphSource } from "../federation/supergraph/sources.js";

/**
 * The last good supergraph, where one shall be kept. What is read back passes the same checks as what the source
 * says: subgraphs may have guarded something since.
 *
 * @throws ConfigError when something that is not ours is at its place
 */
export async function openLastGood(
  { lastGoodSupergraph: path }: CardeaConfig,
  checked: (source: SupergraphSource) => SupergraphSource,
): Promise<LastGood | undefined> {
  if (path === undefined) return undefined;
  const file = createLastGoodFile(path);
  await file.assertOurs();
  return { load: checked({ load: file.load, watch: () => () => undefined }).load, keep: file.keep };
}
