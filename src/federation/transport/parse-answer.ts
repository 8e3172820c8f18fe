import { isJsonObject } from "../execute/json.js";
import type { SubgraphAnswer, ToldError } from "../execute/state.js";

/**
 * Reads a subgraph's body. Anything but `{ data?, errors? }` with the right shapes is "unavailable": an HTML page
 * or half a document says nothing about the fields asked for.
 */
export const parseAnswer = (status: number, text: string): SubgraphAnswer => {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return { kind: "unavailable", reason: `status ${status} with a body that is not JSON` };
  }
  if (!isJsonObject(body)) {
    return { kind: "unavailable", reason: `status ${status} with JSON that is not an object` };
  }
  const data: unknown = Object.hasOwn(body, "data") ? body["data"] : undefined;
  const errors: unknown = Object.hasOwn(body, "errors") ? body["errors"] : undefined;
  const told = Array.isArray(errors) ? errors.map(toldError) : [];
  if (data === undefined && told.length === 0) {
    return { kind: "unavailable", reason: `status ${status} with neither data nor errors` };
  }
  if (data !== undefined && data !== null && !isJsonObject(data)) {
    return { kind: "unavailable", reason: `status ${status} with data that is not an object` };
  }
  return { kind: "answered", data, errors: told };
};

const toldError = (error: unknown): ToldError => {
  if (!isJsonObject(error)) return { message: "", path: undefined, extensions: undefined };
  const path: unknown = error["path"];
  const isPath = Array.isArray(path) && path.every((key) => typeof key === "string" || Number.isInteger(key));
  return {
    message: typeof error["message"] === "string" ? error["message"] : "",
    path: isPath ? (path as (string | number)[]) : undefined,
    extensions: isJsonObject(error["extensions"]) ? error["extensions"] : undefined,
  };
};
