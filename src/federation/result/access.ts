import { type JsonObject, type JsonValue, own } from "./json.js";

export type Read = (object: JsonObject) => JsonValue | undefined;

/**
 * Reads one fixed key. Each reader is a function of its own, so that V8 remembers the shapes it meets at this one
 * place; a loop over keys with `object[key]` looks every key up by hash.
 */
export const compileRead = (key: string): Read => {
  const read: Read = (object) => own(object, key);
  // What an object inherits is not data.
  if (key in Object.prototype) return read;
  try {
    return new Function("o", `return o[${JSON.stringify(key)}];`) as Read;
  } catch (error) {
    // The runtime forbids generated code (`--disallow-code-generation-from-strings`).
    if (error instanceof EvalError) return read;
    throw error;
  }
};
