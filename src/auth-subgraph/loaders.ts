import DataLoader from "dataloader";
import type { SessionId, UserId } from "../domain/brand.js";
import type { Authenticated } from "../domain/principal.js";
import type { TimelineEntry } from "../domain/timeline.js";
import type { SessionService, SessionView } from "../sessions/session-service.js";
import type { SessionPage } from "../sessions/store.js";

/** Look-ups of one request: an operation that selects a field several times reads the store once. */
export interface Loaders {
  readonly currentSession: DataLoader<Authenticated, SessionView | undefined, string>;
  readonly sessions: DataLoader<PageOfUser, readonly SessionView[] | undefined, string>;
  readonly timelines: DataLoader<SessionOfUser, readonly TimelineEntry[], string>;
}

/** A page of the caller's sessions. */
export interface PageOfUser {
  readonly who: Authenticated;
  readonly page: SessionPage;
}

/** A session, and the user it must belong to. */
export interface SessionOfUser {
  readonly id: SessionId;
  readonly owner: UserId;
}

/** The same for every object of the same caller. */
const cacheKeyFn = (who: Authenticated): string => JSON.stringify([who.tenant, who.subject, who.sessionId]);

/** Call it once per request: a result must never reach another caller. */
export const createLoaders = (service: SessionService): Loaders => ({
  currentSession: new DataLoader((callers) => Promise.all(callers.map((who) => service.current(who))), {
    cacheKeyFn,
  }),
  sessions: new DataLoader((pages) => Promise.all(pages.map(({ who, page }) => service.list(who, page))), {
    cacheKeyFn: ({ who, page }) => JSON.stringify([cacheKeyFn(who), page.first, page.after]),
  }),
  timelines: new DataLoader(
    (sessions) => Promise.all(sessions.map(({ id, owner }) => service.timeline(id, owner))),
    { cacheKeyFn: ({ id, owner }) => JSON.stringify([id, owner]) },
  ),
});
