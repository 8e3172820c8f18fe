import { type Facts, judge } from "../../domain/requirement.js";
import { OPEN_ID, type RequirementId, type Rules } from "../read/rules.js";
import type { FieldNode, GivenNode, PositionNode, ReachGraph } from "./reach-graph.js";

/**
 * Every coordinate a caller reaches on some way from a root, each guard on the way met: types, fields, arguments, enums,
 * scalars, input objects and their fields.
 *
 * `Type.field` is reached when some operation to it is granted: the field on an object of that type, with the arguments it
 * cannot go without. Of an interface's field that holds when it does for one of the interface's runtime types. A mutation
 * is refused for whatever *could* stand at an abstract position, so there each possible type has to be granted.
 */
export const reach = (graph: ReachGraph, rules: Rules, facts: Facts): ReadonlySet<string> =>
  new Walk(graph, grantedBy(rules, facts)).found();

/** Judges each requirement once. */
const grantedBy = (rules: Rules, facts: Facts): ((id: RequirementId) => boolean) => {
  const granted = rules.requirements.map((one) => judge(one, facts) === "GRANTED");
  return (id) => id === OPEN_ID || granted[id] === true;
};

/** Some, all or none of the runtime types at a position, by what the caller is granted. */
type Share = "none" | "some" | "all";

class Walk {
  readonly #graph: ReachGraph;
  readonly #granted: (id: RequirementId) => boolean;
  readonly #writable: ReadonlySet<string>;
  readonly #found = new Set<string>();
  readonly #shares = new Map<string, Share>();
  readonly #visited = { precise: new Set<string>(), strict: new Set<string>() };
  readonly #positions = { precise: new Set<string>(), strict: new Set<string>() };
  readonly #pending: { readonly type: string; readonly mode: "precise" | "strict" }[] = [];
  readonly #written = new Set<string>();

  constructor(graph: ReachGraph, granted: (id: RequirementId) => boolean) {
    this.#graph = graph;
    this.#granted = granted;
    this.#writable = writableInputs(graph, granted);
  }

  found(): ReadonlySet<string> {
    const { query, strictRoots, positions, types } = this.#graph;
    if (query !== undefined) this.#visit(query, "precise");
    for (const root of strictRoots) this.#visit(root, "strict");
    for (let one = this.#pending.pop(); one !== undefined; one = this.#pending.pop()) {
      for (const field of types.get(one.type)?.fields ?? []) this.#field(field, one.mode);
    }
    for (const name of this.#written) {
      for (const field of this.#graph.inputs.get(name)?.fields ?? []) this.#give(field);
    }
    const isReached = (type: string) => this.#visited.precise.has(type) || this.#visited.strict.has(type);
    for (const [name, { requirement, isAbstract, isKnown, possible }] of positions) {
      if (!isAbstract || !isKnown || !this.#granted(requirement)) continue;
      if (possible.some((type) => isReached(type.name))) this.#found.add(name);
    }
    return this.#found;
  }

  #visit(name: string, mode: "precise" | "strict"): void {
    const type = this.#graph.types.get(name);
    // A type clients do not know is withheld, and with it whatever stands below.
    if (type === undefined || this.#visited[mode].has(name) || !this.#granted(type.requirement)) return;
    this.#visited[mode].add(name);
    this.#found.add(name);
    this.#pending.push({ type: name, mode });
  }

  #field(field: FieldNode, mode: "precise" | "strict"): void {
    if (!this.#granted(field.requirement)) return;
    const position = this.#graph.positions.get(field.type);
    if (position?.isAbstract === true && position.possible.length > 0) {
      const share = this.#shareOf(field.type, position);
      if (share === "none" || (share === "some" && (mode === "strict" || field.isStrict))) return;
    }
    const names = field.names.filter((name) => name.required.every((one) => this.#canGive(one)));
    if (names.length === 0) return;
    for (const { coordinate, given } of names) {
      this.#found.add(coordinate);
      for (const one of given) this.#give(one);
    }
    if (position === undefined) this.#found.add(field.type);
    else if (!this.#positions[mode].has(field.type)) {
      this.#positions[mode].add(field.type);
      for (const { name } of position.possible) this.#visit(name, mode);
    }
  }

  #shareOf(name: string, { possible }: PositionNode): Share {
    const known = this.#shares.get(name);
    if (known !== undefined) return known;
    const count = possible.filter(({ requirement }) => this.#granted(requirement)).length;
    const share = count === 0 ? "none" : count === possible.length ? "all" : "some";
    this.#shares.set(name, share);
    return share;
  }

  /** Adds what may be given; an input object is walked later, once. */
  #give(given: GivenNode): void {
    if (!this.#canGive(given)) return;
    this.#found.add(given.coordinate);
    if (given.object === undefined) this.#found.add(given.type);
    else if (this.#writable.has(given.object)) {
      this.#found.add(given.object);
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
  writable: ReadonlySet<string>,
): boolean => granted(requirement) && (mustWrite === undefined || writable.has(mustWrite));

/** Input objects that can be written with nothing in them that is refused: a fixed point, since they may need each other. */
const writableInputs = (
  { inputs }: ReachGraph,
  granted: (id: RequirementId) => boolean,
): ReadonlySet<string> => {
  const writable = new Set<string>();
  for (let before = -1; before < writable.size; ) {
    before = writable.size;
    for (const [name, { isOneOf, fields }] of inputs) {
      if (writable.has(name)) continue;
      const can = (one: GivenNode) => canGive(one, granted, writable);
      if (isOneOf ? fields.some(can) : fields.every((one) => !one.isRequired || can(one))) writable.add(name);
    }
  }
  return writable;
};
