import type { ClientId } from "../domain/brand.js";
import { ClientUnprovenError, mayActFor } from "../domain/client-proof.js";
import type { ServiceContext } from "./context.js";
import type { RequestOrigin } from "./delivery.js";

/** The client that a request proved, if it did. */
export const provenClient = ({ client }: RequestOrigin): ClientId | undefined =>
  client?.kind === "authenticated" ? client.clientId : undefined;

/** May the request act for a session of this client? An unknown client counts as one that does not authenticate. */
export const mayActForClient = (
  { clients }: Pick<ServiceContext, "clients">,
  { client }: RequestOrigin,
  id: ClientId,
): boolean => mayActFor(client, { id, isConfidential: clients.get(id)?.isConfidential === true });

/** The refusal of a request that did not prove the client of a token, after it was reported. */
export function unproven(
  { emit, tenant }: Pick<ServiceContext, "emit" | "tenant">,
  id: ClientId,
  { address, client }: RequestOrigin,
): ClientUnprovenError {
  // A failed authentication has been reported already.
  if (client === undefined)
    emit({
      type: "client.refused",
      tenant,
      clientId: id,
      address,
      reason: "the client must authenticate",
      method: "none",
    });
  return new ClientUnprovenError(id);
}
