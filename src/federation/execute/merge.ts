import { compileRead, compileWrite } from "./access.js";
import { copyJson, isJsonObject, type JsonObject, type JsonValue, own } from "./json.js";
import type { TypeConditions } from "./type-conditions.js";

export type Merge = (target: JsonObject, source: JsonObject, mustCopy: boolean) => void;

/**
 * Merges what one fetch answered about an object into the result tree.
 *
 * @param keys - the keys the fetch asked for at this level; anything else a subgraph sends is not taken, so that
 *   one subgraph cannot speak for another
 */
export const compileMerge = (keys: readonly string[], types: TypeConditions): Merge => {
  const hasTypeName = keys.includes("__typename");
  const members = [...new Set(keys)]
    .filter((key) => key !== "__typename" && key !== "__proto__")
    .map((key) => ({
      key,
      readSource: compileRead(key),
      readTarget: compileRead(key),
      write: compileWrite(key),
    }));
  return (target, source, mustCopy) => {
    if (hasTypeName) mergeTypeName(target, source, types);
    for (const { key, readSource, readTarget, write } of members) {
      const value = readSource(source);
      if (value === undefined) continue;
      if (typeof readTarget(target) === "object") mergeKey(target, key, value, mustCopy, types);
      else write(target, mustCopy ? copyJson(value) : value);
    }
  };
};

const mergeKey = (
  target: JsonObject,
  key: string,
  value: JsonValue,
  mustCopy: boolean,
  types: TypeConditions,
): void => {
  const existing = own(target, key);
  if (typeof existing === "object" && existing !== null) {
    if (typeof value === "object" && value !== null) mergeComposite(existing, value, mustCopy, types);
    // A null beside an object that is already there: somebody else knows more.
    return;
  }
  target[key] = mustCopy ? copyJson(value) : value;
};

const mergeComposite = (
  target: JsonValue,
  source: JsonValue,
  mustCopy: boolean,
  types: TypeConditions,
): void => {
  if (Array.isArray(target)) {
    if (!Array.isArray(source)) return;
    const length = Math.min(target.length, source.length);
    for (let i = 0; i < length; i += 1) {
      const from: JsonValue | undefined = source[i];
      const to: JsonValue | undefined = target[i];
      if (from !== undefined && to !== undefined) mergeComposite(to, from, mustCopy, types);
    }
    return;
  }
  if (!isJsonObject(target) || !isJsonObject(source)) return;
  for (const key of Object.keys(source)) {
    if (key === "__proto__") continue;
    if (key === "__typename") {
      mergeTypeName(target, source, types);
      continue;
    }
    const value = source[key];
    if (value !== undefined) mergeKey(target, key, value, mustCopy, types);
  }
};

/** An interface's name (`@interfaceObject`) never replaces the concrete type another subgraph established. */
const mergeTypeName = (target: JsonObject, source: JsonObject, types: TypeConditions): void => {
  const name = own(source, "__typename");
  if (typeof name !== "string") return;
  if (own(target, "__typename") === undefined || types.isObjectType(name)) target["__typename"] = name;
};
