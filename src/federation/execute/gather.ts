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

/** The entities of one field in one request: which object receives which item of the answer. */
export interface Gathered {
  readonly field: CompiledField;
  readonly targets: readonly JsonObject[];
  readonly indices: readonly number[];
  /** Number of requested entities. */
  readonly count: number;
}

interface Seen {
  readonly entity: JsonObject;
  readonly typeName: JsonValue | undefined;
  readonly index: number;
}

const MAX_DISTINCT_ATTEMPTS = 100;

const readTypeName = compileRead("__typename");

/**
 * Finds the entities of a fetch and writes each distinct representation once.
 *
 * An entity whose plain fields equal those of an earlier one is recognized by its values. The same few users often occur
 * under thousands of reviews, and writing the text to compare them would be the most expensive step.
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
    // If the first hundred were all different, the others probably are too: then stop comparing.
    const isAlwaysDistinct = known.size === targets.length && known.size > MAX_DISTINCT_ATTEMPTS;
    const fields = isAlwaysDistinct ? undefined : field.represent.plainFields(typeName);
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

/** Composite values are compared by identity; if they differ, their text is compared. */
const isEqual = (fields: readonly Read[], entity: JsonObject, seen: Seen): boolean => {
  for (const read of fields) if (read(entity) !== read(seen.entity)) return false;
  return true;
};
