import type { UnixSeconds } from "../domain/time.js";
import type { KeyRing } from "./key-ring.js";

/** A public key set document (RFC 7517 §5). */
export interface JwksDocument {
  readonly keys: readonly Readonly<Record<string, unknown>>[];
}

/** How long others may cache the key set. A new key must be published at least this long before it signs. */
export const JWKS_MAX_AGE_SECONDS = 300;

/** Key ring → public key set: next, active and retiring keys; never a private member. */
export const jwksDocument = (ring: KeyRing, nowSeconds: UnixSeconds): JwksDocument => ({
  keys: ring
    .describe(nowSeconds)
    .filter((key) => key.state !== "gone")
    .map((key) => key.publicJwk),
});
