import {
  type AuthorizedGraph,
  type Callers,
  MAX_CALLERS,
  type Persona,
  principalOf,
  reachedBy,
  reachGraphOf,
} from "../authorization/index.js";
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

/** As many personas as one walk is made for, with what was found. */
interface Batch {
  readonly personas: readonly Persona[];
  /** Who reaches the coordinate at each place, whatever policies say. */
  readonly sure: Int32Array;
  /** Who reaches it if every policy says yes. */
  readonly withPolicies: Int32Array;
}

export const personasReach = (
  graph: AuthorizedGraph,
  personas: readonly Persona[],
  scopes: readonly string[],
): PersonasReach => {
  const { rules } = graph;
  const walked = reachGraphOf(graph);
  const walk = (some: readonly Persona[], policyGrants: boolean): Int32Array => {
    const facts = some.map((one) => ({
      principal: principalOf(one, scopes),
      nowSeconds: 0,
      degraded: false,
      policy: () => policyGrants,
    }));
    return reachedBy(walked, rules, facts);
  };
  const batches: Batch[] = [];
  for (let from = 0; from < personas.length; from += MAX_CALLERS) {
    const some = personas.slice(from, from + MAX_CALLERS);
    const sure = walk(some, false);
    batches.push({ personas: some, sure, withPolicies: rules.policies.size === 0 ? sure : walk(some, true) });
  }
  const { classOf, first } = classesOf(batches, walked.coordinates.length);
  const places = new Map(walked.coordinates.map((one, at) => [one, at]));
  const numbers = new Map(personas.map(({ id }, number) => [id, number]));
  const reachedAt = (at: number): AccessReach => {
    const named = (setOf: (batch: Batch) => Callers) =>
      batches.flatMap((batch) => membersOf(batch.personas, setOf(batch)));
    return {
      reached: named(({ sure }) => sure[at] ?? 0),
      ifPolicyGrants: named(({ sure, withPolicies }) => (withPolicies[at] ?? 0) & ~(sure[at] ?? 0)),
    };
  };
  return {
    classOf(coordinate) {
      const at = places.get(coordinate);
      return at === undefined ? 0 : (classOf[at] ?? 0);
    },
    classes: first.map((at) => (at === undefined ? { reached: [], ifPolicyGrants: [] } : reachedAt(at))),
    isReached(persona, coordinate) {
      const at = places.get(coordinate);
      const number = numbers.get(persona);
      if (at === undefined || number === undefined) return false;
      const callers = batches[Math.floor(number / MAX_CALLERS)]?.sure[at] ?? 0;
      return (callers & (1 << (number % MAX_CALLERS))) !== 0;
    },
    coordinates: walked.coordinates,
  };
};

const membersOf = (personas: readonly Persona[], set: Callers): readonly string[] =>
  personas.flatMap(({ id }, at) => ((set & (1 << at)) === 0 ? [] : [id]));

interface Classes {
  readonly classOf: Uint32Array;
  /** The first coordinate of each class; of nobody's there may be none. */
  readonly first: readonly (number | undefined)[];
}

/** Numbers coordinates by who reaches them, in the order they are met; nobody stays number 0, whatever is met first. */
const classesOf = (batches: readonly Batch[], count: number): Classes => {
  let classes: Classes = { classOf: new Uint32Array(count), first: [undefined] };
  for (const { sure, withPolicies } of batches) {
    classes = split(classes, (at) => sure[at] ?? 0);
    if (withPolicies !== sure) classes = split(classes, (at) => (withPolicies[at] ?? 0) & ~(sure[at] ?? 0));
  }
  return classes;
};

/** Splits coordinates that had the same answer so far by one more answer. */
const split = ({ classOf }: Classes, answer: (at: number) => Callers): Classes => {
  const places = new Map<number, number>([[0, 0]]);
  const first: (number | undefined)[] = [undefined];
  const made = new Uint32Array(classOf.length);
  for (let at = 0; at < classOf.length; at += 1) {
    // A pair of numbers as one: the answer has 32 bits, and 21 are enough for the classes.
    const key = (classOf[at] ?? 0) * 2 ** 32 + (answer(at) >>> 0);
    let place = places.get(key);
    if (place === undefined) {
      place = first.push(at) - 1;
      places.set(key, place);
    }
    made[at] = place;
  }
  return { classOf: made, first };
};
