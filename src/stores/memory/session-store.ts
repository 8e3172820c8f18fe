import type { SessionId, TenantId, UserId } from "../../domain/brand.js";
import type { OutcomeOf, SessionCommand } from "../../domain/commands.js";
import { judgeLife, notBeforeRevocation, type State } from "../../domain/life.js";
import type { Moment } from "../../domain/moments.js";
import type { SessionPolicy } from "../../domain/policy.js";
import type { Revocation } from "../../domain/revocation.js";
import { byBeginning, type Session, type UserState } from "../../domain/session.js";
import type { Clock, Milliseconds, UnixSeconds } from "../../domain/time.js";
import { transition } from "../../domain/transition.js";
import type { SessionStore } from "../../sessions/store.js";

const SWEEP_EVERY = 1024;
const EVERYONE = "";

/**
 * Sessions in the memory of this process, decided by `domain/transition` itself. For one process; lost at its end.
 *
 * @param publish - called with each revocation, synchronously when it is stored
 */
export function createMemorySessionStore(clock: Clock, publish: (entry: Revocation) => void): SessionStore {
  const sessions = new Map<SessionId, Session>();
  const users = new Map<string, UserState>();
  /** By tenant; under the empty name for everyone. */
  const notBefores = new Map<string, UnixSeconds>();
  /** Only for sessions with events. */
  const momentsOf = new Map<SessionId, readonly Moment[]>();
  const index = new Map<string, Set<SessionId>>();
  let writes = 0;

  const ownerKey = (tenant: TenantId, user: UserId) => JSON.stringify([tenant, user]);
  const retained = <Kept extends { readonly retainUntil: number }>(
    kept: Kept | undefined,
    now: Milliseconds,
  ) => (kept !== undefined && now < kept.retainUntil * 1000 ? kept : undefined);

  const readSession = (id: SessionId, now: Milliseconds) => retained(sessions.get(id), now);
  const readUser = (tenant: TenantId, user: UserId, now: Milliseconds) =>
    retained(users.get(ownerKey(tenant, user)), now);

  const notBeforeOf = (tenant: TenantId): UnixSeconds =>
    Math.max(notBefores.get(EVERYONE) ?? 0, notBefores.get(tenant) ?? 0);

  const lifeOf = (session: Session, now: Milliseconds) => {
    const { tenant, userId } = session;
    return judgeLife(session, readUser(tenant, userId, now), now, notBeforeOf(tenant));
  };

  const isLive = (session: Session, now: Milliseconds): boolean =>
    session.ended === undefined &&
    readUser(session.tenant, session.userId, now)?.epoch === session.epoch &&
    now < session.expiresAt * 1000;

  const liveSessions = (tenant: TenantId, user: UserId, now: Milliseconds): Session[] =>
    [...(index.get(ownerKey(tenant, user)) ?? [])].flatMap((id) => {
      const session = readSession(id, now);
      return session !== undefined && isLive(session, now) ? [session] : [];
    });

  const forgetExpired = (now: Milliseconds) => {
    for (const [key, user] of users) if (retained(user, now) === undefined) users.delete(key);
    for (const [id, session] of sessions) {
      if (retained(session, now) !== undefined) continue;
      sessions.delete(id);
      momentsOf.delete(id);
      const key = ownerKey(session.tenant, session.userId);
      const ids = index.get(key);
      ids?.delete(id);
      if (ids?.size === 0) index.delete(key);
    }
  };

  const run = <Command extends SessionCommand>(
    command: Command,
    policy: SessionPolicy,
  ): OutcomeOf[Command["kind"]] => {
    const now = clock.nowMs();
    const { tenant, userId } = command;
    const known = "id" in command ? readSession(command.id, now) : undefined;
    const state: State = {
      session: known,
      moments: known === undefined ? undefined : momentsOf.get(known.id),
      user: readUser(tenant, userId, now),
      notBefore: notBeforeOf(tenant),
      others: command.kind === "create" ? liveSessions(tenant, userId, now) : [],
      liveSessions: command.kind === "revokeAll" ? liveSessions(tenant, userId, now).length : 0,
    };
    const { outcome, session, user, moments, revocation } = transition(state, command, now, policy);
    if (session !== undefined) {
      sessions.set(session.id, session);
      const key = ownerKey(session.tenant, session.userId);
      const ids = index.get(key) ?? new Set();
      index.set(key, ids.add(session.id));
    }
    if (moments !== undefined && "id" in command) momentsOf.set(command.id, moments);
    if (user !== undefined) users.set(ownerKey(tenant, userId), user);
    if (revocation !== undefined) publish(revocation);
    writes += 1;
    if (writes % SWEEP_EVERY === 0) forgetExpired(now);
    return outcome;
  };

  return {
    create: async (command, policy) => run(command, policy),
    rotate: async (command, policy) => run(command, policy),
    elevate: async (command, policy) => run(command, policy),
    renew: async (command, policy) => run(command, policy),
    see: async (command, policy) => run(command, policy),
    revoke: async (command, policy) => ({ ...run(command, policy), confirmed: true }),
    revokeAll: async (command, policy) => ({ ...run(command, policy), confirmed: true }),
    restrict: async (command, policy) => run(command, policy),
    raiseNotBefore: async ({ tenant, notBefore }, policy) => {
      const key = tenant ?? EVERYONE;
      notBefores.set(key, Math.max(notBefores.get(key) ?? 0, notBefore));
      publish(notBeforeRevocation({ tenant, notBefore }, clock.nowMs(), policy));
    },
    revokeOutside: async (entry) => {
      publish(entry);
      return { confirmed: true };
    },
    revokeOthers: async (tenant, userId, keep, policy) => {
      const others = liveSessions(tenant, userId, clock.nowMs()).filter(({ id }) => id !== keep);
      const outcomes = others.map(({ id }) => run({ kind: "revoke", id, tenant, userId }, policy));
      return {
        kind: "revoked",
        revoked: outcomes.reduce((sum, { revoked }) => sum + revoked, 0),
        confirmed: true,
      };
    },
    find: async (id) => {
      const now = clock.nowMs();
      const session = readSession(id, now);
      if (session === undefined) return undefined;
      return { session, live: lifeOf(session, now) === undefined, moments: momentsOf.get(id) ?? [] };
    },
    list: async (tenant, user) => {
      const now = clock.nowMs();
      return liveSessions(tenant, user, now)
        .filter((session) => lifeOf(session, now) === undefined)
        .sort(byBeginning);
    },
    page: async (tenant, user, { first, after }) => {
      const now = clock.nowMs();
      const start = after === undefined ? undefined : readSession(after, now);
      if (after !== undefined && (start?.tenant !== tenant || start.userId !== user)) return undefined;
      return liveSessions(tenant, user, now)
        .filter((session) => lifeOf(session, now) === undefined)
        .filter((session) => start === undefined || byBeginning(session, start) > 0)
        .sort(byBeginning)
        .slice(0, first)
        .map((session) => ({ session, live: true, moments: momentsOf.get(session.id) ?? [] }));
    },
    user: async (tenant, user) => readUser(tenant, user, clock.nowMs()),
  };
}
