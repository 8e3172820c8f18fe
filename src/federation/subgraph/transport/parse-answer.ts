import { isAscii } from "node:buffer";
import { isJsonObject } from "../../result/json.js";
import type { Repetition } from "../../result/sharing/repetition.js";
import type { SubgraphAnswer, ToldError } from "../../result/subgraph-answer.js";

/**
 * Reads a subgraph's body. Anything but `{ data?, errors? }` with the right shapes is "unavailable": an HTML page
 * or half a document says nothing about the fields asked for.
 *
 * @param repetition - present where equal objects of the answer may be one object
 */
export const parseAnswer = (
  status: number,
  bytes: Buffer,
  repetition?: Pick<Repetition, "parse">,
): SubgraphAnswer => {
  const repetitive = repetition?.parse(bytes);
  let body: unknown;
  try {
    body = repetitive === undefined ? JSON.parse(textOf(bytes)) : repetitive.value;
  } catch {
    return { kind: "unavailable", reason: `status ${status} with a body that is not JSON` };
  }
  if (!isJsonObject(body)) {
    return { kind: "unavailable", reason: `status ${status} with JSON that is not an object` };
  }
  const data: unknown = Object.hasOwn(body, "data") ? body["data"] : undefined;
  const errors: unknown = Object.hasOwn(body, "errors") ? body["errors"] : undefined;
  // `null` for no errors is against the letter, and common.
  if (errors !== undefined && errors !== null && !Array.isArray(errors)) {
    return { kind: "unavailable", reason: `status ${status} with errors that are not a list` };
  }
  const told = Array.isArray(errors) ? errors.map(toldError) : [];
  // An error stands at one place, however equal the others look.
  if (told.length > 0 && repetitive !== undefined) return parseAnswer(status, bytes);
  if (data === undefined && told.length === 0) {
    return { kind: "unavailable", reason: `status ${status} with neither data nor errors` };
  }
  if (data !== undefined && data !== null && !isJsonObject(data)) {
    return { kind: "unavailable", reason: `status ${status} with data that is not an object` };
  }
  return { kind: "answered", data, errors: told, bytes: bytes.length, repeats: repetitive };
};

/** JSON is UTF-8 (RFC 8259 §8.1); most of it is ASCII, which needs no decoding. */
const textOf = (bytes: Buffer): string => bytes.toString(isAscii(bytes) ? "latin1" : "utf8");

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
