import { type JsonObject, type JsonValue, own } from "./json.js";

export type Read = (object: JsonObject) => JsonValue | undefined;
export type Write = (object: JsonObject, value: JsonValue) => void;

/**
 * Reads one fixed key. Each reader is a function of its own, so that V8 remembers the shapes it meets at this one
 * place; a loop over keys with `object[key]` looks every key up by hash.
 */
export const compileRead = (key: string): Read =>
  generated<Read>("o", `return o[${JSON.stringify(key)}];`, key) ?? ((object) => own(object, key));

/** Writes one fixed key; see {@link compileRead}. */
export const compileWrite = (key: string): Write =>
  generated<Write>("o, v", `o[${JSON.stringify(key)}] = v;`, key) ??
  ((object, value) => {
    object[key] = value;
  });

const generated = <Code>(parameters: string, body: string, key: string): Code | undefined => {
  // What an object inherits is not data: those keys are read with `own`.
  if (key in Object.prototype) return undefined;
  try {
    return new Function(parameters, body) as Code;
  } catch (error) {
    // The runtime forbids generated code (`--disallow-code-generation-from-strings`).
    if (error instanceof EvalError) return undefined;
    throw error;
  }
};
