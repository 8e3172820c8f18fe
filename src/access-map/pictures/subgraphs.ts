import type { SubgraphAccess } from "../model.js";

/** How a subgraph is told who calls, in words. */
export const identityText = ({ identity, audiences }: SubgraphAccess): string => {
  switch (identity) {
    case "jwt":
      return `a token for ${audiences.join(", ")}`;
    case "header":
      return "plain headers: whoever reaches it is believed";
    case "none":
      return "nothing";
    case "inProcess":
      return "a call within the gateway";
  }
};

/** Which other subgraphs accept the identities that were sent to this one. */
export const opensText = ({ opens }: SubgraphAccess): string =>
  opens.length === 0 ? "nothing" : opens.join(", ");

export const namesText = (names: readonly string[]): string =>
  names.length === 0 ? "none" : names.join(", ");
