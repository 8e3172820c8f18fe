/** The result of `JSON.parse`. Keys are data: read them with `own`, never through the prototype. */
export type JsonValue = string | number | boolean | null | JsonObject | readonly JsonValue[];
export interface JsonObject {
  [key: string]: JsonValue | undefined;
}

export const isJsonObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** An own property, or `undefined`: `own(o, "constructor")` finds data or nothing. */
export const own = (object: JsonObject, key: string): JsonValue | undefined =>
  Object.hasOwn(object, key) ? object[key] : undefined;

/** A deep copy, so that two places of the result tree never share what a later fetch may write to. */
export const copyJson = (value: JsonValue): JsonValue =>
  // Through text, which keeps a key named `__proto__`.
  typeof value === "object" && value !== null ? (JSON.parse(JSON.stringify(value)) as JsonValue) : value;
