import { levelOf, nameOf, type Revocation } from "../../../domain/revocation.js";

/** The entries of a stream that was read again from its beginning, merged by target. */
export interface HeldEntries {
  hold(entry: Revocation): void;
  /** Does the stream have this entry, or one that revokes at least as much? */
  cover(entry: Revocation): boolean;
}

export function createHeldEntries(): HeldEntries {
  const held = new Map<string, Revocation>();
  return {
    hold: (entry) => void held.set(nameOf(entry), entry),
    cover(entry) {
      const known = held.get(nameOf(entry));
      return known !== undefined && known.until >= entry.until && levelOf(known) >= levelOf(entry);
    },
  };
}
