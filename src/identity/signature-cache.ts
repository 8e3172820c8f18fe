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

/**
 * Bounded cache of signed assertions, by the digest of their claims. It has two generations: when the young one is full
 * it replaces the old one, and entries that were not set again are dropped.
 */
export class SignatureCache {
  private young = new Map<string, SignedAssertion>();
  private old = new Map<string, SignedAssertion>();

  constructor(private readonly capacity: number) {}

  get(digest: string): SignedAssertion | undefined {
    return this.young.get(digest) ?? this.old.get(digest);
  }

  set(digest: string, signed: SignedAssertion): void {
    if (this.young.size >= this.capacity / 2) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(digest, signed);
  }
}
