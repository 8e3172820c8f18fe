import type { Alternatives } from "../../domain/requirement.js";
import { allOf, isOpen, OPEN, type Requirement, requirementKey } from "../../domain/requirement.js";

/** Index into {@link Rules.requirements}; 0 requires nothing. */
export type RequirementId = number;
export const OPEN_ID: RequirementId = 0;

/** An argument or input field, where it is provided. */
export interface InputRule {
  readonly coordinate: string;
  /** Its own guards and those of its named type. */
  readonly requirement: RequirementId;
  /** Named input object, when anything below it is guarded. */
  readonly object: string | undefined;
}

export interface FieldRule {
  readonly coordinate: string;
  /** Named return type. */
  readonly type: string;
  /** List and non-null modifiers around it, e.g. `[!]!`. */
  readonly shape: string;
  /**
   * The field's guards, inherited ones, those of its return type and of everything its resolver consumes.
   * The parent type's guards are in {@link TypeRule}.
   */
  readonly requirement: RequirementId;
  readonly arguments: ReadonlyMap<string, InputRule>;
  /** Coordinates its resolver consumes through `@requires`, transitively. */
  readonly consumes: ReadonlySet<string>;
  /** Subgraphs that resolve it, by their names in the graph enum. */
  readonly graphs: readonly string[];
}

export interface TypeRule {
  readonly name: string;
  readonly kind: "object" | "interface" | "union";
  /** Own guards and those of every interface it implements. */
  readonly requirement: RequirementId;
  /** Interfaces it implements, all levels. */
  readonly interfaces: readonly string[];
  readonly fields: ReadonlyMap<string, FieldRule>;
  readonly graphs: readonly string[];
  /** Graphs in which it is an `@interfaceObject`. */
  readonly interfaceObjectIn: ReadonlySet<string>;
}

/** All guards of one supergraph as rules. Immutable. */
export interface Rules {
  /** Distinct requirements; `requirements[0]` is {@link OPEN}. */
  readonly requirements: readonly Requirement[];
  readonly types: ReadonlyMap<string, TypeRule>;
  /** Input object → its fields. */
  readonly inputs: ReadonlyMap<string, ReadonlyMap<string, InputRule>>;
  /** Input object → every requirement below it. */
  readonly inputClosure: ReadonlyMap<string, ReadonlySet<RequirementId>>;
  /**
   * Composite type → object types possible at run time, inaccessible ones included. An interface no object type
   * implements counts as one, for itself and for every interface above it.
   */
  readonly possibleTypes: ReadonlyMap<string, ReadonlySet<string>>;
  /**
   * `Type.field` of every `@key`, which may be fetched for joins for every caller → `true` if a caller who may see the
   * entity may lack a requirement of the field.
   */
  readonly keyCoordinates: ReadonlyMap<string, boolean>;
  /** Graph enum value → subgraph name. */
  readonly graphs: ReadonlyMap<string, string>;
  readonly roots: ReadonlySet<string>;
  /** Policy names any requirement mentions. */
  readonly policies: ReadonlySet<string>;
  /** Enum and scalar guards, and everything else written: coordinate → requirement. For `explain`. */
  readonly guards: ReadonlyMap<string, Requirement>;
  readonly digest: string;
}

/** Gives equal requirements the same number, so that each is decided once per request. */
export class RequirementTable {
  readonly requirements: Requirement[] = [OPEN];
  readonly #byKey = new Map<string, RequirementId>([[requirementKey(OPEN), OPEN_ID]]);
  readonly #conjunctions = new Map<string, RequirementId>();

  intern(requirement: Requirement): RequirementId {
    if (isOpen(requirement)) return OPEN_ID;
    const key = requirementKey(requirement);
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    const id = this.requirements.push(requirement) - 1;
    this.#byKey.set(key, id);
    return id;
  }

  and(ids: readonly RequirementId[]): RequirementId {
    let only = OPEN_ID;
    // Nearly every element has no or one requirement; this case needs no allocation.
    const isSimple = ids.every((id) => {
      if (id === OPEN_ID || id === only) return true;
      if (only !== OPEN_ID) return false;
      only = id;
      return true;
    });
    if (isSimple) return only;
    const distinct = [...new Set(ids)].filter((id) => id !== OPEN_ID).sort((left, right) => left - right);
    const key = distinct.join(",");
    const known = this.#conjunctions.get(key);
    if (known !== undefined) return known;
    const id = this.intern(allOf(distinct.map((one) => this.requirements[one] ?? OPEN)));
    this.#conjunctions.set(key, id);
    return id;
  }

  policies(): ReadonlySet<string> {
    const names = (alternatives: Alternatives) => alternatives.flat();
    return new Set(this.requirements.flatMap((one) => one.policies.flatMap(names)));
  }
}

/** A field before its `@requires` inputs are known. */
export interface BaseRule {
  readonly type: string;
  readonly shape: string;
  readonly requirement: RequirementId;
  readonly arguments: ReadonlyMap<string, InputRule>;
  readonly requires: readonly string[];
}
