import type { TypeConditions } from "../../graphql/type-conditions.js";
import { compileRead } from "../result/access.js";
import { isJsonObject, type JsonObject, type JsonValue, own } from "../result/json.js";
import type { Walk } from "../result/sharing/shared-objects.js";
import { type Asked, isAskedOf } from "./asked.js";
import { compileMerge, type Merge } from "./merge.js";
import type { DropUnasked } from "./unasked.js";

/** Takes over what was answered about one entity. */
export interface TakeEntity {
  /** To be done first, and before anything in the entity is renamed: takes out of it what was not asked of its type. */
  readonly drop: (target: JsonObject, entity: JsonValue | undefined, walk: Walk | undefined) => void;
  readonly take: (target: JsonObject, entity: JsonValue | undefined, mustCopy: boolean) => void;
}

const readTypeName = compileRead("__typename");

/**
 * Compiles what is taken over of an answered entity: the keys that were asked for of its type, and nothing of one that
 * says it is of another concrete type than was asked about.
 *
 * `null` is an answer as well: the subgraph knows no such entity, and whatever was asked of it is null. Anything else
 * that is no object is no answer, and leaves the keys absent.
 *
 * @param renamed - keys that the fetch's rewrites bring
 * @param dropOf - compiles what is taken out of an entity of which this was asked
 */
export const compileTakeEntity = (
  asked: readonly Asked[],
  renamed: readonly string[],
  dropOf: (asked: readonly Asked[]) => DropUnasked | undefined,
  types: TypeConditions,
): TakeEntity => {
  const compileTake = (mine: readonly Asked[]): Take => {
    const keys = [...new Set([...mine.map((one) => one.key), ...renamed])];
    return {
      merge: compileMerge(keys, types),
      keys: keys.filter((key) => key !== "__typename" && key !== "__proto__"),
      drop: dropOf(mine),
    };
  };
  const isMixed = new Set(asked.map((one) => JSON.stringify(one.conditions))).size > 1;
  const everything = compileTake(asked);
  const byType = new Map<string, Take>();
  const takeOf = (typeName: JsonValue | undefined): Take => {
    if (!isMixed || typeof typeName !== "string" || !types.isObjectType(typeName)) return everything;
    let take = byType.get(typeName);
    if (take === undefined) {
      take = compileTake(asked.filter((one) => isAskedOf(one, typeName, types)));
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
  readonly drop: DropUnasked | undefined;
}

/** Interface objects aside, an entity is of the type it was asked for as. */
const isOther = (answered: JsonValue, asked: JsonValue | undefined, types: TypeConditions): boolean => {
  if (typeof answered !== "string" || typeof asked !== "string") return true;
  return (
    !types.satisfies(asked, answered) && !(types.satisfies(answered, asked) && !types.isObjectType(asked))
  );
};
