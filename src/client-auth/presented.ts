import { type ClientId, clientId } from "../domain/brand.js";

/** How a request to an OAuth endpoint says which client it comes from, before anything is verified. */
export type PresentedClient =
  /** No authentication: a public client, with or without its `client_id`. */
  | { readonly kind: "none"; readonly clientId?: ClientId }
  /** RFC 6749 §2.3.1. */
  | { readonly kind: "client_secret_basic"; readonly clientId: ClientId; readonly secret: string }
  /** RFC 7523 §2.2. `clientId`: the `client_id` beside it, which is optional. */
  | { readonly kind: "private_key_jwt"; readonly assertion: string; readonly clientId?: ClientId }
  /** Two methods, one that no client may use, or a credential that cannot be read. */
  | { readonly kind: "unusable"; readonly reason: string; readonly clientId?: ClientId };

/** The only accepted `client_assertion_type` (RFC 7523 §2.2). */
export const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/** RFC 7235 §2.1: the name of a scheme has no case. */
const BASIC = /^basic +([A-Za-z0-9+/]+={0,2})$/i;

const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads `Authorization: Basic`. Id and secret are form-encoded before they are joined (RFC 6749 §2.3.1), so a `+` is a
 * space: a client that sends `+` or `%` unencoded does not authenticate.
 *
 * @returns undefined for a text that is not the one spelling of an id and a secret
 */
export function readBasic(
  authorization: string,
): { readonly clientId: ClientId; readonly secret: string } | undefined {
  const encoded = BASIC.exec(authorization)?.[1];
  if (encoded === undefined) return undefined;
  const bytes = Buffer.from(encoded, "base64");
  if (bytes.toString("base64") !== encoded) return undefined;
  try {
    const text = utf8.decode(bytes);
    const colon = text.indexOf(":");
    const id = formDecode(text.slice(0, Math.max(0, colon)));
    const secret = formDecode(text.slice(colon + 1));
    return colon === -1 || id === "" ? undefined : { clientId: clientId(id), secret };
  } catch {
    return undefined; // not UTF-8, or a broken percent-encoding
  }
}

const formDecode = (text: string): string => decodeURIComponent(text.replaceAll("+", " "));
