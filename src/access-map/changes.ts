import { parse } from "graphql";
import type { AuthorizedGraph, Persona } from "../authorization/index.js";
import { diffEffective, type Effective, effectiveOf } from "../composition/index.js";
import { byText } from "./listed.js";
import type { AccessChange, AccessChanges, PersonaChange } from "./model.js";
import type { PersonasReach } from "./personas-reach.js";

/** A graph and what each persona reaches in it. */
interface Reached {
  readonly graph: AuthorizedGraph;
  readonly reach: PersonasReach;
}

/** What one graph lets through that the other did not, by demand and by persona. */
export const accessChanges = (
  before: Reached,
  after: Reached,
  personas: readonly Persona[],
): AccessChanges => {
  const { opened, tightened } = diffEffective(effective(before.graph), effective(after.graph));
  return {
    opened: sorted(opened),
    closed: sorted(tightened),
    personas: personaChanges(before.reach, after.reach, personas),
  };
};

const personaChanges = (
  before: PersonasReach,
  after: PersonasReach,
  personas: readonly Persona[],
): readonly PersonaChange[] => {
  const found = new Map<string, { personas: string[]; gained: readonly string[]; lost: readonly string[] }>();
  for (const { id: persona } of personas) {
    const gained = beyond(persona, after, before);
    const lost = beyond(persona, before, after);
    if (gained.length + lost.length === 0) continue;
    const key = JSON.stringify([gained, lost]);
    const same = found.get(key);
    if (same === undefined) found.set(key, { personas: [persona], gained, lost });
    else same.personas.push(persona);
  }
  return [...found.values()];
};

const effective = ({ supergraphSdl, guardReading }: AuthorizedGraph): Effective =>
  effectiveOf(parse(supergraphSdl), {
    freshSeconds: guardReading.freshSeconds,
    policyMode: guardReading.policyImpliesAuth ? "cardea" : "apollo",
    foreignDirectives: [...guardReading.foreignDirectives],
  });

const sorted = (changes: readonly AccessChange[]): readonly AccessChange[] =>
  [...changes].sort((left, right) => byText(left.coordinate, right.coordinate));

/** What a persona reaches in one graph and not in the other. */
const beyond = (persona: string, here: PersonasReach, there: PersonasReach): readonly string[] =>
  here.coordinates
    .filter((one) => here.isReached(persona, one) && !there.isReached(persona, one))
    .sort(byText);
