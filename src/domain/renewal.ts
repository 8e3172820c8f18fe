import type { RenewSession } from "./commands.js";
import { judgeLife, matchesCommand, recordIssue, type State, type Transition } from "./life.js";
import type { SessionPolicy } from "./policy.js";
import { asIssued, retiredView } from "./retired-chain.js";
import type { Milliseconds } from "./time.js";

/**
 * Silent renewal: a live session gives its client another access token. It extends nothing. A token issued before a
 * step-up is renewed with the older proof of identity.
 */
export function renew(
  { session, user, notBefore }: State,
  command: RenewSession,
  now: Milliseconds,
  policy: SessionPolicy,
): Transition<"renew"> {
  if (session === undefined) return { outcome: { kind: "unknown" } };
  if (!matchesCommand(session, command)) return { outcome: { kind: "invalid" } };
  const over = judgeLife(session, user, now, notBefore);
  if (over !== undefined || user === undefined) return { outcome: over ?? { kind: "invalid" } };
  const before = retiredView(session);
  const isBefore =
    before !== undefined && before.from <= command.generation && command.generation < session.generation;
  if (!isBefore && session.generation !== command.generation)
    return { outcome: { kind: "refused", reason: "retired" } };
  if (isBefore && before.session.authTime < Math.max(user.notBefore ?? 0, notBefore ?? 0))
    return { outcome: { kind: "ended", reason: "not before" } };
  return {
    outcome: { kind: "renewed", session: isBefore ? asIssued(session, before.session) : session },
    user: recordIssue(user, command.accessExpiresBy, policy.revocationMarginSeconds),
  };
}
