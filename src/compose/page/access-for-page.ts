import { createAccessMap } from "../../access-map/index.js";
import type { GuardSource } from "../../authorization/index.js";
import type { CardeaConfig } from "../../config/resolve.js";
import type { AccessAnswer } from "../../http/page/contract.js";
import type { ServedGraph } from "../engine.js";

/**
 * The access map of the graph that serves. It is made when it is asked for, and once for each graph.
 *
 * @param sources - the subgraphs' own SDL, by which guards are named; `undefined`: the supergraph
 */
export const createAccessForPage = (
  served: () => ServedGraph | undefined,
  sources: () => readonly GuardSource[] | undefined,
  identities: CardeaConfig["identity"]["subgraphs"],
): (() => AccessAnswer | undefined) => {
  let last: AccessAnswer | undefined;
  return () => {
    const current = served();
    if (current === undefined) return undefined;
    const { digest } = current.snapshot;
    if (last?.supergraphDigest !== digest)
      last = {
        supergraphDigest: digest,
        access: createAccessMap({ graph: current.graph, sources: sources(), identities }),
      };
    return last;
  };
};
