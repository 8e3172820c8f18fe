import DataLoader from "dataloader";
import type { SessionId, UserId } from "../domain/brand.js";
import type { Authenticated } from "../domain/principal.js";
import type { TimelineEntry } from "../domain/timeline.js";
import type { SessionService, SessionView } from "../sessions/session-service.js";

/** Look-ups of one request: however often an operation asks, under whatever alias, the store is asked once. */
export interface Loaders {
  readonly currentSession: DataLoader<Authenticated, SessionView | undefined, string>;
  readonly sessions: DataLoader<Authenticated, readonly SessionView[], string>;
  readonly timelines: DataLoader<SessionOfUser, readonly TimelineEntry[], string>;
}

/** A session, and the user it must belong to. */
export interface SessionOfUser {
  readonly id: SessionId;
  readonly owner: UserId;
}

/** One caller, however often the object is built anew. */
const cacheKeyFn = (who: Authenticated): string => JSON.stringify([who.tenant, who.subject, who.sessionId]);

/** New for every request: an answer must never reach another caller. */
export const createLoaders = (service: SessionService): Loaders => ({
  currentSession: new DataLoader((callers) => Promise.all(callers.map((who) => service.current(who))), {
    cacheKeyFn,
  }),
  sessions: new DataLoader((callers) => Promise.all(callers.map((who) => service.list(who))), { cacheKeyFn }),
  timelines: new DataLoader(
    (asked) => Promise.all(asked.map(({ id, owner }) => service.timeline(id, owner))),
    { cacheKeyFn: ({ id, owner }) => JSON.stringify([id, owner]) },
  ),
});
