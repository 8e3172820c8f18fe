import type { JsonValue } from "../json.js";
import type { SharedObjects } from "./shared-objects.js";

/** Generated code: completes one value. */
export type Complete = (value: JsonValue | undefined, shared: SharedTexts | undefined) => JsonValue;

/** The texts of shared objects that one request has written. */
export class SharedTexts {
  readonly #shared: SharedObjects;
  readonly #texts = new Map<JsonValue, { readonly write: Complete; readonly text: JsonValue }>();

  constructor(shared: SharedObjects) {
    this.#shared = shared;
  }

  has(value: object): boolean {
    return this.#shared.has(value);
  }

  /** An object under two selections has two texts. The second is rare, so it is not cached. */
  once(value: JsonValue, write: Complete): JsonValue {
    const known = this.#texts.get(value);
    if (known?.write === write) return known.text;
    const text = write(value, this);
    if (known === undefined) this.#texts.set(value, { write, text });
    return text;
  }
}
