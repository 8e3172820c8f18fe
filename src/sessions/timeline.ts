import type { Clock } from "../domain/time.js";
import { nowSeconds } from "../domain/time.js";
import { endFromOutside, type TimelineEntry, timelineOf } from "../domain/timeline.js";
import type { SessionStore, StoredSession } from "./store.js";

/**
 * The history of a session that was found, live or ended. What ended all sessions of a user, a tenant or everyone is
 * written nowhere in the session; it is read off the user's record when somebody looks.
 *
 * @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer in time
 */
export async function readTimeline(
  store: Pick<SessionStore, "user">,
  { session, live, moments }: StoredSession,
  clock: Clock,
): Promise<readonly TimelineEntry[]> {
  const isOver = !live && session.ended === undefined;
  const end = isOver
    ? endFromOutside(session, await store.user(session.tenant, session.userId), clock.nowMs())
    : undefined;
  return timelineOf(session, moments, nowSeconds(clock), end);
}
