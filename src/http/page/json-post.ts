import type { Answer } from "../answer.js";
import { readBody } from "../body.js";
import { contentProblem } from "../content-problem.js";
import type { Exchange } from "../exchange.js";
import { parseJson } from "../parse-json.js";
import { refuse } from "./refuse.js";

type Fields = Readonly<Record<string, unknown>>;

export type PostedJson =
  | { readonly kind: "read"; readonly fields: Fields }
  | { readonly kind: "refused"; readonly answer: Answer };

/** Reads the JSON object of a POST. Nothing else is read: a page of another origin cannot send JSON without asking first. */
export const readJsonPost = async ({ request }: Exchange, maxBytes: number): Promise<PostedJson> => {
  const no = (status: number, message: string, close = false): PostedJson => ({
    kind: "refused",
    answer: { ...refuse(status, message), ...(close ? { close } : {}) },
  });
  const typeProblem = contentProblem(request);
  if (typeProblem !== undefined) return no(415, typeProblem, true);
  const body = await readBody(request, maxBytes);
  if (body.kind === "tooLarge") return no(413, `The body is too large. Allowed: ${maxBytes} bytes.`, true);
  if (body.kind === "gone") return no(400, "The request body ended before it was complete.", true);
  if (body.kind === "notText") return no(400, "The body is not UTF-8.");
  const parsed = parseJson(body.text);
  if (parsed.kind === "refused") return no(400, parsed.message);
  const { value } = parsed;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return no(400, "The body is not a JSON object.");
  return { kind: "read", fields: value as Fields }; // an object, by the line above
};
