import type { SessionId } from "./brand.js";
import {
  type CreateSession,
  type ElevateSession,
  MAX_SURPLUS,
  type OutcomeOf,
  type RestrictUser,
  type RevokeAllSessions,
  type RevokeSession,
  type SessionCommand,
} from "./commands.js";
import {
  extendLife,
  judgeLife,
  matchesCommand,
  raiseEpoch,
  recordIssue,
  revokedUntil,
  type State,
  seconds,
  type Transition,
  tombstone,
} from "./life.js";
import { addMoment, momentOf } from "./moments.js";
import type { SessionPolicy } from "./policy.js";
import { renew } from "./renewal.js";
import { chainOf, withoutRetired } from "./retired-chain.js";
import type { Revocation } from "./revocation.js";
import { rotate } from "./rotation.js";
import type { Elevation, Session, UserState } from "./session.js";
import { see } from "./sighting.js";
import type { Milliseconds } from "./time.js";

/**
 * The rules of sessions: a pure function, and the only place that decides about a session. The memory store runs it.
 * The Lua scripts implement the same rules, and a property test compares them.
 *
 * @param nowMs - the store's clock, Unix time in milliseconds. The session's `rotatedAtMs` is used if it is later, so a
 *   fail-over to a slow clock reopens no grace window
 */
export function transition<Command extends SessionCommand>(
  state: State,
  command: Command,
  nowMs: Milliseconds,
  policy: SessionPolicy,
): Transition<Command["kind"]>;
export function transition(
  state: State,
  command: SessionCommand,
  nowMs: Milliseconds,
  policy: SessionPolicy,
): Transition<keyof OutcomeOf> {
  const now = Math.max(nowMs, state.session?.rotatedAtMs ?? 0);
  const next = decide(state, command, now, policy);
  // A new session has no history, even if its id was used long before.
  if (next.outcome.kind === "created") return { ...next, moments: [] };
  const moment = state.session === undefined ? undefined : momentOf(next.outcome, next.session?.ended);
  return moment === undefined
    ? next
    : { ...next, moments: addMoment(state.moments ?? [], moment, seconds(now)) };
}

function decide(
  state: State,
  command: SessionCommand,
  now: Milliseconds,
  policy: SessionPolicy,
): Transition<keyof OutcomeOf> {
  switch (command.kind) {
    case "create":
      return create(state, command, now, policy);
    case "rotate":
      return rotate(state, command, now, policy);
    case "elevate":
      return elevate(state, command, now, policy);
    case "renew":
      return renew(state, command, now, policy);
    case "see":
      return see(state, command);
    case "revoke":
      return revoke(state, command, now, policy);
    case "revokeAll":
      return revokeAll(state, command, now, policy);
    case "restrict":
      return restrict(state, command, now, policy);
    default:
      return command satisfies never;
  }
}

function create(
  { user, notBefore = 0, others = [] }: State,
  command: CreateSession,
  now: Milliseconds,
  policy: SessionPolicy,
): Transition<"create"> {
  if (user?.locked) return { outcome: { kind: "refused", reason: "locked" } };
  if (command.authTime < Math.max(user?.notBefore ?? 0, notBefore))
    return { outcome: { kind: "refused", reason: "not before" } };

  const absoluteExpiresAt = seconds(now) + policy.absoluteSeconds;
  const owner: UserState = user ?? { epoch: now, locked: false, accessExpiresBy: 0, retainUntil: 0 };
  const { kind: _, accessExpiresBy, ...granted } = command;
  const session: Session = {
    ...granted,
    ...extendLife(absoluteExpiresAt, now, policy),
    createdAt: seconds(now),
    absoluteExpiresAt,
    epoch: owner.epoch,
    generation: 0,
    rotatedAtMs: now,
    reuseCount: 0,
  };
  const outliving = {
    ...owner,
    retainUntil: Math.max(owner.retainUntil, absoluteExpiresAt + policy.tombstoneSeconds),
  };
  const surplus = surplusOf(others, command.id, policy);
  return {
    outcome: { kind: "created", session, ...(surplus.length === 0 ? {} : { surplus }) },
    session,
    user: recordIssue(outliving, accessExpiresBy, policy.revocationMarginSeconds),
  };
}

/** The sessions nearest to their expiry come first: they have not been used for the longest time. */
function surplusOf(
  others: readonly Pick<Session, "id" | "expiresAt">[],
  created: SessionId,
  { maxPerUser = Number.POSITIVE_INFINITY }: SessionPolicy,
): readonly SessionId[] {
  const live = others.filter(({ id }) => id !== created);
  const tooMany = Math.min(live.length + 1 - maxPerUser, MAX_SURPLUS);
  if (tooMany <= 0) return [];
  return live
    .toSorted((a, b) => a.expiresAt - b.expiresAt)
    .slice(0, tooMany)
    .map(({ id }) => id);
}

function elevate(
  { session, user, notBefore }: State,
  command: ElevateSession,
  now: Milliseconds,
  policy: SessionPolicy,
): Transition<"elevate"> {
  if (session === undefined) return { outcome: { kind: "unknown" } };
  if (!matchesCommand(session, command)) return { outcome: { kind: "invalid" } };
  // The not-before is compared with the new proof of identity, not with the one it replaces.
  const over = judgeLife({ ...session, authTime: command.authTime }, user, now, notBefore);
  if (over !== undefined || user === undefined) return { outcome: over ?? { kind: "invalid" } };

  if (session.generation !== command.generation)
    return { outcome: { kind: "moved", generation: session.generation } };

  const generation = session.generation + 1;
  // A step-up that is repeated because its answer was lost: the chain that the first one retired stays retired.
  const { unseen: ____, ...used } = withoutRetired(session);
  // The presented generation may be higher if the store lost writes: the client is on this chain all the same.
  const current = (command.presented ?? -1) >= session.generation ? used : session;
  const before = current.elevation?.retired === undefined ? undefined : current.elevation;
  const elevation: Elevation = {
    from: before?.from ?? session.generation,
    to: generation,
    atMs: now,
    retired: before?.retired ?? chainOf(current),
  };
  const { acr: _, lateAtMs: __, ahead: ___, ...kept } = session;
  const elevated: Session = {
    ...kept,
    ...extendLife(session.absoluteExpiresAt, now, policy),
    ...(command.acr === undefined ? {} : { acr: command.acr }),
    authTime: command.authTime,
    amr: command.amr,
    generation,
    rotatedAtMs: now,
    reuseCount: 0,
    kid: command.kid,
    next: command.next,
    ...(command.ahead === undefined ? {} : { ahead: command.ahead }),
    unseen: true,
    elevation,
  };
  return {
    outcome: { kind: "elevated", session: elevated },
    session: elevated,
    user: recordIssue(user, command.accessExpiresBy, policy.revocationMarginSeconds),
  };
}

function revoke(
  { session, user, notBefore }: State,
  command: RevokeSession,
  now: Milliseconds,
  policy: SessionPolicy,
): Transition<"revoke"> {
  const publish = (): Revocation => ({
    kind: "session",
    tenant: command.tenant,
    sessionId: command.id,
    until: revokedUntil(user, command.verifiedUntil, now, policy),
  });
  const proven = command.verifiedUntil !== undefined;
  if (session === undefined)
    return { outcome: { kind: "revoked", revoked: 0 }, ...(proven ? { revocation: publish() } : {}) };
  // RFC 7009 §2.2: the id of another user's session is answered like an unknown one.
  if (!matchesCommand(session, command)) return { outcome: { kind: "revoked", revoked: 0 } };
  if (session.ended !== undefined)
    return { outcome: { kind: "revoked", revoked: 0 }, ...(proven ? { revocation: publish() } : {}) };

  const live = judgeLife(session, user, now, notBefore) === undefined;
  return {
    outcome: { kind: "revoked", revoked: live ? 1 : 0 },
    session: tombstone(session, "revoked", now, policy),
    revocation: publish(),
  };
}

function revokeAll(
  { user, liveSessions = 0 }: State,
  command: RevokeAllSessions,
  now: Milliseconds,
  policy: SessionPolicy,
): Transition<"revokeAll"> {
  const { tenant, userId: subject, upTo } = command;
  const until = revokedUntil(user, command.verifiedUntil, now, policy);
  const markBelow = (epoch: number): Revocation => ({ kind: "user", tenant, subject, epoch, until });
  // The store has a higher epoch: its sessions began later and stay, but tokens of the epoch to end may still be valid.
  if (upTo !== undefined && user !== undefined && user.epoch > upTo.epoch)
    return { outcome: { kind: "revoked", revoked: 0 }, revocation: markBelow(upTo.epoch + 1) };
  if ((upTo?.liveSessions ?? liveSessions) !== liveSessions)
    return { outcome: { kind: "revoked", revoked: 0, moved: true } };
  const raised: UserState = {
    locked: false,
    accessExpiresBy: 0,
    ...user,
    epoch: Math.max(raiseEpoch(user, now), (upTo?.epoch ?? 0) + 1),
    retainUntil: Math.max(user?.retainUntil ?? 0, until),
  };
  return {
    outcome: { kind: "revoked", revoked: liveSessions },
    user: raised,
    revocation: markBelow(raised.epoch),
  };
}

function restrict(
  { user }: State,
  command: RestrictUser,
  now: Milliseconds,
  policy: SessionPolicy,
): Transition<"restrict"> {
  const until = revokedUntil(user, undefined, now, policy);
  const notBefore = Math.max(user?.notBefore ?? 0, command.notBefore ?? 0);
  const restricted: UserState = {
    accessExpiresBy: user?.accessExpiresBy ?? 0,
    locked: command.locked ?? user?.locked ?? false,
    ...(notBefore === 0 ? {} : { notBefore }),
    epoch: raiseEpoch(user, now),
    retainUntil: Math.max(user?.retainUntil ?? 0, until, command.retainUntil),
  };
  return {
    outcome: { kind: "restricted", epoch: restricted.epoch },
    user: restricted,
    revocation: {
      kind: "user",
      tenant: command.tenant,
      subject: command.userId,
      epoch: restricted.epoch,
      until,
    },
  };
}
