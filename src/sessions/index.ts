/**
 * `cardea/stores`: for authors of a store. A store keeps records and calls {@link transition} inside its own atomic
 * step; it makes no decisions itself. `cardea/testing` has the contract tests that it must pass.
 */
export {
  type ClientId,
  DEFAULT_TENANT,
  type SessionId,
  sessionId,
  type TenantId,
  tenantId,
  type UserId,
  userId,
} from "../domain/brand.js";
export type {
  CreateOutcome,
  CreateSession,
  ElevateOutcome,
  ElevateSession,
  OutcomeOf,
  RaiseNotBefore,
  RenewOutcome,
  RenewSession,
  RestrictOutcome,
  RestrictUser,
  RevokeAllSessions,
  RevokeOutcome,
  RevokeSession,
  RotateOutcome,
  RotateSession,
  SessionCommand,
} from "../domain/commands.js";
export { FaultError } from "../domain/errors.js";
export type { Emit } from "../domain/events.js";
export { judgeLife, notBeforeRevocation, type State, type Transition } from "../domain/life.js";
export type { Moment, MomentKind } from "../domain/moments.js";
export { DEFAULT_SESSION_POLICY, type SessionPolicy } from "../domain/policy.js";
export type { OutsideRevocation, Revocation } from "../domain/revocation.js";
export { type Beginning, byBeginning, type Session, type UserState } from "../domain/session.js";
export { type Clock, systemClock } from "../domain/time.js";
export { transition } from "../domain/transition.js";
export { type Counted, type Counter, countAttempt, giveBackAttempt } from "../limits/counter.js";
export type { Attempt, Backoff, Limiter, LimitOutcome } from "../limits/limiter.js";
export type { RevocableToken, RevocationView } from "../tokens/revocation-view.js";
export { createAnnouncer, type RevocationListener, type RevocationLog } from "./revocation-log.js";
export { createRevocationMemory, type RevocationMemory } from "./revocation-memory.js";
export type { SessionPage, SessionStore, StoredRevocation, StoredSession } from "./store.js";
export type { Stores } from "./stores.js";
