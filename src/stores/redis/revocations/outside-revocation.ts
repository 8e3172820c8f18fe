import { createHash } from "node:crypto";
import type { OutsideRevocation } from "../../../domain/revocation.js";
import { PARTITIONS } from "../../../domain/session.js";
import type { Argument } from "../connection/client.js";

/** The partition whose stream has the revocations of an outside issuer. Its tokens belong to no partition. */
export const partitionOfIssuer = (issuer: string): number =>
  createHash("sha256").update(issuer).digest().readUInt8(0) % PARTITIONS;

/** Kind, issuer, name, level and end of an entry, as arguments of the script. */
export function outsideFields(entry: OutsideRevocation): readonly Argument[] {
  switch (entry.kind) {
    case "subject":
      return ["o", entry.issuer, entry.subject, entry.notBefore, entry.until];
    case "outsideSession":
      return ["d", entry.issuer, entry.sessionId, "", entry.until];
    case "token":
      return ["j", entry.issuer, entry.tokenId, "", entry.until];
    default:
      return entry satisfies never;
  }
}
