import type { TypeConditions } from "../../graphql/type-conditions.js";
import { compileRead, type Read } from "../result/access.js";
import type { JsonObject, JsonValue } from "../result/json.js";
import type { Walk } from "../result/sharing/shared-objects.js";
import type { View } from "./readers.js";
import { isRequestedOf, type RequestedKey } from "./requested-keys.js";

/** Removes fields from an answer that its fetch did not request and that another reader would read. */
export type DropUnrequested = (answer: JsonValue | undefined, walk: Walk | undefined) => void;

/** The removal for objects of one runtime type, and for the objects below them. */
interface Variant {
  readonly drop: (object: JsonObject) => void;
  readonly below: readonly { readonly read: Read; readonly drop: DropUnrequested }[];
  /** There is nothing to remove. */
  readonly isIdle: boolean;
}

/**
 * A subgraph is trusted only for the fields that were requested from it. The result tree contains its objects as they
 * were received, so a later fetch or the client could read other fields as if they came from another subgraph. Exactly
 * these fields are removed. If no reader reads more than was requested, nothing is walked.
 *
 * @param requested - the keys that the fetch requests here
 * @param view - the keys that all fetches and the client read here
 * @returns `undefined` when there is nothing to remove, here or below
 */
export const compileDropUnrequested = (
  requested: readonly RequestedKey[],
  view: View,
  types: TypeConditions,
): DropUnrequested | undefined => new Compiler(types).at(requested, view, true);

/** The same, but only below objects whose own keys are already handled. */
export const compileDropBelow = (
  requested: readonly RequestedKey[],
  view: View,
  types: TypeConditions,
): DropUnrequested | undefined => new Compiler(types).at(requested, view, false);

const readTypeName = compileRead("__typename");

class Compiler {
  readonly #types: TypeConditions;

  constructor(types: TypeConditions) {
    this.#types = types;
  }

  at(requested: readonly RequestedKey[], view: View, dropsHere: boolean): DropUnrequested | undefined {
    const read = view.entries();
    const conditions = new Set([...requested, ...read].flatMap((one) => one.conditions.flat()));
    const inner = new Map<string, DropUnrequested | undefined>();
    const variant = (
      isMine: (one: RequestedKey) => boolean,
      isRead: (one: RequestedKey) => boolean,
    ): Variant => {
      const mine = requested.filter(isMine);
      const keys = new Set(mine.map((one) => one.key));
      const unrequested = new Set(read.filter(isRead).map((one) => one.key));
      for (const key of ["__typename", ...keys]) unrequested.delete(key);
      const below: { read: Read; drop: DropUnrequested }[] = [];
      for (const key of keys) {
        const same = mine.filter((one) => one.key === key);
        const id = `${key} ${same.map((one) => requested.indexOf(one)).join()}`;
        if (!inner.has(id)) {
          const asks = same.flatMap((one) => one.below());
          inner.set(id, this.at(asks, view.below(key), true));
        }
        const drop = inner.get(id);
        if (drop !== undefined) below.push({ read: compileRead(key), drop });
      }
      return {
        drop: compileDrop(dropsHere ? [...unrequested] : []),
        below,
        isIdle: below.length === 0 && (unrequested.size === 0 || !dropsHere),
      };
    };
    const always = () => true;
    // An object without a type name could have any of the types.
    const nameless = variant(always, always);
    if (conditions.size === 0) return nameless.isIdle ? undefined : everywhere(() => nameless);
    const variants = new Map<string | undefined, Variant>([[undefined, nameless]]);
    const ofType = (typeName: string): Variant => {
      const holds = (one: RequestedKey): boolean => isRequestedOf(one, typeName, this.#types);
      // If the name is not an object type, another subgraph decides the type later: then any field may be read.
      return variant(holds, this.#types.isObjectType(typeName) ? holds : always);
    };
    for (const condition of conditions) {
      for (const typeName of this.#types.possible(condition)) {
        if (!variants.has(typeName) && (this.#types.isObjectType(typeName) || view.isContested))
          variants.set(typeName, ofType(typeName));
      }
    }
    const isPlain = (one: RequestedKey): boolean => one.conditions.length === 0;
    const other = variant(isPlain, view.isContested ? always : isPlain);
    if (other.isIdle && [...variants.values()].every((one) => one.isIdle)) return undefined;
    return everywhere((object) => {
      const typeName = readTypeName(object);
      return variants.get(typeof typeName === "string" ? typeName : undefined) ?? other;
    });
  }
}

const everywhere = (variantOf: (object: JsonObject) => Variant): DropUnrequested => {
  const visit: DropUnrequested = (value, walk) => {
    if (typeof value !== "object" || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) if (walk === undefined || !walk.isPassed(item)) visit(item, walk);
      return;
    }
    const object = value as JsonObject;
    const { drop, below } = variantOf(object);
    drop(object);
    for (const inner of below) {
      const next = inner.read(object);
      if (walk === undefined || !walk.isPassed(next)) inner.drop(next, walk);
    }
  };
  return visit;
};

/** Generates code that checks for the keys; usually none of them is present. */
const compileDrop = (keys: readonly string[]): ((object: JsonObject) => void) => {
  if (keys.length === 0) return () => undefined;
  const drop = (object: JsonObject): void => {
    for (const key of keys) if (Object.hasOwn(object, key)) delete object[key];
  };
  if (keys.some((key) => key in Object.prototype)) return drop;
  try {
    const tests = keys.map((key) => `o[${JSON.stringify(key)}] !== undefined`).join(" || ");
    return new Function("drop", `"use strict"; return (o) => { if (${tests}) drop(o); };`)(drop) as (
      object: JsonObject,
    ) => void;
  } catch (error) {
    // The runtime forbids generated code (`--disallow-code-generation-from-strings`).
    if (error instanceof EvalError) return drop;
    throw error;
  }
};
