import type { TypeConditions } from "../../graphql/type-conditions.js";
import { compileRead } from "../result/access.js";
import { isJsonObject, type JsonObject, type JsonValue, own } from "../result/json.js";
import type { Walk } from "../result/sharing/shared-objects.js";
import { compileMerge, type Merge } from "./merge.js";
import { isRequestedOf, type RequestedKey } from "./requested-keys.js";
import type { DropUnrequested } from "./unrequested.js";

/** Merges the answer about one entity into the result tree. */
export interface TakeEntity {
  /** Runs first, before renames: removes fields that were not requested for the entity's type. */
  readonly drop: (target: JsonObject, entity: JsonValue | undefined, walk: Walk | undefined) => void;
  readonly take: (target: JsonObject, entity: JsonValue | undefined, mustCopy: boolean) => void;
}

const readTypeName = compileRead("__typename");

/**
 * Compiles the merge of an answered entity: only the keys requested for its type are used, and nothing if it has another
 * concrete type than requested.
 *
 * `null` is a valid answer: the subgraph has no such entity, and its requested fields are null. Any other value that is
 * not an object is invalid, and the keys stay absent.
 *
 * @param renamed - keys that the rewrites of the fetch add
 * @param dropOf - compiles the removal of unrequested fields
 */
export const compileTakeEntity = (
  requested: readonly RequestedKey[],
  renamed: readonly string[],
  dropOf: (requested: readonly RequestedKey[]) => DropUnrequested | undefined,
  types: TypeConditions,
): TakeEntity => {
  const compileTake = (mine: readonly RequestedKey[]): Take => {
    const keys = [...new Set([...mine.map((one) => one.key), ...renamed])];
    return {
      merge: compileMerge(keys, types),
      keys: keys.filter((key) => key !== "__typename" && key !== "__proto__"),
      drop: dropOf(mine),
    };
  };
  const isMixed = new Set(requested.map((one) => JSON.stringify(one.conditions))).size > 1;
  const everything = compileTake(requested);
  const byType = new Map<string, Take>();
  const takeOf = (typeName: JsonValue | undefined): Take => {
    if (!isMixed || typeof typeName !== "string" || !types.isObjectType(typeName)) return everything;
    let take = byType.get(typeName);
    if (take === undefined) {
      take = compileTake(requested.filter((one) => isRequestedOf(one, typeName, types)));
      byType.set(typeName, take);
    }
    return take;
  };
  const drop: TakeEntity["drop"] = (target, entity, walk) =>
    takeOf(readTypeName(target)).drop?.(entity, walk);
  const take: TakeEntity["take"] = (target, entity, mustCopy) => {
    const typeName = readTypeName(target);
    const { merge, keys } = takeOf(typeName);
    if (entity === null) {
      for (const key of keys) if (own(target, key) === undefined) target[key] = null;
      return;
    }
    if (!isJsonObject(entity)) return;
    const answered = readTypeName(entity);
    if (answered !== undefined && answered !== typeName && isOther(answered, typeName, types)) return;
    merge(target, entity, mustCopy);
  };
  return { drop, take };
};

interface Take {
  readonly merge: Merge;
  /** Without `__typename`. */
  readonly keys: readonly string[];
  readonly drop: DropUnrequested | undefined;
}

/** Except for interface objects, an entity must have the requested type. */
const isOther = (answered: JsonValue, requested: JsonValue | undefined, types: TypeConditions): boolean => {
  if (typeof answered !== "string" || typeof requested !== "string") return true;
  return (
    !types.satisfies(requested, answered) &&
    !(types.satisfies(answered, requested) && !types.isObjectType(requested))
  );
};
