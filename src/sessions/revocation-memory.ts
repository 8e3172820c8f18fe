import type { SessionId, TenantId } from "../domain/brand.js";
import { LOCAL_ISSUER, type Revocation } from "../domain/revocation.js";
import type { Clock, Milliseconds, UnixSeconds } from "../domain/time.js";
import { nowSeconds } from "../domain/time.js";
import type { RevocableToken } from "../tokens/revocation-view.js";
import { keepStringsFast } from "./fast-strings.js";
import { createSessionIdTable, type SessionIdTable } from "./session-id-table.js";
import { createTimedMarks } from "./timed-marks.js";

/** The revocations in the memory of a gateway. Entries with the same target merge by maximum; none is evicted. */
export interface RevocationMemory {
  /** @returns true when the entry adds something */
  apply(entry: Revocation): boolean;
  isRevoked(token: RevocableToken): boolean;
  /**
   * All entries that are still valid, to send them again after a fail-over.
   * @param partition - limits the sessions to one partition; there may be a million in all
   */
  entries(partition?: number): Iterable<Revocation>;
  readonly size: number;
  /** True when an entry could not be stored. Then it is not certain that a token is not revoked. */
  readonly overflowed: boolean;
}

export const DEFAULT_REVOCATION_CAPACITY = 5_000_000;
/** How often expired entries are removed. They have no effect from the second in which they expire. */
const SWEEP_EVERY_MS: Milliseconds = 60_000;
/** Counting is slow: the size is checked once in so many entries, unless the memory is nearly full. */
const COUNT_EVERY = 256;
/** The key of marks that concern everyone. */
const EVERYONE = "";

/**
 * Keeps sessions in a compact table, because there can be very many, and all other entries in maps.
 *
 * @param capacity - the maximum number of entries. Above it, `overflowed` is set until entries have expired
 */
export function createRevocationMemory(
  clock: Clock,
  capacity = DEFAULT_REVOCATION_CAPACITY,
): RevocationMemory {
  keepStringsFast();
  const sessions = new Map<TenantId, SessionIdTable>();
  const users = createTimedMarks(clock);
  // The two values of a sign-out that was answered PENDING, always raised together.
  const promisedEpochs = createTimedMarks(clock);
  const promisedProofs = createTimedMarks(clock);
  const tokens = createTimedMarks(clock);
  const subjects = createTimedMarks(clock);
  const outsideSessions = createTimedMarks(clock);
  const tenants = createTimedMarks(clock);
  const everyone = createTimedMarks(clock);
  const marks = [users, promisedEpochs, promisedProofs, tokens, subjects, outsideSessions, tenants, everyone];
  let applied = 0;
  let overflowed = false;
  let sweptAtMs = clock.monotonicMs();

  const size = (): number => {
    let sum = 0;
    for (const table of sessions.values()) sum += table.size;
    for (const each of marks) sum += each.size;
    return sum;
  };

  const sweep = (): void => {
    sweptAtMs = clock.monotonicMs();
    const now = nowSeconds(clock);
    for (const table of sessions.values()) table.sweep(now);
    for (const each of marks) each.sweep(now);
    if (size() < capacity) overflowed = false;
  };

  const sweepWhenDue = (): void => {
    if (clock.monotonicMs() - sweptAtMs >= SWEEP_EVERY_MS) sweep();
  };

  const addSession = (tenant: TenantId, id: SessionId, until: UnixSeconds): boolean => {
    let table = sessions.get(tenant);
    if (table === undefined) {
      table = createSessionIdTable();
      sessions.set(tenant, table);
    }
    // A text that is not one of our session ids cannot be the id of one of our sessions.
    return table.add(id, until) ?? false;
  };

  const add = (entry: Revocation): boolean => {
    switch (entry.kind) {
      case "session":
        return addSession(entry.tenant, entry.sessionId, entry.until);
      case "user":
        return users.raise(entry.tenant, entry.subject, entry.epoch, entry.until);
      case "signOut": {
        const isHigher = promisedEpochs.raise(entry.tenant, entry.subject, entry.epoch, entry.until);
        const isLater = promisedProofs.raise(entry.tenant, entry.subject, entry.provedBy, entry.until);
        return isHigher || isLater;
      }
      case "token":
        return tokens.raise(entry.issuer, entry.tokenId, 0, entry.until);
      case "subject":
        return subjects.raise(entry.issuer, entry.subject, entry.notBefore, entry.until);
      case "outsideSession":
        return outsideSessions.raise(entry.issuer, entry.sessionId, 0, entry.until);
      case "tenant":
        return tenants.raise(entry.tenant, EVERYONE, entry.notBefore, entry.until);
      case "global":
        return everyone.raise(EVERYONE, EVERYONE, entry.notBefore, entry.until);
      default:
        return entry satisfies never;
    }
  };

  return {
    apply(entry) {
      if (entry.until <= nowSeconds(clock)) return false;
      applied += 1;
      sweepWhenDue();
      if (applied % COUNT_EVERY === 0 || overflowed || capacity < COUNT_EVERY) {
        if (size() >= capacity) sweep();
        if (size() >= capacity) {
          overflowed = true;
          return false;
        }
      }
      return add(entry);
    },
    isRevoked(token) {
      const { tenant, subject, issuedAt } = token;
      if (issuedAt < everyone.value(EVERYONE, EVERYONE, 0)) return true;
      if (issuedAt < tenants.value(tenant, EVERYONE, 0)) return true;
      if (token.tokenId !== undefined && tokens.has(token.issuer, token.tokenId)) return true;
      if (token.issuer !== LOCAL_ISSUER)
        return (
          issuedAt < subjects.value(token.issuer, subject, 0) ||
          (token.localUser !== undefined &&
            (issuedAt < subjects.value(LOCAL_ISSUER, token.localUser, 0) ||
              issuedAt * 1000 <= users.value(tenant, token.localUser, 0))) ||
          (token.sessionId !== undefined && outsideSessions.has(token.issuer, token.sessionId))
        );
      if (token.sessionId !== undefined) {
        const until = sessions.get(tenant)?.until(token.sessionId) ?? 0;
        if (until > 0 && until > nowSeconds(clock)) return true;
      }
      if (token.epoch === undefined) return false;
      // "Below", not "different": the token is signed by us, so a higher epoch is one that the store has issued since.
      if (token.epoch < users.value(tenant, subject, 0)) return true;
      return (
        token.epoch <= promisedEpochs.value(tenant, subject, -1) &&
        (token.authTime ?? 0) <= promisedProofs.value(tenant, subject, -1)
      );
    },
    *entries(partition) {
      const now = nowSeconds(clock);
      for (const [tenant, table] of sessions)
        for (const [sessionId, until] of table.entries(partition))
          if (until > now) yield { kind: "session", tenant, sessionId, until };
      for (const { space, name, value, until } of users.entries())
        yield { kind: "user", tenant: space as TenantId, subject: name, epoch: value, until };
      for (const { space, name, until } of tokens.entries())
        yield { kind: "token", issuer: space, tokenId: name, until };
      for (const { space, name, value, until } of subjects.entries())
        yield { kind: "subject", issuer: space, subject: name, notBefore: value, until };
      for (const { space, name, until } of outsideSessions.entries())
        yield { kind: "outsideSession", issuer: space, sessionId: name, until };
      for (const { space, value, until } of tenants.entries())
        yield { kind: "tenant", tenant: space as TenantId, notBefore: value, until };
      for (const { value, until } of everyone.entries()) yield { kind: "global", notBefore: value, until };
    },
    get size() {
      return size();
    },
    get overflowed() {
      if (overflowed) sweepWhenDue();
      return overflowed;
    },
  };
}
