import type { AccessEntry, AccessMap } from "../../access-map/model.js";
import type { Demand } from "./protocol.js";

/** Finds the demand of a coordinate in an access map. */
export type DemandOf = (coordinate: string) => Demand | undefined;

export const noDemands: DemandOf = () => undefined;

/** @returns `undefined` for a coordinate that asks for nothing, or that the map does not know */
export function demandsOf(map: AccessMap): DemandOf {
  const entries = new Map<string, AccessEntry>();
  for (const type of map.types) {
    entries.set(type.coordinate, type);
    for (const member of type.members) entries.set(member.coordinate, member);
  }
  return (coordinate) => {
    const entry = entries.get(coordinate);
    // `demands[0]` asks for nothing.
    if (entry === undefined || entry.demand === 0) return undefined;
    const demand = map.demands[entry.demand];
    if (demand === undefined) return undefined;
    const { text, authenticated, maxAgeSeconds, verified, scopes, policies } = demand;
    const askedBy = entry.askedBy.flatMap((at) => map.origins[at] ?? []);
    return {
      text,
      authenticated,
      maxAgeSeconds,
      verified,
      scopes,
      policies,
      askedBy: askedBy.map(({ source, coordinate: asking, line }) => ({ source, coordinate: asking, line })),
    };
  };
}

/** Reads an answer of the gateway. A map of another version is not understood. */
export function parseAccess(answer: unknown): AccessMap | undefined {
  const access = (answer as { readonly access?: Partial<AccessMap> } | null)?.access; // our own gateway's
  return access?.version === 1 && Array.isArray(access.types) ? (access as AccessMap) : undefined;
}
