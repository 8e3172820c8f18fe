import { LOCAL_ISSUER, type Revocation } from "../domain/revocation.js";
import type { Clock, UnixSeconds } from "../domain/time.js";
import { nowSeconds } from "../domain/time.js";
import type { RevocableToken } from "../tokens/revocation-view.js";

interface Timed {
  readonly until: UnixSeconds;
}

/** What a gateway remembers of revocations. Entries about the same thing merge by maximum; none is ever evicted. */
export interface RevocationMemory {
  /** @returns true when the entry says more than was known */
  apply(entry: Revocation): boolean;
  isRevoked(token: RevocableToken): boolean;
  /** Everything still remembered, for re-submission after a fail-over. */
  entries(): Iterable<Revocation>;
  readonly size: number;
  /** True when an entry could not be remembered. */
  readonly overflowed: boolean;
}

/** Ends of words: an id from outside cannot contain it, since control characters are refused by every parser. */
const SEPARATOR = "\u0000";
const SWEEP_EVERY = 4096;

/**
 * The plain structure: one map per kind of revocation.
 *
 * @param capacity - entries remembered at most; beyond, `overflowed` is set and nothing is forgotten
 */
export function createRevocationMemory(clock: Clock, capacity = 5_000_000): RevocationMemory {
  const maps: { readonly [Kind in Revocation["kind"]]: Map<string, Extract<Revocation, { kind: Kind }>> } = {
    session: new Map(),
    user: new Map(),
    token: new Map(),
    subject: new Map(),
    tenant: new Map(),
    global: new Map(),
  };
  let applied = 0;
  let overflowed = false;

  const size = () => Object.values(maps).reduce((sum, map) => sum + map.size, 0);

  const put = <Entry extends Revocation>(
    map: Map<string, Entry>,
    key: string,
    entry: Entry,
    merge: (known: Entry) => Entry,
  ): boolean => {
    const known = map.get(key);
    if (known === undefined) {
      if (size() >= capacity) {
        overflowed = true;
        return false;
      }
      map.set(key, entry);
      return true;
    }
    const merged = merge(known);
    map.set(key, merged);
    return JSON.stringify(merged) !== JSON.stringify(known);
  };

  const latest = (a: Timed, b: Timed) => ({ until: Math.max(a.until, b.until) });

  const sweep = () => {
    const now = nowSeconds(clock);
    for (const map of Object.values(maps) as Map<string, Revocation>[])
      for (const [key, entry] of map) if (entry.until <= now) map.delete(key);
    if (size() < capacity) overflowed = false;
  };

  return {
    apply(entry) {
      applied += 1;
      if (applied % SWEEP_EVERY === 0) sweep();
      if (entry.until <= nowSeconds(clock)) return false;
      switch (entry.kind) {
        case "session":
          return put(maps.session, entry.tenant + SEPARATOR + entry.sessionId, entry, (known) => ({
            ...known,
            ...latest(known, entry),
          }));
        case "user":
          return put(maps.user, entry.tenant + SEPARATOR + entry.subject, entry, (known) => ({
            ...known,
            epoch: Math.max(known.epoch, entry.epoch),
            ...latest(known, entry),
          }));
        case "token":
          return put(maps.token, entry.issuer + SEPARATOR + entry.tokenId, entry, (known) => ({
            ...known,
            ...latest(known, entry),
          }));
        case "subject":
          return put(maps.subject, entry.issuer + SEPARATOR + entry.subject, entry, (known) => ({
            ...known,
            notBefore: Math.max(known.notBefore, entry.notBefore),
            ...latest(known, entry),
          }));
        case "tenant":
          return put(maps.tenant, entry.tenant, entry, (known) => ({
            ...known,
            notBefore: Math.max(known.notBefore, entry.notBefore),
            ...latest(known, entry),
          }));
        case "global":
          return put(maps.global, "", entry, (known) => ({
            ...known,
            notBefore: Math.max(known.notBefore, entry.notBefore),
            ...latest(known, entry),
          }));
        default:
          return entry satisfies never;
      }
    },
    isRevoked(token) {
      const everyone = maps.global.get("");
      if (everyone !== undefined && token.issuedAt < everyone.notBefore) return true;
      const tenant = maps.tenant.get(token.tenant);
      if (tenant !== undefined && token.issuedAt < tenant.notBefore) return true;
      if (
        token.sessionId !== undefined &&
        token.issuer === LOCAL_ISSUER &&
        maps.session.has(token.tenant + SEPARATOR + token.sessionId)
      )
        return true;
      if (token.issuer === LOCAL_ISSUER) {
        const user = maps.user.get(token.tenant + SEPARATOR + token.subject);
        // Exactly equal, never "at least": an epoch we do not know is not one we issued.
        if (user !== undefined && token.epoch !== undefined && token.epoch !== user.epoch) return true;
      } else {
        const subject = maps.subject.get(token.issuer + SEPARATOR + token.subject);
        if (subject !== undefined && token.issuedAt < subject.notBefore) return true;
      }
      return token.tokenId !== undefined && maps.token.has(token.issuer + SEPARATOR + token.tokenId);
    },
    *entries() {
      for (const map of Object.values(maps)) yield* map.values();
    },
    get size() {
      return size();
    },
    get overflowed() {
      return overflowed;
    },
  };
}
