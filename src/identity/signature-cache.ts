import type { UnixSeconds } from "../domain/time.js";

/** A signed assertion, used until half its life is over, so that a receiver always has the other half. */
export interface SignedAssertion {
  readonly token: string;
  readonly reuseUntil: UnixSeconds;
}

/**
 * Bounded memory of signed assertions by digest of their claims. Two generations, as old as they are full: what is
 * used survives, what is not disappears after the next turn.
 */
export class SignatureCache {
  private young = new Map<string, SignedAssertion>();
  private old = new Map<string, SignedAssertion>();

  constructor(private readonly capacity: number) {}

  get(digest: string, now: UnixSeconds): SignedAssertion | undefined {
    const found = this.young.get(digest) ?? this.old.get(digest);
    return found !== undefined && now < found.reuseUntil ? found : undefined;
  }

  set(digest: string, signed: SignedAssertion): void {
    if (this.young.size >= this.capacity / 2) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(digest, signed);
  }
}
