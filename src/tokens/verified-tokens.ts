import { hash } from "node:crypto";
import type { Accepted } from "./judgement.js";

/**
 * Digest of a token: the cache never holds one. Written as 32 characters of one byte each, the spelling that costs
 * least to make: most of what a remembered token costs is this digest.
 */
export const tokenDigest = (token: string): string => hash("sha256", token, "binary");

/**
 * Bounded memory of judged tokens, keyed by digest. Two generations: when the young one is full it becomes the old
 * one, and what was used meanwhile moves up. Cheaper than a list of uses, and as bounded.
 */
export class VerifiedTokens {
  private young = new Map<string, Accepted>();
  private old = new Map<string, Accepted>();

  /** @param capacity - most entries held, both generations together */
  constructor(private readonly capacity: number) {}

  get(digest: string): Accepted | undefined {
    const found = this.young.get(digest);
    if (found !== undefined) return found;
    const aged = this.old.get(digest);
    if (aged !== undefined) this.set(digest, aged);
    return aged;
  }

  set(digest: string, accepted: Accepted): void {
    if (this.young.size >= this.capacity / 2) {
      this.old = this.young;
      this.young = new Map();
    }
    this.young.set(digest, accepted);
  }

  delete(digest: string): void {
    this.young.delete(digest);
    this.old.delete(digest);
  }
}
