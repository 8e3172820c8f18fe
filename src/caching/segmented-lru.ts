/** A bounded store. Neither one document nor many one-time requests can evict the plans of other documents. */
export interface PlanStore<Value> {
  get(key: string): Value | undefined;
  /** @param group - what shares the bound on one document's entries */
  set(key: string, group: string, value: Value): void;
  readonly size: number;
}

export interface PlanStoreLimits {
  /** Maximum number of entries, at least 1. */
  readonly entries: number;
  /** Maximum number of entries per group, at least 1. */
  readonly perGroup: number;
}

interface Entry<Value> {
  readonly key: string;
  readonly group: string;
  readonly value: Value;
  /** Requested again since it was added. */
  isProven: boolean;
  previous: Entry<Value> | undefined;
  next: Entry<Value> | undefined;
  lastUse: number;
}

/** The share of the store for entries that were requested at least twice. */
const PROVEN_SHARE = 0.8;

/**
 * A segmented LRU. Entries that were requested only once are on probation and are removed first, so many one-time
 * operations do not evict entries that were requested twice. A group beyond its bound loses its own entries.
 */
export const createPlanStore = <Value>(limits: PlanStoreLimits): PlanStore<Value> => {
  const entries = new Map<string, Entry<Value>>();
  const groups = new Map<string, Set<Entry<Value>>>();
  const trial = createQueue<Value>();
  const proven = createQueue<Value>();
  const provenLimit = Math.floor(limits.entries * PROVEN_SHARE);
  let uses = 0;

  const remove = (entry: Entry<Value>): void => {
    entries.delete(entry.key);
    (entry.isProven ? proven : trial).remove(entry);
    const members = groups.get(entry.group);
    members?.delete(entry);
    if (members?.size === 0) groups.delete(entry.group);
  };

  const promote = (entry: Entry<Value>): void => {
    trial.remove(entry);
    entry.isProven = true;
    proven.add(entry);
    if (proven.size <= provenLimit) return;
    const demoted = proven.oldest;
    if (demoted === undefined) return;
    proven.remove(demoted);
    demoted.isProven = false;
    trial.add(demoted);
  };

  return {
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      uses += 1;
      entry.lastUse = uses;
      if (!entry.isProven) promote(entry);
      else if (proven.newest !== entry) {
        proven.remove(entry);
        proven.add(entry);
      }
      return entry.value;
    },
    set(key, group, value) {
      const known = entries.get(key);
      if (known !== undefined) remove(known);
      const members = groups.get(group) ?? new Set();
      if (members.size >= limits.perGroup) remove(weakestOf(members));
      uses += 1;
      const entry: Entry<Value> = {
        key,
        group,
        value,
        isProven: false,
        previous: undefined,
        next: undefined,
        lastUse: uses,
      };
      entries.set(key, entry);
      groups.set(group, members.add(entry));
      trial.add(entry);
      if (entries.size <= limits.entries) return;
      const oldest = trial.oldest;
      if (oldest !== undefined) remove(oldest);
    },
    get size() {
      return entries.size;
    },
  };
};

/** Removes entries on probation first, then the least recently used. A group is small enough for a linear search. */
const weakestOf = <Value>(members: ReadonlySet<Entry<Value>>): Entry<Value> =>
  [...members].reduce((weakest, one) =>
    Number(one.isProven) - Number(weakest.isProven) < 0 ||
    (one.isProven === weakest.isProven && one.lastUse < weakest.lastUse)
      ? one
      : weakest,
  );

/** A linked list, so that a use costs no look-up. */
const createQueue = <Value>() => {
  let oldest: Entry<Value> | undefined;
  let newest: Entry<Value> | undefined;
  let size = 0;
  return {
    add(entry: Entry<Value>): void {
      entry.previous = newest;
      entry.next = undefined;
      if (newest === undefined) oldest = entry;
      else newest.next = entry;
      newest = entry;
      size += 1;
    },
    remove(entry: Entry<Value>): void {
      if (entry.previous === undefined) oldest = entry.next;
      else entry.previous.next = entry.next;
      if (entry.next === undefined) newest = entry.previous;
      else entry.next.previous = entry.previous;
      entry.previous = undefined;
      entry.next = undefined;
      size -= 1;
    },
    get oldest() {
      return oldest;
    },
    get newest() {
      return newest;
    },
    get size() {
      return size;
    },
  };
};
