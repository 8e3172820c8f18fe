import type { KeyId } from "../domain/brand.js";
import type { UnixSeconds } from "../domain/time.js";
import type { SigningAlgorithm } from "./algorithms.js";

/**
 * A private signing key as a key file holds it: a JWK (RFC 7517) with two members of our own, for when it is used.
 * Never logged, never sent.
 */
export interface KeyRecord {
  readonly kid: KeyId;
  readonly algorithm: SigningAlgorithm;
  /** Signs from this time on, until another key starts. 0: always. A time in the future: published, not yet used. */
  readonly activeFrom: UnixSeconds;
  /** From this time on everything it signed is refused, for use in an emergency. */
  readonly retiredAt?: UnixSeconds;
  /** The JWK with its private members. */
  readonly privateJwk: Readonly<Record<string, unknown>>;
}
