import type { KeyId } from "../domain/brand.js";
import type { UnixSeconds } from "../domain/time.js";
import type { SigningAlgorithm } from "./algorithms.js";

/**
 * A private signing key as it rests in a key file: a JWK (RFC 7517) with our two members for its time of service.
 * Never logged, never sent.
 */
export interface KeyRecord {
  readonly kid: KeyId;
  readonly algorithm: SigningAlgorithm;
  /** Signs from then on, if no other key started later. 0: since ever. In the future: published, not yet used. */
  readonly activeFrom: UnixSeconds;
  /** Nothing it signed is believed from then on, whatever its age: the emergency brake. */
  readonly retiredAt?: UnixSeconds;
  /** The JWK with its private members. */
  readonly privateJwk: Readonly<Record<string, unknown>>;
}
