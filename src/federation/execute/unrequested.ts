import type { TypeConditions } from "../../graphql/type-conditions.js";
import { compileRead, type Read } from "../result/access.js";
import type { JsonObject, JsonValue } from "../result/json.js";
import type { Walk } from "../result/sharing/shared-objects.js";
import { type Asked, isAskedOf } from "./asked.js";
import type { View } from "./readers.js";

/** Takes out of an answer what its fetch did not ask for and somebody else would read. */
export type DropUnasked = (answer: JsonValue | undefined, walk: Walk | undefined) => void;

/** What is taken out of objects of one runtime type, and where below them it goes on. */
interface Variant {
  readonly drop: (object: JsonObject) => void;
  readonly below: readonly { readonly read: Read; readonly drop: DropUnasked }[];
  /** Nothing is done. */
  readonly isIdle: boolean;
}

/**
 * A subgraph is believed about what it was asked, and about nothing else. The result tree holds its objects as they
 * came, so whatever else is in them could be read by a later fetch, or as the answer of another subgraph: exactly
 * that is taken out. Where nobody reads more than was asked nothing is walked.
 *
 * @param asked - what the fetch asks at this place
 * @param view - what all fetches and the client read there
 * @returns `undefined` when there is nothing to take out, here or below
 */
export const compileDropUnasked = (
  asked: readonly Asked[],
  view: View,
  types: TypeConditions,
): DropUnasked | undefined => new Compiler(types).at(asked, view, true);

/** The same for what stands below objects whose own keys are seen to already. */
export const compileDropBelow = (
  asked: readonly Asked[],
  view: View,
  types: TypeConditions,
): DropUnasked | undefined => new Compiler(types).at(asked, view, false);

const readTypeName = compileRead("__typename");

class Compiler {
  readonly #types: TypeConditions;

  constructor(types: TypeConditions) {
    this.#types = types;
  }

  at(asked: readonly Asked[], view: View, dropsHere: boolean): DropUnasked | undefined {
    const read = view.entries();
    const conditions = new Set([...asked, ...read].flatMap((one) => one.conditions.flat()));
    const inner = new Map<string, DropUnasked | undefined>();
    const variant = (isMine: (one: Asked) => boolean, isRead: (one: Asked) => boolean): Variant => {
      const mine = asked.filter(isMine);
      const keys = new Set(mine.map((one) => one.key));
      const unasked = new Set(read.filter(isRead).map((one) => one.key));
      for (const key of ["__typename", ...keys]) unasked.delete(key);
      const below: { read: Read; drop: DropUnasked }[] = [];
      for (const key of keys) {
        const same = mine.filter((one) => one.key === key);
        const id = `${key} ${same.map((one) => asked.indexOf(one)).join()}`;
        if (!inner.has(id)) {
          const asks = same.flatMap((one) => one.below());
          inner.set(id, this.at(asks, view.below(key), true));
        }
        const drop = inner.get(id);
        if (drop !== undefined) below.push({ read: compileRead(key), drop });
      }
      return {
        drop: compileDrop(dropsHere ? [...unasked] : []),
        below,
        isIdle: below.length === 0 && (unasked.size === 0 || !dropsHere),
      };
    };
    const always = () => true;
    // Whoever says nothing of the type could have said each of them.
    const nameless = variant(always, always);
    if (conditions.size === 0) return nameless.isIdle ? undefined : everywhere(() => nameless);
    const variants = new Map<string | undefined, Variant>([[undefined, nameless]]);
    const ofType = (typeName: string): Variant => {
      const holds = (one: Asked): boolean => isAskedOf(one, typeName, this.#types);
      // What is no object's type is yet to be established by somebody else: then everything may be read.
      return variant(holds, this.#types.isObjectType(typeName) ? holds : always);
    };
    for (const condition of conditions) {
      for (const typeName of this.#types.possible(condition)) {
        if (!variants.has(typeName) && (this.#types.isObjectType(typeName) || view.isContested))
          variants.set(typeName, ofType(typeName));
      }
    }
    const isPlain = (one: Asked): boolean => one.conditions.length === 0;
    const other = variant(isPlain, view.isContested ? always : isPlain);
    if (other.isIdle && [...variants.values()].every((one) => one.isIdle)) return undefined;
    return everywhere((object) => {
      const typeName = readTypeName(object);
      return variants.get(typeof typeName === "string" ? typeName : undefined) ?? other;
    });
  }
}

const everywhere = (variantOf: (object: JsonObject) => Variant): DropUnasked => {
  const visit: DropUnasked = (value, walk) => {
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

/** Looks for the keys as code of its own: in the usual case none of them is there. */
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
