import type { UnixSeconds } from "../domain/time.js";

/** A signed assertion, used until half its life is over, so that a receiver always has the other half. */
export interface SignedAssertion {
  readonly token: string;
  /** What signed it: a key that is replaced or retired takes its signatures with it. */
  readonly key: object;
  readonly reuseUntil: UnixSeconds;
}

/** May this signature be used now, by the holder of this key? */
export const isReusable = (
  signed: SignedAssertion | undefined,
  key: object,
  now: UnixSeconds,
): signed is SignedAssertion => signed !== undefined && signed.key === key && now < signed.reuseUntil;

/**
 * Bounded memory of signed assertions by digest of their claims. Two generations, as old as they are full: what is
 * used survives, what is not disappears after the next turn.
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
