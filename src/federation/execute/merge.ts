import type { TypeConditions } from "../../graphql/type-conditions.js";
import { copyJson, isJsonObject, type JsonObject, type JsonValue, own } from "../result/json.js";

export type Merge = (target: JsonObject, source: JsonObject, mustCopy: boolean) => void;

/**
 * Merges the answer of one fetch about an object into the result tree.
 *
 * @param keys - the keys that the fetch requested at this level. Other keys are ignored, so that a subgraph cannot set
 *   fields of another subgraph
 */
export const compileMerge = (keys: readonly string[], types: TypeConditions): Merge => {
  const hasTypeName = keys.includes("__typename");
  const members = [...new Set(keys)].filter((key) => key !== "__typename" && key !== "__proto__");
  const mergeMembers = generateMembers(members, types) ?? interpretMembers(members, types);
  if (!hasTypeName) return mergeMembers;
  return (target, source, mustCopy) => {
    mergeTypeName(target, source, types);
    mergeMembers(target, source, mustCopy);
  };
};

const interpretMembers =
  (members: readonly string[], types: TypeConditions): Merge =>
  (target, source, mustCopy) => {
    for (const key of members) {
      const value = own(source, key);
      if (value !== undefined) mergeKey(target, key, value, mustCopy, types);
    }
  };

/**
 * The same as generated code with one access per key, so that V8 can use inline caches. A loop over keys would need a
 * hash look-up for each.
 *
 * @returns `undefined` if the runtime forbids generated code
 */
const generateMembers = (members: readonly string[], types: TypeConditions): Merge | undefined => {
  const plain = members.filter((key) => !(key in Object.prototype));
  const inherited = interpretMembers(
    members.filter((key) => key in Object.prototype),
    types,
  );
  const lines = plain
    .map((key) => JSON.stringify(key))
    .map(
      (key) =>
        `v = s[${key}]; if (v !== undefined) { if (typeof t[${key}] === "object") both(t, ${key}, v, c); else t[${key}] = c ? copy(v) : v; }`,
    );
  if (plain.length < members.length) lines.push("inherited(t, s, c);");
  const both = (target: JsonObject, key: string, value: JsonValue, mustCopy: boolean): void =>
    mergeKey(target, key, value, mustCopy, types);
  try {
    const body = `"use strict"; return (t, s, c) => { let v; ${lines.join("\n")} };`;
    return new Function("both", "copy", "inherited", body)(both, copyJson, inherited) as Merge;
  } catch (error) {
    if (error instanceof EvalError) return undefined;
    throw error;
  }
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
    // Keep an object from another fetch when this one returned null.
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
    // Items are matched by index only, so lists of different lengths cannot be merged.
    if (!Array.isArray(source) || source.length !== target.length) return;
    for (let i = 0; i < target.length; i += 1) {
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

/** A known concrete type is kept; the name of an interface (`@interfaceObject`) is replaced by a concrete type. */
const mergeTypeName = (target: JsonObject, source: JsonObject, types: TypeConditions): void => {
  const name = own(source, "__typename");
  if (typeof name !== "string") return;
  const established = own(target, "__typename");
  if (established === undefined || (types.isObjectType(name) && !isConcrete(established, types)))
    target["__typename"] = name;
};

const isConcrete = (typeName: JsonValue, types: TypeConditions): boolean =>
  typeof typeName === "string" && types.isObjectType(typeName);
