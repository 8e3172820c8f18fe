import { type GuardSource, originsByCoordinate } from "../authorization/explain/origins.js";
import { type AuthorizedGraph, type GuardOrigin, personasOf, scopesOf } from "../authorization/index.js";
import { isOpen, OPEN, type Requirement, requirementKey } from "../domain/requirement.js";
import { accessChanges } from "./changes.js";
import { demandOf } from "./demands.js";
import { type Draft, draftsOf } from "./entries.js";
import { byText, Listed } from "./listed.js";
import type { AccessDemand, AccessEntry, AccessMap, SubgraphIdentity } from "./model.js";
import { personasReach } from "./personas-reach.js";
import { subgraphsAccess } from "./subgraphs.js";

export interface AccessMapInput {
  readonly graph: AuthorizedGraph;
  /** Subgraph SDL, to name who asked for what; without it the supergraph's own text is named. */
  readonly sources?: readonly GuardSource[] | undefined;
  /** An older graph: what changed since is told. */
  readonly against?: AuthorizedGraph | undefined;
  /** `identity.subgraphs` of the configuration. Default: a token of its own for each subgraph. */
  readonly identities?: Readonly<Record<string, SubgraphIdentity>> | undefined;
}

/**
 * Who reaches what, from the very table that requests are judged by. Pure: an equal input has an equal answer, and what cannot be
 * known counts as not reached.
 */
export const createAccessMap = ({
  graph,
  sources = [{ name: "supergraph", sdl: graph.supergraphSdl }],
  against,
  identities = {},
}: AccessMapInput): AccessMap => {
  const scopes = [
    ...new Set([...scopesOf(graph.rules), ...(against === undefined ? [] : scopesOf(against.rules))]),
  ].sort(byText);
  const personas = personasOf(scopes);
  const reached = personasReach(graph, personas, scopes);
  const written = originsByCoordinate(sources, graph.guardReading);
  const demands = new Listed<AccessDemand>();
  demands.placeOf(requirementKey(OPEN), () => demandOf(OPEN));
  const placesOfDemands = new Map<Requirement, number>();
  const placeOfDemand = (requirement: Requirement): number => {
    const known = placesOfDemands.get(requirement);
    if (known !== undefined) return known;
    const place = demands.placeOf(requirementKey(requirement), () => demandOf(requirement));
    placesOfDemands.set(requirement, place);
    return place;
  };
  const origins = new Listed<GuardOrigin>();
  const placeOfOrigin = (one: GuardOrigin): number =>
    origins.placeOf(JSON.stringify([one.source, one.line, one.coordinate, one.directive]), () => one);

  const entry = ({ coordinate, isHidden, requirement, guardedAt, reachedAs }: Draft): AccessEntry => {
    return {
      coordinate,
      isHidden,
      demand: placeOfDemand(requirement),
      reach: isHidden ? 0 : reached.classOf(reachedAs),
      askedBy: isOpen(requirement)
        ? []
        : [...new Set(guardedAt)].flatMap((one) => (written.get(one) ?? []).map(placeOfOrigin)),
    };
  };
  const types = draftsOf(graph).map(({ kind, root, members, ...draft }) => ({
    ...entry(draft),
    kind,
    root,
    members: members.map((member) => ({
      ...entry(member),
      kind: member.kind,
      changesCredential: member.changesCredential,
    })),
  }));
  return {
    version: 1,
    rulesDigest: graph.rules.digest,
    personas,
    demands: demands.values,
    reach: reached.classes,
    origins: origins.values,
    types,
    subgraphs: subgraphsAccess(graph, identities),
    ...(against === undefined
      ? {}
      : {
          changes: accessChanges(
            { graph: against, reach: personasReach(against, personas, scopes) },
            { graph, reach: reached },
            personas,
          ),
        }),
  };
};
