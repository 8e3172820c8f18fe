import { type Facts, judge } from "../../domain/requirement.js";
import { OPEN_ID, type RequirementId, type Rules } from "../read/rules.js";
import type { FieldNode, GivenNode, Place, PositionNode, ReachGraph } from "./reach-graph.js";

/** A set of callers: bit n is the caller at n. */
export type Callers = number;

/** Callers that one walk is made for. */
export const MAX_CALLERS = 32;

const NOBODY: Callers = 0;
const ALL: Callers = -1;

/** What one caller reaches, as coordinates: {@link reachedBy} for it alone. */
export const reach = (graph: ReachGraph, rules: Rules, facts: Facts): ReadonlySet<string> => {
  const found = reachedBy(graph, rules, [facts]);
  return new Set(graph.coordinates.filter((_, at) => found[at] !== NOBODY));
};

/**
 * Every coordinate that callers reach on some way from a root, each guard on the way met: types, fields, arguments, enums,
 * scalars, input objects and their fields.
 *
 * `Type.field` is reached when some operation to it is granted: the field on an object of that type, with the arguments it
 * cannot go without. Of an interface's field that holds when it does for one of the interface's runtime types. A mutation
 * is refused for whatever *could* stand at an abstract position, so there each possible type has to be granted.
 *
 * @param callers - at most {@link MAX_CALLERS}: most of a graph is the same for all of them, and walked once
 * @returns who reaches it, at the place of each coordinate
 */
export const reachedBy = (graph: ReachGraph, rules: Rules, callers: readonly Facts[]): Int32Array => {
  if (callers.length > MAX_CALLERS)
    throw new RangeError(`${callers.length} callers; one walk is for at most ${MAX_CALLERS}`);
  return new Walk(graph, grantedBy(rules, callers)).found(setOf(callers, () => true));
};

const setOf = (callers: readonly Facts[], belongs: (one: Facts) => boolean): Callers =>
  callers.reduce((set, one, at) => (belongs(one) ? set | (1 << at) : set), NOBODY);

/** Judges each requirement once for each caller. */
const grantedBy = (rules: Rules, callers: readonly Facts[]): ((id: RequirementId) => Callers) => {
  const granted = rules.requirements.map((one) => setOf(callers, (facts) => judge(one, facts) === "GRANTED"));
  return (id) => (id === OPEN_ID ? ALL : (granted[id] ?? NOBODY));
};

/** How abstract positions are judged: by each runtime type, or as a whole. */
type Mode = "precise" | "strict";

/** Who is granted some of the runtime types at a position, and who all of them. */
interface Shares {
  readonly some: Callers;
  readonly all: Callers;
}

/** Places to be walked, with the callers that have come to them since they were walked last. */
class Pending {
  readonly #places: Place[] = [];
  readonly #callers: Int32Array;

  constructor(count: number) {
    this.#callers = new Int32Array(count);
  }

  add(at: Place, callers: Callers): void {
    if (this.#callers[at] === NOBODY) this.#places.push(at);
    this.#callers[at] = (this.#callers[at] ?? NOBODY) | callers;
  }

  /** First come, first walked, those that are added meanwhile too: most callers come to a place before it is their turn. */
  forEach(walk: (at: Place, callers: Callers) => void): void {
    for (const at of this.#places) {
      const callers = this.#callers[at] ?? NOBODY;
      this.#callers[at] = NOBODY;
      walk(at, callers);
    }
    this.#places.length = 0;
  }
}

class Walk {
  readonly #graph: ReachGraph;
  readonly #granted: (id: RequirementId) => Callers;
  readonly #writable: ReadonlyMap<Place, Callers>;
  readonly #found: Int32Array;
  readonly #shares = new Map<Place, Shares>();
  readonly #visited: Readonly<Record<Mode, Int32Array>>;
  readonly #positions: Readonly<Record<Mode, Int32Array>>;
  readonly #written: Int32Array;
  readonly #pendingTypes: Readonly<Record<Mode, Pending>>;
  readonly #pendingInputs: Pending;

  constructor(graph: ReachGraph, granted: (id: RequirementId) => Callers) {
    this.#graph = graph;
    this.#granted = granted;
    this.#writable = writableInputs(graph, granted);
    const count = graph.coordinates.length;
    const none = () => new Int32Array(count);
    this.#found = none();
    this.#visited = { precise: none(), strict: none() };
    this.#positions = { precise: none(), strict: none() };
    this.#written = none();
    this.#pendingTypes = { precise: new Pending(count), strict: new Pending(count) };
    this.#pendingInputs = new Pending(count);
  }

  found(everybody: Callers): Int32Array {
    const { query, strictRoots, positions } = this.#graph;
    if (query !== undefined) this.#visit(query, "precise", everybody);
    for (const root of strictRoots) this.#visit(root, "strict", everybody);
    this.#walk("precise");
    this.#walk("strict");
    this.#pendingInputs.forEach((input, callers) => {
      for (const field of this.#graph.inputs.get(input)?.fields ?? []) this.#give(field, callers);
    });
    const visited = (at: Place): Callers =>
      (this.#visited.precise[at] ?? NOBODY) | (this.#visited.strict[at] ?? NOBODY);
    for (const [at, { requirement, isAbstract, isKnown, possible }] of positions) {
      if (!(isAbstract && isKnown)) continue;
      const some = possible.reduce((set, one) => set | visited(one.at), NOBODY);
      addTo(this.#found, at, some & this.#granted(requirement));
    }
    return this.#found;
  }

  #walk(mode: Mode): void {
    this.#pendingTypes[mode].forEach((type, callers) => {
      for (const field of this.#graph.types.get(type)?.fields ?? []) this.#field(field, mode, callers);
    });
  }

  #visit(at: Place, mode: Mode, callers: Callers): void {
    const type = this.#graph.types.get(at);
    // A type clients do not know is withheld, and with it whatever stands below.
    if (type === undefined) return;
    const added = addTo(this.#visited[mode], at, callers & this.#granted(type.requirement));
    if (added === NOBODY) return;
    addTo(this.#found, at, added);
    this.#pendingTypes[mode].add(at, added);
  }

  #field(field: FieldNode, mode: Mode, callers: Callers): void {
    let granted = callers & this.#granted(field.requirement);
    const position = this.#graph.positions.get(field.type);
    if (granted !== NOBODY && position?.isAbstract === true && position.possible.length > 0) {
      const { some, all } = this.#sharesOf(field.type, position);
      granted &= mode === "strict" || field.isStrict ? all : some;
    }
    if (granted === NOBODY) return;
    let selected = NOBODY;
    for (const { at, required, given } of field.names) {
      let able = granted;
      for (const one of required) able &= this.#canGive(one);
      selected |= able;
      addTo(this.#found, at, able);
      for (const one of given) this.#give(one, able);
    }
    if (position === undefined) {
      addTo(this.#found, field.type, selected);
      return;
    }
    const added = addTo(this.#positions[mode], field.type, selected);
    if (added !== NOBODY) for (const { at } of position.possible) this.#visit(at, mode, added);
  }

  #sharesOf(type: Place, { possible }: PositionNode): Shares {
    const known = this.#shares.get(type);
    if (known !== undefined) return known;
    let [some, all] = [NOBODY, ALL];
    for (const { requirement } of possible) {
      some |= this.#granted(requirement);
      all &= this.#granted(requirement);
    }
    this.#shares.set(type, { some, all });
    return { some, all };
  }

  /** Adds what may be given; an input object is walked later. */
  #give(given: GivenNode, callers: Callers): void {
    const able = callers & this.#canGive(given);
    if (able === NOBODY) return;
    addTo(this.#found, given.at, able);
    if (given.object === undefined) {
      addTo(this.#found, given.type, able);
      return;
    }
    const written = able & (this.#writable.get(given.object) ?? NOBODY);
    addTo(this.#found, given.object, written);
    const added = addTo(this.#written, given.object, written);
    if (added !== NOBODY) this.#pendingInputs.add(given.object, added);
  }

  #canGive(given: GivenNode): Callers {
    return canGive(given, this.#granted, this.#writable);
  }
}

/** @returns those that were not there before */
const addTo = (sets: Int32Array, at: Place, callers: Callers): Callers => {
  const before = sets[at] ?? NOBODY;
  sets[at] = before | callers;
  return callers & ~before;
};

const canGive = (
  { requirement, mustWrite }: GivenNode,
  granted: (id: RequirementId) => Callers,
  writable: ReadonlyMap<Place, Callers>,
): Callers =>
  mustWrite === undefined ? granted(requirement) : granted(requirement) & (writable.get(mustWrite) ?? NOBODY);

/** Input objects, with who can write them with nothing in them that is refused: a fixed point, since they may need each other. */
const writableInputs = (
  { inputs }: ReachGraph,
  granted: (id: RequirementId) => Callers,
): ReadonlyMap<Place, Callers> => {
  const writable = new Map<Place, Callers>();
  for (let isChanged = true; isChanged; ) {
    isChanged = false;
    for (const [input, { isOneOf, fields }] of inputs) {
      const can = (one: GivenNode) => canGive(one, granted, writable);
      const able = isOneOf
        ? fields.reduce((set, one) => set | can(one), NOBODY)
        : fields.reduce((set, one) => (one.isRequired ? set & can(one) : set), ALL);
      if (able === (writable.get(input) ?? NOBODY)) continue;
      writable.set(input, able);
      isChanged = true;
    }
  }
  return writable;
};
