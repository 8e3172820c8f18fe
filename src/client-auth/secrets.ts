import { createHash, timingSafeEqual } from "node:crypto";

/** Is this the secret of a client? Takes equally long for every answer. */
export type SecretCheck = (presented: string) => boolean;

const digestOf = (secret: string): Buffer => createHash("sha256").update(secret, "utf8").digest();

/** At most two secrets, so that a client can change its secret without a refused request. */
const MAX_SECRETS = 2;

/**
 * Compares digests, in constant time: neither the length of a secret nor its first characters can be measured. Every
 * secret is compared, also after one has matched. Only digests are kept.
 */
export function createSecretCheck(secrets: readonly string[]): SecretCheck {
  const digests = secrets.map(digestOf);
  return (presented) => {
    const digest = digestOf(presented);
    let matches = 0;
    for (const known of digests) matches += timingSafeEqual(known, digest) ? 1 : 0;
    return matches > 0;
  };
}
