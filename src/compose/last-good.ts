import type { CardeaConfig } from "../config/resolve.js";
import { createLastGoodFile, type LastGood } from "../federation/supergraph/last-good-file.js";
import type { SupergraphSource } from "../federation/supergraph/sources.js";

/**
 * The file with the last good supergraph, if one is configured. It is checked like a supergraph of the source, because
 * subgraphs may have added guards since.
 *
 * @throws ConfigError when its path has a file that is not ours
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
