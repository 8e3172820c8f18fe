import { isAscii } from "node:buffer";
import { isJsonObject } from "../../result/json.js";
import type { Repetition } from "../../result/sharing/repetition.js";
import type { SubgraphAnswer, SubgraphError } from "../../result/subgraph-answer.js";

/**
 * Parses a subgraph's response body. Anything but a valid `{ data?, errors? }` is "unavailable": an HTML page or a
 * truncated document contains no answer.
 *
 * @param repetition - present if equal objects of the answer may share one object
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
  // `errors: null` violates the specification but is common.
  if (errors !== undefined && errors !== null && !Array.isArray(errors)) {
    return { kind: "unavailable", reason: `status ${status} with errors that are not a list` };
  }
  const reported = Array.isArray(errors) ? errors.map(parseSubgraphError) : [];
  // An error belongs to one place only, so objects must not be shared.
  if (reported.length > 0 && repetitive !== undefined) return parseAnswer(status, bytes);
  if (data === undefined && reported.length === 0) {
    return { kind: "unavailable", reason: `status ${status} with neither data nor errors` };
  }
  if (data !== undefined && data !== null && !isJsonObject(data)) {
    return { kind: "unavailable", reason: `status ${status} with data that is not an object` };
  }
  return { kind: "answered", data, errors: reported, bytes: bytes.length, repeats: repetitive };
};

/** JSON is UTF-8 (RFC 8259 §8.1); most of it is ASCII, which needs no decoding. */
const textOf = (bytes: Buffer): string => bytes.toString(isAscii(bytes) ? "latin1" : "utf8");

const parseSubgraphError = (error: unknown): SubgraphError => {
  if (!isJsonObject(error)) return { message: "", path: undefined, extensions: undefined };
  const path: unknown = error["path"];
  const isPath = Array.isArray(path) && path.every((key) => typeof key === "string" || Number.isInteger(key));
  return {
    message: typeof error["message"] === "string" ? error["message"] : "",
    path: isPath ? (path as (string | number)[]) : undefined,
    extensions: isJsonObject(error["extensions"]) ? error["extensions"] : undefined,
  };
};
