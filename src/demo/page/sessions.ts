import type { SessionId } from "../../domain/brand.js";
import type { Session } from "../../domain/session.js";
import type { UnixSeconds } from "../../domain/time.js";
import type { SessionService } from "../../sessions/session-service.js";
import type { SessionStore, StoredSession } from "../../sessions/store.js";

/** What the demo can do to a session that no gateway can. */
export interface DemoSessions {
  /** The store with the demo's reach into it. */
  wrapStore(store: SessionStore): SessionStore;
  /** Remembers the refresh token that a session used last, in memory alone. */
  wrap(sessions: SessionService): SessionService;
  /** From now on the proof of identity of this session is no younger, until the next one. */
  age(id: SessionId, authTime: UnixSeconds): void;
  /** The refresh token that the session used last: one that a thief could have copied before. */
  usedToken(id: SessionId): string | undefined;
  /** Refreshes of this session are judged meanwhile as if every grace window were over. */
  withoutGrace<Result>(id: SessionId, act: () => Promise<Result>): Promise<Result>;
}

/** More sessions than a visitor of the demo has. */
const MAX_REMEMBERED = 500;

export const createDemoSessions = (): DemoSessions => {
  const authTimes = new Map<SessionId, UnixSeconds>();
  const usedTokens = new Map<SessionId, string>();
  const watched = new Set<SessionId>();

  const remember = <Value>(values: Map<SessionId, Value>, id: SessionId, value: Value): void => {
    values.delete(id);
    values.set(id, value);
    const [oldest] = values.keys();
    if (values.size > MAX_REMEMBERED && oldest !== undefined) values.delete(oldest);
  };
  const aged = (session: Session): Session => {
    const authTime = authTimes.get(session.id);
    return authTime === undefined ? session : { ...session, authTime: Math.min(authTime, session.authTime) };
  };
  const agedInside = <Outcome extends object>(outcome: Outcome): Outcome =>
    "session" in outcome ? { ...outcome, session: aged(outcome.session as Session) } : outcome;
  const agedStored = (stored: StoredSession): StoredSession => ({ ...stored, session: aged(stored.session) });

  return {
    wrapStore: (sessions) => ({
      ...sessions,
      async rotate(command, policy) {
        // Negative: not even a retry in the same millisecond is within it.
        const judged = watched.has(command.id)
          ? { ...policy, graceSeconds: -1, lostAnswerSeconds: 0 }
          : policy;
        return agedInside(await sessions.rotate(command, judged));
      },
      async elevate(command, policy) {
        const outcome = await sessions.elevate(command, policy);
        if (outcome.kind === "elevated") authTimes.delete(command.id);
        return outcome;
      },
      async find(id) {
        const stored = await sessions.find(id);
        return stored === undefined ? undefined : agedStored(stored);
      },
      list: async (tenant, user) => (await sessions.list(tenant, user)).map(aged),
      page: async (tenant, user, page) => (await sessions.page(tenant, user, page))?.map(agedStored),
    }),
    wrap: (service) => ({
      ...service,
      async refresh(command, origin) {
        const grant = await service.refresh(command, origin);
        if (command.refreshToken !== undefined) remember(usedTokens, grant.session.id, command.refreshToken);
        return grant;
      },
    }),
    age: (id, authTime) => remember(authTimes, id, authTime),
    usedToken: (id) => usedTokens.get(id),
    async withoutGrace(id, act) {
      watched.add(id);
      try {
        return await act();
      } finally {
        watched.delete(id);
      }
    },
  };
};
