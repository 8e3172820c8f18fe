/** A bounded map that removes the least recently used entry. */
export interface Lru<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  /** @returns whether it was there */
  delete(key: Key): boolean;
  readonly size: number;
}

/** @param limit - maximum number of entries, at least 1 */
export const createLru = <Key, Value>(limit: number): Lru<Key, Value> => {
  // A Map iterates in insertion order, so its first key is the least recently used.
  const entries = new Map<Key, Value>();
  return {
    get(key) {
      const value = entries.get(key);
      if (value === undefined) return undefined;
      if (entries.size * 2 > limit) {
        entries.delete(key);
        entries.set(key, value);
      }
      return value;
    },
    set(key, value) {
      entries.delete(key);
      entries.set(key, value);
      if (entries.size > limit) {
        const oldest = entries.keys().next();
        if (oldest.done !== true) entries.delete(oldest.value);
      }
    },
    delete: (key) => entries.delete(key),
    get size() {
      return entries.size;
    },
  };
};
