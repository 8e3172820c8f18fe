import { userId } from "../../domain/brand.js";
import type { Revocation } from "../../domain/revocation.js";
import { sessionAddress } from "../../domain/session.js";
import type { Seconds } from "../../domain/time.js";
import type { Argument } from "./client.js";
import { tenantField } from "./codec.js";
import { type Keys, ownerOf } from "./keys.js";

/** The partition whose stream carries the entry; `undefined` for what no partition's stream carries. */
export function partitionOfEntry(entry: Revocation): number | undefined {
  if (entry.kind === "session") return sessionAddress(entry.sessionId)?.partition;
  return entry.kind === "user" ? ownerOf(entry.tenant, userId(entry.subject)).partition : undefined;
}

/** Keys and arguments of the script that makes the store take a revocation it has lost. */
export function resubmission(
  entry: Revocation,
  keys: Keys,
  horizonSeconds: Seconds,
): { readonly keys: readonly string[]; readonly args: readonly Argument[] } | undefined {
  const target = (partition: number) => [keys.channel, partition, horizonSeconds * 1000];
  if (entry.kind === "session") {
    const address = sessionAddress(entry.sessionId);
    if (address === undefined) return undefined;
    return {
      keys: [keys.session(address), keys.side(address), keys.stream(address.partition)],
      args: [
        "s",
        tenantField(entry.tenant),
        entry.sessionId,
        "",
        entry.until,
        0,
        ...target(address.partition),
      ],
    };
  }
  if (entry.kind !== "user") return undefined;
  const owner = ownerOf(entry.tenant, userId(entry.subject));
  return {
    keys: [keys.user(owner), keys.index(owner), keys.stream(owner.partition)],
    args: [
      "u",
      tenantField(entry.tenant),
      entry.subject,
      entry.epoch,
      entry.until,
      0,
      ...target(owner.partition),
    ],
  };
}
