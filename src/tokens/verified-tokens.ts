import { hash } from "node:crypto";
import type { Accepted } from "./judgement.js";

/**
 * Digest of a token: the cache never holds the token itself. Encoded as 32 characters of one byte each, the fastest
 * encoding: the digest is most of the cost of a cached token.
 */
export const tokenDigest = (token: string): string => hash("sha256", token, "binary");

/**
 * Bounded cache of verified tokens, by digest. It has two generations: when the young one is full it replaces the old
 * one, and an entry of the old one that is used moves to the young one. Cheaper than an LRU list, and as bounded.
 */
export class VerifiedTokens {
  private young = new Map<string, Accepted>();
  private old = new Map<string, Accepted>();

  /** @param capacity - the maximum number of entries, both generations together */
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
