import type { IncomingMessage } from "node:http";
import { readBody } from "./body.js";
import { readForm } from "./form.js";
import { type OAuthAnswer, refusal } from "./oauth-refusal.js";

/** A valid form holds a token and a client assertion, and is much smaller. */
const MAX_BODY_BYTES = 16_384;

/** Reads the form of a request to an OAuth endpoint, or returns the refusal (RFC 6749 §3.2, §5.2). */
export async function readOAuthForm(
  request: IncomingMessage,
): Promise<ReadonlyMap<string, string> | OAuthAnswer> {
  const type = (request.headers["content-type"] ?? "").split(";", 1)[0]?.trim().toLowerCase();
  if (type !== "application/x-www-form-urlencoded") {
    return {
      ...refusal(
        415,
        "invalid_request",
        "unsupported content-type, allowed: application/x-www-form-urlencoded",
      ),
      close: true,
    };
  }
  const body = await readBody(request, MAX_BODY_BYTES);
  if (body.kind === "tooLarge") {
    return {
      ...refusal(413, "invalid_request", `the body is too large, allowed: ${MAX_BODY_BYTES} bytes`),
      close: true,
    };
  }
  const form = body.kind === "text" ? readForm(body.text) : undefined;
  return form ?? refusal(400, "invalid_request", "the body is not a valid form, or a parameter is repeated");
}
