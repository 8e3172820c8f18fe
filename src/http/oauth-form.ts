import type { IncomingMessage } from "node:http";
import type { Answer } from "./answer.js";
import { readBody } from "./body.js";
import { readForm } from "./form.js";
import { refusal } from "./oauth-refusal.js";

/** A valid form holds one token and is much smaller. */
const MAX_BODY_BYTES = 16_384;

/**
 * Reads the form of a request to an OAuth endpoint for public clients, or returns the refusal (RFC 6749 §3.2, §5.2).
 *
 * A client that authenticates is refused, since we would not check its credentials. An access token in `Authorization`
 * does not authenticate a client: HTTP interceptors add it to every request, so it is ignored.
 */
export async function readOAuthForm(request: IncomingMessage): Promise<ReadonlyMap<string, string> | Answer> {
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
  if (form === undefined)
    return refusal(400, "invalid_request", "the body is not a valid form, or a parameter is repeated");
  const { authorization } = request.headers;
  const authenticates = authorization !== undefined && !/^(?:Bearer|DPoP)(?: |$)/i.test(authorization);
  if (authenticates || form.has("client_secret") || form.has("client_assertion")) {
    return refusal(
      401,
      "invalid_client",
      "client authentication is not supported: only public clients may use this endpoint",
    );
  }
  return form;
}
