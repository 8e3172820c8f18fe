import {
  type AuthorizedGraph,
  type Persona,
  principalOf,
  reachGraphOf,
  reachMarks,
} from "../authorization/index.js";
import { judge } from "../domain/requirement.js";
import type { AccessReach } from "./model.js";

/** What each persona reaches, and what only together with policies that say yes. */
export interface PersonasReach {
  /** Number of the answer for a coordinate; 0 is nobody. */
  classOf(coordinate: string): number;
  readonly classes: readonly AccessReach[];
  /** Coordinates a persona reaches whatever policies say. */
  isReached(persona: string, coordinate: string): boolean;
  readonly coordinates: readonly string[];
}

const NOBODY: AccessReach = { reached: [], ifPolicyGrants: [] };

/** Walks the graph once for each set of requirements that is met. */
export const personasReach = (
  graph: AuthorizedGraph,
  personas: readonly Persona[],
  scopes: readonly string[],
): PersonasReach => {
  const { rules } = graph;
  const walked = reachGraphOf(graph);
  const known = new Map<string, Uint8Array>();
  const marksOf = (persona: Persona, policyGrants: boolean): Uint8Array => {
    const principal = principalOf(persona, scopes);
    const facts = { principal, nowSeconds: 0, degraded: false, policy: () => policyGrants };
    const met = rules.requirements.map((one) => (judge(one, facts) === "GRANTED" ? "1" : "0")).join("");
    const marks = known.get(met) ?? reachMarks(walked, rules, facts);
    known.set(met, marks);
    return marks;
  };
  const sure = new Map(personas.map((one) => [one.id, marksOf(one, false)]));
  const count = walked.coordinates.length;
  const classOf = new Uint32Array(count);
  let classes: readonly AccessReach[] = [NOBODY];
  for (const persona of personas) {
    const marks = sure.get(persona.id) ?? new Uint8Array(count);
    const withPolicies = rules.policies.size === 0 ? marks : marksOf(persona, true);
    classes = split(
      classes,
      classOf,
      (at) => (marks[at] === 1 ? 1 : withPolicies[at] === 1 ? 2 : 0),
      persona.id,
    );
  }
  const places = new Map(walked.coordinates.map((one, at) => [one, at]));
  return {
    classOf(coordinate) {
      const at = places.get(coordinate);
      return at === undefined ? 0 : (classOf[at] ?? 0);
    },
    classes,
    isReached(persona, coordinate) {
      const at = places.get(coordinate);
      return at !== undefined && sure.get(persona)?.[at] === 1;
    },
    coordinates: walked.coordinates,
  };
};

/** Splits coordinates that had the same answer so far by the answer for one more persona: 0 no, 1 yes, 2 if a policy grants. */
const split = (
  classes: readonly AccessReach[],
  classOf: Uint32Array,
  answer: (at: number) => 0 | 1 | 2,
  persona: string,
): readonly AccessReach[] => {
  // Nobody stays number 0, whatever is met first.
  const places = new Map<number, number>([[0, 0]]);
  const made: AccessReach[] = [NOBODY];
  for (let at = 0; at < classOf.length; at += 1) {
    const said = answer(at);
    const key = (classOf[at] ?? 0) * 3 + said;
    let place = places.get(key);
    if (place === undefined) {
      const { reached, ifPolicyGrants } = classes[classOf[at] ?? 0] ?? NOBODY;
      place = made.length;
      made.push({
        reached: said === 1 ? [...reached, persona] : reached,
        ifPolicyGrants: said === 2 ? [...ifPolicyGrants, persona] : ifPolicyGrants,
      });
      places.set(key, place);
    }
    classOf[at] = place;
  }
  return made;
};
