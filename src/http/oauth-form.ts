import type { IncomingMessage } from "node:http";
import type { Answer } from "./answer.js";
import { readBody } from "./body.js";
import { readForm } from "./form.js";
import { refusal } from "./oauth-refusal.js";

/** A form with one token; nothing honest is larger. */
const MAX_BODY_BYTES = 16_384;

/**
 * The form of a request to an OAuth endpoint for public clients, or the refusal (RFC 6749 §3.2, §5.2).
 *
 * A client that authenticates is refused, since nothing here would check it. A bearer token in `Authorization` is no
 * authentication of a client: interceptors put it on every request, and it is not looked at.
 */
export async function readOAuthForm(request: IncomingMessage): Promise<ReadonlyMap<string, string> | Answer> {
  const type = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    return { ...refusal(415, "invalid_request", "the body must be a form"), close: true };
  }
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body.kind === "tooLarge") {
    return { ...refusal(413, "invalid_request", "the body is too large"), close: true };
  }
  const form = body.kind === "text" ? readForm(body.text) : undefined;
  if (form === undefined)
    return refusal(400, "invalid_request", "the body is no form, or repeats a parameter");
  const { authorization } = request.headers;
  const authenticates = authorization !== undefined && !/^Bearer(?: |$)/i.test(authorization);
  if (authenticates || form.has("client_secret") || form.has("client_assertion")) {
    return refusal(401, "invalid_client", "only public clients are served here");
  }
  return form;
}
