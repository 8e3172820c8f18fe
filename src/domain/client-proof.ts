import type { ClientId } from "./brand.js";
import { AuthError } from "./errors.js";

/** What a request proved about its client. Requests of public clients prove nothing and have none. */
export type ClientProof =
  | { readonly kind: "authenticated"; readonly clientId: ClientId }
  /** It tried to prove a client and failed: it may act for no client at all. */
  | { readonly kind: "refused" };

/**
 * May a request act for a session of this client? A client that must authenticate is served to itself alone, and a
 * request that proved one client serves no other (RFC 6749 §6).
 */
export function mayActFor(
  proof: ClientProof | undefined,
  client: { readonly id: ClientId; readonly isConfidential: boolean },
): boolean {
  if (proof === undefined) return !client.isConfidential;
  return proof.kind === "authenticated" && proof.clientId === client.id;
}

/**
 * The token belongs to a client that must authenticate, and the request did not prove that client. Nothing was changed.
 * At the GraphQL endpoint it looks like the token of a wrong client, at the OAuth endpoints it is `invalid_client`.
 */
export class ClientUnprovenError extends AuthError {
  constructor(id: ClientId) {
    super("INVALID_GRANT", `the client ${JSON.stringify(id)} must authenticate`);
  }
}
