import type { Clock } from "../domain/time.js";
import { nowSeconds } from "../domain/time.js";
import { endFromOutside, type TimelineEntry, timelineOf } from "../domain/timeline.js";
import type { SessionStore, StoredSession } from "./store.js";

/**
 * The history of a stored session, live or ended. The end of all sessions of a user, a tenant or everyone is not
 * recorded in each session; it is derived from the record of the user when the history is read.
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
