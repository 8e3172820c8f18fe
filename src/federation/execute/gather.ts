import type { PathStep, RequiredSelection, Rewrite } from "../plan/plan.js";
import { compileRead, type Read } from "../result/access.js";
import type { JsonObject, JsonValue } from "../result/json.js";
import type { Collector } from "../result/paths.js";
import type { Represent } from "./representations.js";
import type { ExecutionState } from "./state.js";
import type { TakeEntity } from "./take-entity.js";

/** One `_entities` field of a fetch. */
export interface EntityField {
  readonly responseKey: string;
  readonly variable: string;
  readonly paths: readonly (readonly PathStep[])[];
  readonly requires: readonly RequiredSelection[];
  readonly inputRewrites: readonly Rewrite[];
  readonly outputRewrites: readonly Rewrite[];
  /** Must results shared by several places be copied, because a later fetch writes below one of them? */
  readonly mustCopy: boolean;
}

export interface CompiledField {
  readonly field: EntityField;
  /** `"variable":[` */
  readonly variableHead: string;
  readonly collectors: readonly Collector[];
  readonly represent: Represent;
  readonly entity: TakeEntity;
}

/** The entities of one field in one request: which object takes which item of the answer. */
export interface Gathered {
  readonly field: CompiledField;
  readonly targets: readonly JsonObject[];
  readonly indices: readonly number[];
  /** How many entities were asked for. */
  readonly count: number;
}

interface Seen {
  readonly entity: JsonObject;
  readonly typeName: JsonValue | undefined;
  readonly index: number;
}

const HOPELESS_AFTER = 100;

const readTypeName = compileRead("__typename");

/**
 * Finds the entities a fetch is about and writes each distinct representation once.
 *
 * An entity that equals one seen before in every plain field is recognised by its values: the same few users stand
 * under thousands of reviews, and writing the text to find that out costs more than anything else here.
 */
export const gather = (field: CompiledField, state: ExecutionState): Gathered & { readonly text: string } => {
  const targets: JsonObject[] = [];
  const indices: number[] = [];
  const known = new Map<string, number>();
  const byFirstValue = new Map<JsonValue | undefined, Seen>();
  let text = "";
  const write = (entity: JsonObject): number | undefined => {
    const representation = field.represent.text(entity, state.isTrue);
    if (representation === undefined) return undefined;
    let index = known.get(representation);
    if (index === undefined) {
      index = known.size;
      known.set(representation, index);
      text = index === 0 ? representation : `${text},${representation}`;
    }
    return index;
  };
  const visit = (entity: JsonObject): void => {
    const typeName = readTypeName(entity);
    // Where the first hundred were all different, so will be the next: then looking for equals is in vain.
    const isHopeless = known.size === targets.length && known.size > HOPELESS_AFTER;
    const fields = isHopeless ? undefined : field.represent.plainFields(typeName);
    const first = fields?.[0]?.(entity);
    const seen = fields === undefined ? undefined : byFirstValue.get(first);
    let index: number | undefined;
    if (
      seen !== undefined &&
      fields !== undefined &&
      seen.typeName === typeName &&
      isEqual(fields, entity, seen)
    ) {
      index = seen.index;
    } else {
      index = write(entity);
      if (index === undefined) return;
      if (fields !== undefined) byFirstValue.set(first, { entity, typeName, index });
    }
    targets.push(entity);
    indices.push(index);
  };
  for (const collect of field.collectors) collect(state.data, visit, state.shared.walk());
  return { field, targets, indices, text, count: known.size };
};

/** Composite values are compared by identity: unequal ones are written, and the text decides. */
const isEqual = (fields: readonly Read[], entity: JsonObject, seen: Seen): boolean => {
  for (const read of fields) if (read(entity) !== read(seen.entity)) return false;
  return true;
};
