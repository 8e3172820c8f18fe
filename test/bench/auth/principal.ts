import { clientId, DEFAULT_TENANT, sessionId } from "../../../src/domain/brand.js";
import type { Authenticated } from "../../../src/domain/principal.js";

/** A signed-in caller with these scopes, who proved who they are just now. */
export const principalWith = (scopes: readonly string[], now: number): Authenticated => ({
  kind: "user",
  issuer: "https://login.bench.example",
  subject: "caller",
  tenant: DEFAULT_TENANT,
  sessionId: sessionId("session"),
  clientId: clientId("bench"),
  scopes: new Set(scopes),
  authTime: now,
  amr: [],
  issuedAt: now,
  expiresAt: now + 3600,
  tokenId: "token",
  claims: {},
});
