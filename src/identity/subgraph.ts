/**
 * `cardea/subgraph`: verifies the identity of the caller in a subgraph. Its only dependency is jose.
 *
 * ```ts
 * const verifier = createIdentityVerifier({ issuer: "https://api.example.com/identity", audience: "orders" });
 * const identity = await verifier.verify(request.headers);
 * requireScopes(identity, "orders:read");
 * ```
 */
export { apolloContext, expressMiddleware, fastifyHook, yogaPlugin } from "./adapters.js";
export { createTestGateway, devIdentity, type TestGateway, type TestUser } from "./dev.js";
export {
  type AnonymousIdentity,
  type Identity,
  IdentityError,
  type IdentityErrorCode,
  requireFresh,
  requireScopes,
  requireUser,
  type UserIdentity,
} from "./identity.js";
export type { InboundHeaders } from "./inbound-headers.js";
export { createIdentityVerifier, type IdentityVerifier, type IdentityVerifierOptions } from "./verify.js";
