import { userId } from "../../../domain/brand.js";
import { DEFAULT_SESSION_POLICY } from "../../../domain/policy.js";
import type { Revocation } from "../../../domain/revocation.js";
import { sessionAddress } from "../../../domain/session.js";
import type { Seconds } from "../../../domain/time.js";
import type { Argument } from "../connection/client.js";
import { type Keys, ownerOf } from "../keys.js";
import { SCRIPTS, type Script } from "../scripts/scripts.js";
import { tenantField } from "../sessions/codec.js";
import { outsideFields, partitionOfIssuer } from "./outside-revocation.js";

/**
 * A not-before must be kept as long as the longest session. The log does not know that length, so this is an upper
 * limit.
 */
export const MAX_SESSION_SECONDS: Seconds = 12 * DEFAULT_SESSION_POLICY.absoluteSeconds;

/** Does the entry belong to the stream of this partition? Not-befores are in every stream. */
export function concernsPartition(entry: Revocation, partition: number): boolean {
  switch (entry.kind) {
    case "session":
      return sessionAddress(entry.sessionId)?.partition === partition;
    case "user":
      return ownerOf(entry.tenant, userId(entry.subject)).partition === partition;
    case "signOut":
      return false;
    case "token":
    case "subject":
    case "outsideSession":
      return partitionOfIssuer(entry.issuer) === partition;
    case "tenant":
    case "global":
      return true;
    default:
      return entry satisfies never;
  }
}

export interface Resubmission {
  readonly script: Script;
  readonly keys: readonly string[];
  readonly args: readonly Argument[];
}

/** The script call that writes a lost revocation to the store again. */
export function resubmission(
  entry: Revocation,
  partition: number,
  keys: Keys,
  horizonSeconds: Seconds,
): Resubmission | undefined {
  const target = [keys.channel, partition, horizonSeconds * 1000];
  const stream = keys.stream(partition);
  switch (entry.kind) {
    case "session": {
      const address = sessionAddress(entry.sessionId);
      if (address === undefined) return undefined;
      return {
        script: SCRIPTS.resubmit,
        keys: [keys.session(address), stream, keys.side(address)],
        args: ["s", tenantField(entry.tenant), entry.sessionId, "", entry.until, horizonSeconds, ...target],
      };
    }
    case "user": {
      const owner = ownerOf(entry.tenant, userId(entry.subject));
      return {
        script: SCRIPTS.resubmit,
        keys: [keys.user(owner), stream],
        args: [
          "u",
          tenantField(entry.tenant),
          entry.subject,
          entry.epoch,
          entry.until,
          horizonSeconds,
          ...target,
        ],
      };
    }
    case "tenant":
    case "global": {
      const tenant = entry.kind === "global" ? "*" : tenantField(entry.tenant);
      return {
        script: SCRIPTS.notBefore,
        keys: [keys.notBefore(partition), stream],
        args: [tenant, entry.notBefore, entry.until, entry.until + MAX_SESSION_SECONDS, ...target],
      };
    }
    // Not in a store yet: the gateway that accepted it sends it there.
    case "signOut":
      return undefined;
    case "token":
    case "subject":
    case "outsideSession":
      return { script: SCRIPTS.revokeOutside, keys: [stream], args: [...outsideFields(entry), ...target] };
    default:
      return entry satisfies never;
  }
}
