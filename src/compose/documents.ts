import { type Clock, nowSeconds } from "../domain/time.js";
import type { IssuerDocuments } from "../http/well-known.js";
import { jwksDocument } from "../tokens/jwks.js";
import type { KeyRing } from "../tokens/key-ring.js";
import {
  algorithmsOf,
  authorizationServerMetadata,
  type MetadataOptions,
  openidConfiguration,
} from "../tokens/metadata.js";

/**
 * The public documents of an issuer, built anew for each request because keys change.
 *
 * @param endpoints - the OAuth endpoints that it offers; absent for the identity issuer, which has none
 * @param proofAlgorithms - the algorithms of DPoP proofs; absent when no client uses them
 * @param scopes - to list as supported; absent: none are listed
 */
export function issuerDocuments(
  issuer: string,
  ring: KeyRing,
  clock: Clock,
  endpoints?: MetadataOptions["endpoints"],
  proofAlgorithms?: MetadataOptions["proofAlgorithms"],
  scopes?: MetadataOptions["scopes"],
): IssuerDocuments {
  const metadata = () => ({
    issuer,
    algorithms: algorithmsOf(ring, nowSeconds(clock)),
    ...(endpoints === undefined ? {} : { endpoints }),
    proofAlgorithms,
    ...(scopes === undefined ? {} : { scopes }),
  });
  return {
    jwks: () => jwksDocument(ring, nowSeconds(clock)),
    openidConfiguration: () => openidConfiguration(metadata()),
    authorizationServer: () => authorizationServerMetadata(metadata()),
  };
}
