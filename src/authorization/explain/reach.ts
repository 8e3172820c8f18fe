import { type Facts, judge } from "../../domain/requirement.js";
import { OPEN_ID, type RequirementId, type Rules } from "../read/rules.js";
import type { FieldNode, GivenNode, Place, PositionNode, ReachGraph } from "./reach-graph.js";

/** {@link reachMarks} as coordinates. */
export const reach = (graph: ReachGraph, rules: Rules, facts: Facts): ReadonlySet<string> => {
  const marks = reachMarks(graph, rules, facts);
  return new Set(graph.coordinates.filter((_, at) => marks[at] === 1));
};

/**
 * Every coordinate a caller reaches on some way from a root, each guard on the way met: types, fields, arguments, enums,
 * scalars, input objects and their fields.
 *
 * `Type.field` is reached when some operation to it is granted: the field on an object of that type, with the arguments it
 * cannot go without. Of an interface's field that holds when it does for one of the interface's runtime types. A mutation
 * is refused for whatever *could* stand at an abstract position, so there each possible type has to be granted.
 *
 * @returns 1 at the place of each coordinate that is reached
 */
export const reachMarks = (graph: ReachGraph, rules: Rules, facts: Facts): Uint8Array =>
  new Walk(graph, grantedBy(rules, facts)).found();

/** Judges each requirement once. */
const grantedBy = (rules: Rules, facts: Facts): ((id: RequirementId) => boolean) => {
  const granted = rules.requirements.map((one) => judge(one, facts) === "GRANTED");
  return (id) => id === OPEN_ID || granted[id] === true;
};

/** How abstract positions are judged: by each runtime type, or as a whole. */
type Mode = "precise" | "strict";

/** Some, all or none of the runtime types at a position, by what the caller is granted. */
type Share = "none" | "some" | "all";

class Walk {
  readonly #graph: ReachGraph;
  readonly #granted: (id: RequirementId) => boolean;
  readonly #writable: ReadonlySet<Place>;
  readonly #found: Uint8Array;
  readonly #shares = new Map<Place, Share>();
  readonly #visited: Readonly<Record<Mode, Uint8Array>>;
  readonly #positions: Readonly<Record<Mode, Uint8Array>>;
  readonly #pending: Readonly<Record<Mode, Place[]>> = { precise: [], strict: [] };
  readonly #written = new Set<Place>();

  constructor(graph: ReachGraph, granted: (id: RequirementId) => boolean) {
    this.#graph = graph;
    this.#granted = granted;
    this.#writable = writableInputs(graph, granted);
    const marks = () => new Uint8Array(graph.coordinates.length);
    this.#found = marks();
    this.#visited = { precise: marks(), strict: marks() };
    this.#positions = { precise: marks(), strict: marks() };
  }

  found(): Uint8Array {
    const { query, strictRoots, positions } = this.#graph;
    if (query !== undefined) this.#visit(query, "precise");
    for (const root of strictRoots) this.#visit(root, "strict");
    this.#walk("precise");
    this.#walk("strict");
    for (const input of this.#written) {
      for (const field of this.#graph.inputs.get(input)?.fields ?? []) this.#give(field);
    }
    const isReached = ({ at }: { readonly at: Place }) =>
      this.#visited.precise[at] === 1 || this.#visited.strict[at] === 1;
    for (const [at, { requirement, isAbstract, isKnown, possible }] of positions) {
      if (isAbstract && isKnown && this.#granted(requirement) && possible.some(isReached))
        this.#found[at] = 1;
    }
    return this.#found;
  }

  #walk(mode: Mode): void {
    const pending = this.#pending[mode];
    for (let type = pending.pop(); type !== undefined; type = pending.pop()) {
      for (const field of this.#graph.types.get(type)?.fields ?? []) this.#field(field, mode);
    }
  }

  #visit(at: Place, mode: Mode): void {
    if (this.#visited[mode][at] === 1) return;
    const type = this.#graph.types.get(at);
    // A type clients do not know is withheld, and with it whatever stands below.
    if (type === undefined || !this.#granted(type.requirement)) return;
    this.#visited[mode][at] = 1;
    this.#found[at] = 1;
    this.#pending[mode].push(at);
  }

  #field(field: FieldNode, mode: Mode): void {
    if (!this.#granted(field.requirement)) return;
    const position = this.#graph.positions.get(field.type);
    if (position?.isAbstract === true && position.possible.length > 0) {
      const share = this.#shareOf(field.type, position);
      if (share === "none" || (share === "some" && (mode === "strict" || field.isStrict))) return;
    }
    let isSelected = false;
    for (const { at, required, given } of field.names) {
      if (required.length > 0 && !required.every((one) => this.#canGive(one))) continue;
      isSelected = true;
      this.#found[at] = 1;
      for (const one of given) this.#give(one);
    }
    if (!isSelected) return;
    if (position === undefined) this.#found[field.type] = 1;
    else if (this.#positions[mode][field.type] === 0) {
      this.#positions[mode][field.type] = 1;
      for (const { at } of position.possible) this.#visit(at, mode);
    }
  }

  #shareOf(type: Place, { possible }: PositionNode): Share {
    const known = this.#shares.get(type);
    if (known !== undefined) return known;
    const count = possible.filter(({ requirement }) => this.#granted(requirement)).length;
    const share = count === 0 ? "none" : count === possible.length ? "all" : "some";
    this.#shares.set(type, share);
    return share;
  }

  /** Adds what may be given; an input object is walked later, once. */
  #give(given: GivenNode): void {
    if (!this.#canGive(given)) return;
    this.#found[given.at] = 1;
    if (given.object === undefined) this.#found[given.type] = 1;
    else if (this.#writable.has(given.object)) {
      this.#found[given.object] = 1;
      this.#written.add(given.object);
    }
  }

  #canGive(given: GivenNode): boolean {
    return canGive(given, this.#granted, this.#writable);
  }
}

const canGive = (
  { requirement, mustWrite }: GivenNode,
  granted: (id: RequirementId) => boolean,
  writable: ReadonlySet<Place>,
): boolean => granted(requirement) && (mustWrite === undefined || writable.has(mustWrite));

/** Input objects that can be written with nothing in them that is refused: a fixed point, since they may need each other. */
const writableInputs = (
  { inputs }: ReachGraph,
  granted: (id: RequirementId) => boolean,
): ReadonlySet<Place> => {
  const writable = new Set<Place>();
  for (let before = -1; before < writable.size; ) {
    before = writable.size;
    for (const [input, { isOneOf, fields }] of inputs) {
      if (writable.has(input)) continue;
      const can = (one: GivenNode) => canGive(one, granted, writable);
      if (isOneOf ? fields.some(can) : fields.every((one) => !one.isRequired || can(one)))
        writable.add(input);
    }
  }
  return writable;
};
