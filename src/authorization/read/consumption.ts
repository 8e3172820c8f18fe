import { Kind, type SelectionSetNode, type ValueNode } from "graphql";
import { itemsOf, parseFieldSet } from "../../graphql/field-sets.js";
import type { TypedSet } from "../../graphql/joins.js";
import type { InputRules } from "./input-rules.js";
import { type BaseRule, OPEN_ID, type RequirementId } from "./rules.js";

export interface Consumed {
  readonly coordinates: ReadonlySet<string>;
  readonly requirements: ReadonlySet<RequirementId>;
}

const NOTHING: Consumed = { coordinates: new Set(), requirements: new Set() };

interface ConsumptionInput {
  readonly base: ReadonlyMap<string, BaseRule>;
  readonly possibleTypes: ReadonlyMap<string, ReadonlySet<string>>;
  readonly typeGuard: ReadonlyMap<string, RequirementId>;
  readonly inputs: InputRules;
}

/**
 * The `@requires` inputs of a field, transitively. A caller who may not read an input may not read a field computed from
 * it. An abstract position inside a field set counts for every possible type.
 */
export class Consumption {
  readonly #input: ConsumptionInput;
  readonly #direct = new Map<string, Consumed>();

  constructor(input: ConsumptionInput) {
    this.#input = input;
  }

  /** The transitive closure. A cycle, which no composer allows, ends the walk. */
  of(coordinate: string): Consumed {
    if ((this.#input.base.get(coordinate)?.requires.length ?? 0) === 0) return NOTHING;
    const coordinates = new Set<string>();
    const requirements = new Set<RequirementId>();
    const pending = [coordinate];
    for (let current = pending.pop(); current !== undefined; current = pending.pop()) {
      const direct = this.#directly(current);
      for (const id of direct.requirements) requirements.add(id);
      for (const next of direct.coordinates) {
        if (coordinates.has(next)) continue;
        coordinates.add(next);
        requirements.add(this.#input.base.get(next)?.requirement ?? OPEN_ID);
        pending.push(next);
      }
    }
    return { coordinates, requirements };
  }

  /**
   * Returns each coordinate of a key, with `true` if a caller who may see the entity may lack a requirement of the
   * coordinate. Such a caller satisfies the guards of the entity's type, so type guards count only for deeper types.
   */
  ofKey({ type, set }: TypedSet): ReadonlyMap<string, boolean> {
    const coordinates = new Set<string>();
    this.#walk(parseFieldSet(set), type, coordinates, new Set());
    const entities = this.#input.possibleTypes.get(type);
    const isGuarded = (coordinate: string): boolean => {
      const [owner = ""] = coordinate.split(".");
      const whole = entities?.has(owner) === true ? OPEN_ID : this.#input.typeGuard.get(owner);
      return [whole, this.#input.base.get(coordinate)?.requirement].some((id) => (id ?? OPEN_ID) !== OPEN_ID);
    };
    return new Map([...coordinates].map((one) => [one, isGuarded(one)]));
  }

  #directly(coordinate: string): Consumed {
    const known = this.#direct.get(coordinate);
    if (known !== undefined) return known;
    const { requires = [] } = this.#input.base.get(coordinate) ?? {};
    if (requires.length === 0) return NOTHING;
    const coordinates = new Set<string>();
    const requirements = new Set<RequirementId>();
    const type = coordinate.slice(0, coordinate.indexOf("."));
    for (const set of requires) {
      this.#walk(parseFieldSet(set), type, coordinates, requirements);
    }
    const consumed = { coordinates, requirements };
    this.#direct.set(coordinate, consumed);
    return consumed;
  }

  #walk(
    set: SelectionSetNode,
    type: string,
    coordinates: Set<string>,
    requirements: Set<RequirementId>,
  ): void {
    for (const { on, node } of itemsOf(set)) {
      const possible = this.#input.possibleTypes.get(on ?? type) ?? [];
      for (const owner of possible) {
        if (on !== undefined) requirements.add(this.#input.typeGuard.get(owner) ?? OPEN_ID);
        const coordinate = `${owner}.${node.name.value}`;
        const rule = this.#input.base.get(coordinate);
        if (rule === undefined) continue;
        coordinates.add(coordinate);
        for (const { name, value } of node.arguments ?? []) {
          const argument = rule.arguments.get(name.value);
          if (argument === undefined) continue;
          requirements.add(argument.requirement);
          if (argument.object !== undefined) this.#walkLiteral(value, argument.object, requirements);
        }
        if (node.selectionSet === undefined) continue;
        // A selection on an abstract type may return any of its possible types.
        for (const returned of this.#input.possibleTypes.get(rule.type) ?? []) {
          requirements.add(this.#input.typeGuard.get(returned) ?? OPEN_ID);
        }
        this.#walk(node.selectionSet, rule.type, coordinates, requirements);
      }
    }
  }

  #walkLiteral(value: ValueNode, object: string, requirements: Set<RequirementId>): void {
    if (value.kind === Kind.LIST)
      for (const item of value.values) this.#walkLiteral(item, object, requirements);
    if (value.kind !== Kind.OBJECT) return;
    for (const field of value.fields) {
      const rule = this.#input.inputs.fields.get(object)?.get(field.name.value);
      if (rule === undefined) continue;
      requirements.add(rule.requirement);
      if (rule.object !== undefined) this.#walkLiteral(field.value, rule.object, requirements);
    }
  }
}
