import type { Revocation } from "../../domain/revocation.js";

/** What a stream read anew says of each thing revoked. */
export interface HeldEntries {
  hold(entry: Revocation): void;
  /** Does the stream say as much as this entry? */
  sayAsMuch(entry: Revocation): boolean;
}

export function createHeldEntries(): HeldEntries {
  const held = new Map<string, Revocation>();
  return {
    hold: (entry) => void held.set(nameOf(entry), entry),
    sayAsMuch(entry) {
      const known = held.get(nameOf(entry));
      return known !== undefined && known.until >= entry.until && levelOf(known) >= levelOf(entry);
    },
  };
}

/** What an entry is about, without how far it goes. */
function nameOf(entry: Revocation): string {
  const { kind } = entry;
  switch (kind) {
    case "session":
      return JSON.stringify([kind, entry.tenant, entry.sessionId]);
    case "user":
      return JSON.stringify([kind, entry.tenant, entry.subject]);
    case "token":
      return JSON.stringify([kind, entry.issuer, entry.tokenId]);
    case "subject":
      return JSON.stringify([kind, entry.issuer, entry.subject]);
    case "outsideSession":
      return JSON.stringify([kind, entry.issuer, entry.sessionId]);
    case "tenant":
      return JSON.stringify([kind, entry.tenant]);
    case "global":
      return kind;
    default:
      return kind satisfies never;
  }
}

/** An epoch or a not-before; other entries have none. */
const levelOf = (entry: Revocation): number =>
  entry.kind === "user" ? entry.epoch : "notBefore" in entry ? entry.notBefore : 0;
