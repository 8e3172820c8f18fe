import { hash } from "node:crypto";

/**
 * Digest of a token: the cache never holds the token itself. Encoded as 32 characters of one byte each, the fastest
 * encoding: the digest is most of the cost of a cached token.
 */
export const tokenDigest = (token: string): string => hash("sha256", token, "binary");
