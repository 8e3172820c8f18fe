import { compileRead } from "./access.js";
import { isJsonObject, type JsonObject, type JsonValue, own } from "./json.js";
import { compileMerge, type Merge } from "./merge.js";
import type { TypeConditions } from "./type-conditions.js";
import { type Asked, isAskedOf } from "./unasked.js";

/** Takes over what was answered about one entity. */
export type TakeEntity = (target: JsonObject, entity: JsonValue | undefined, mustCopy: boolean) => void;

const readTypeName = compileRead("__typename");

/**
 * Compiles what is taken over of an answered entity: the keys that were asked for of its type, and nothing of one that
 * says it is of another concrete type than was asked about.
 *
 * `null` is an answer as well: the subgraph knows no such entity, and whatever was asked of it is null. Anything else
 * that is no object is no answer, and leaves the keys absent.
 *
 * @param renamed - keys that the fetch's rewrites bring
 */
export const compileTakeEntity = (
  asked: readonly Asked[],
  renamed: readonly string[],
  types: TypeConditions,
): TakeEntity => {
  const isMixed = new Set(asked.map((one) => JSON.stringify(one.conditions))).size > 1;
  const everything = compileTake([...asked.map((one) => one.key), ...renamed], types);
  const byType = new Map<string, Take>();
  const takeOf = (typeName: JsonValue | undefined): Take => {
    if (!isMixed || typeof typeName !== "string" || !types.isObjectType(typeName)) return everything;
    let take = byType.get(typeName);
    if (take === undefined) {
      const mine = asked.filter((one) => isAskedOf(one, typeName, types));
      take = compileTake([...mine.map((one) => one.key), ...renamed], types);
      byType.set(typeName, take);
    }
    return take;
  };
  return (target, entity, mustCopy) => {
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
};

interface Take {
  readonly merge: Merge;
  /** Without `__typename`. */
  readonly keys: readonly string[];
}

const compileTake = (keys: readonly string[], types: TypeConditions): Take => ({
  merge: compileMerge(keys, types),
  keys: [...new Set(keys)].filter((key) => key !== "__typename" && key !== "__proto__"),
});

/** Interface objects aside, an entity is of the type it was asked for as. */
const isOther = (answered: JsonValue, asked: JsonValue | undefined, types: TypeConditions): boolean => {
  if (typeof answered !== "string" || typeof asked !== "string") return true;
  return (
    !types.satisfies(asked, answered) && !(types.satisfies(answered, asked) && !types.isObjectType(asked))
  );
};
