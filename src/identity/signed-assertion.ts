import type { UnixSeconds } from "../domain/time.js";

/** A signed assertion. It is reused for the first half of its life, so that a receiver always has the other half. */
export interface SignedAssertion {
  readonly token: string;
  /** The key that signed it. Assertions of a replaced or retired key are not reused. */
  readonly key: object;
  readonly reuseUntil: UnixSeconds;
}

/** May this assertion be reused now, with this signing key? */
export const isReusable = (
  signed: SignedAssertion | undefined,
  key: object,
  now: UnixSeconds,
): signed is SignedAssertion => signed !== undefined && signed.key === key && now < signed.reuseUntil;
