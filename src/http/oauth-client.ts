import type { IncomingMessage } from "node:http";
import { JWT_BEARER, type PresentedClient, readBasic } from "../client-auth/presented.js";
import { clientId } from "../domain/brand.js";
import { authorizationValues } from "./authorization-header.js";

/** HTTP interceptors add the user's token to every request; it does not authenticate a client. */
const USER_TOKEN = /^(?:Bearer|DPoP)(?: |$)/i;

/**
 * How a request says which client it comes from (RFC 6749 §2.3). More than one method is refused, and so is a secret in
 * the form: `client_secret_post` is not supported.
 */
export function presentedClient(
  request: IncomingMessage,
  form: ReadonlyMap<string, string>,
): PresentedClient {
  const named = form.get("client_id");
  const id = named === undefined ? {} : { clientId: clientId(named) };
  const unusable = (reason: string): PresentedClient => ({ kind: "unusable", reason, ...id });
  const [authorization, ...more] = authorizationValues(request).filter((value) => !USER_TOKEN.test(value));
  if (more.length > 0) return unusable("more than one Authorization header");
  if (form.has("client_secret")) return unusable("the secret is in the body (client_secret_post)");
  const assertion = form.get("client_assertion");
  if (assertion !== undefined || form.has("client_assertion_type")) {
    if (authorization !== undefined) return unusable("two methods of client authentication");
    if (assertion === undefined || form.get("client_assertion_type") !== JWT_BEARER)
      return unusable("client_assertion_type is not jwt-bearer, or the assertion is missing");
    return { kind: "private_key_jwt", assertion, ...id };
  }
  if (authorization === undefined) return { kind: "none", ...id };
  const basic = readBasic(authorization);
  if (basic === undefined) return unusable("Authorization is not an id and a secret as Basic");
  if (named !== undefined && named !== basic.clientId)
    return unusable("client_id is another client than that of Authorization");
  return { kind: "client_secret_basic", ...basic };
}
