import { userId } from "../domain/brand.js";
import type { Authenticated } from "../domain/principal.js";
import { type Milliseconds, nowSeconds } from "../domain/time.js";
import { timelineOf } from "../domain/timeline.js";
import { createServiceContext } from "./context.js";
import type { SessionServiceDependencies } from "./dependencies.js";
import { viewOf } from "./grant.js";
import { inspect } from "./inspect.js";
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

/** The service, with its background work. */
export interface RunningSessionService extends SessionService {
  /** How many revocations were answered PENDING and are not in the store yet. */
  readonly pendingRevocations: number;
  /** Call it when an access token is used for the first time in this process. The store is informed later. */
  seen(principal: Authenticated): void;
  /** Informs the store of all uses so far. */
  flush(): Promise<void>;
  /**
   * Stops it. Pending revocations are sent to the store until the deadline; those that are left are reported.
   *
   * @param deadlineMs - default 3000
   */
  close(deadlineMs?: Milliseconds): Promise<void>;
}

/**
 * Creates the session service. Each command goes: verify → transition in the store → issue tokens → emit events.
 *
 * @throws TypeError for invalid refresh peppers
 */
export function createSessionService(dependencies: SessionServiceDependencies): RunningSessionService {
  const context = createServiceContext(dependencies);
  const { store } = context;
  /** Only for a live session: its history is complete in the stored record. */
  const viewWithTimeline = ({ session, moments }: StoredSession, current: boolean): SessionView => ({
    ...viewOf(session, current),
    timeline: timelineOf(session, moments, nowSeconds(context.clock)),
  });
  return {
    login: (command, origin) => login(context, command, origin),
    refresh: (command, origin) => refresh(context, command, origin),
    renew: (command, origin) => renew(context, command, origin),
    reauthenticate: (principal, password, origin) => reauthenticate(context, principal, password, origin),
    inspect: (refreshToken, client) => inspect(context, refreshToken, client),
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
