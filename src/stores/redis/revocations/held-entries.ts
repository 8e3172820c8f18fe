import { levelOf, nameOf, type Revocation } from "../../../domain/revocation.js";

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
