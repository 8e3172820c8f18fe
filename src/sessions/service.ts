import { userId } from "../domain/brand.js";
import type { Authenticated } from "../domain/principal.js";
import { type Milliseconds, nowSeconds } from "../domain/time.js";
import { timelineOf } from "../domain/timeline.js";
import { createServiceContext } from "./context.js";
import type { SessionServiceDependencies } from "./dependencies.js";
import { viewOf } from "./grant.js";
import { login } from "./login.js";
import { isLocal } from "./ownership.js";
import { reauthenticate } from "./reauthenticate.js";
import { refresh } from "./refresh.js";
import { renew } from "./renew.js";
import { revoke, revokeAll, revokeOthers } from "./revoke.js";
import type { SessionService, SessionView } from "./session-service.js";
import { signOut } from "./sign-out.js";
import type { StoredSession } from "./store.js";
import { readTimeline } from "./timeline.js";

/** The service, and how to stop what it does on its own. */
export interface RunningSessionService extends SessionService {
  /** Revocations answered PENDING and not yet taken by the store. */
  readonly pendingRevocations: number;
  /** An access token was used for the first time in this process; written behind, off the path of its request. */
  seen(principal: Authenticated): void;
  /** Writes down what was seen so far. */
  flush(): Promise<void>;
  /**
   * Ends it. Pending revocations get until the deadline to reach the store; those left are reported by id.
   *
   * @param deadlineMs - default 3000
   */
  close(deadlineMs?: Milliseconds): Promise<void>;
}

/**
 * Builds the life of a session out of its ports: prove → transition → store → issue → tell.
 *
 * @throws TypeError for unfit refresh peppers
 */
export function createSessionService(dependencies: SessionServiceDependencies): RunningSessionService {
  const context = createServiceContext(dependencies);
  const { store } = context;
  /** Of a live session: nothing of its history stands anywhere but in what was found. */
  const viewWithTimeline = ({ session, moments }: StoredSession, current: boolean): SessionView => ({
    ...viewOf(session, current),
    timeline: timelineOf(session, moments, nowSeconds(context.clock)),
  });
  return {
    login: (command, origin) => login(context, command, origin),
    refresh: (command, origin) => refresh(context, command, origin),
    renew: (command, origin) => renew(context, command, origin),
    reauthenticate: (principal, password, origin) => reauthenticate(context, principal, password, origin),
    signOut: (command, origin) => signOut(context, command, origin),
    revoke: (principal, id, origin) => revoke(context, principal, id, origin),
    revokeOthers: (principal) => revokeOthers(context, principal),
    revokeAll: (principal, target, origin) => revokeAll(context, principal, target, origin),
    async current(principal) {
      if (!isLocal(principal) || principal.sessionId === undefined) return undefined;
      const found = await store.find(principal.sessionId);
      const isOwn =
        found?.live &&
        found.session.userId === principal.subject &&
        found.session.tenant === principal.tenant;
      return isOwn ? viewWithTimeline(found, true) : undefined;
    },
    async list(principal, page) {
      if (!isLocal(principal)) return [];
      const found = await store.page(principal.tenant, userId(principal.subject), page);
      return found?.map((one) => viewWithTimeline(one, one.session.id === principal.sessionId));
    },
    async timeline(id, owner) {
      const found = await store.find(id);
      const isTheirs = found?.session.userId === owner && found.session.tenant === context.tenant;
      return isTheirs ? readTimeline(store, found, context.clock) : [];
    },
    get pendingRevocations() {
      return context.pending.size;
    },
    seen: (principal) => context.sightings.note(principal),
    flush: () => context.sightings.flush(),
    async close(deadlineMs = 3_000) {
      await Promise.all([context.sightings.close(), context.pending.close(deadlineMs)]);
    },
  };
}
