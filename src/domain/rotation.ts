import type { RotateSession } from "./commands.js";
import {
  entomb,
  extendLife,
  judgeLife,
  recordIssue,
  revokedUntil,
  type State,
  speaksOf,
  type Transition,
} from "./life.js";
import type { SessionPolicy } from "./policy.js";
import type { Session, UserState } from "./session.js";
import type { Milliseconds } from "./time.js";

type Verdict =
  | { readonly kind: "rotated" | "same successor" | "healed" | "reused" | "invalid" }
  | { readonly kind: "refused"; readonly reason: "exhausted" | "two back" | "retired" }
  | { readonly kind: "pepper"; readonly kid: number };

/** The decision table of a refresh (sessions §3), row by row: what does the presented token mean to a live session? */
export function judgeToken(
  session: Session,
  command: RotateSession,
  nowMs: Milliseconds,
  policy: SessionPolicy,
): Verdict {
  const { generation, elevation } = session;
  const age = generation - command.generation;
  const withinGrace = (sinceMs: Milliseconds) => nowMs - sinceMs <= policy.graceSeconds * 1000;

  // A successor is derived from its secret, so whoever leads to the stored one holds the current one.
  if (age === 0) return { kind: command.successor === session.next ? "rotated" : "invalid" };
  if (age === -1) return { kind: command.presented === session.next ? "healed" : "invalid" };
  if (age < -1) return { kind: "invalid" };

  if (elevation !== undefined && command.generation >= elevation.from && command.generation < elevation.to) {
    const replacementUnused = generation === elevation.to;
    return replacementUnused || withinGrace(elevation.atMs)
      ? { kind: "refused", reason: "retired" }
      : { kind: "reused" };
  }
  if (age === 1) {
    const following = command.kid === session.kid ? command.following : command.otherwise.get(session.kid);
    if (following === undefined) return { kind: "pepper", kid: session.kid };
    if (following !== session.next) return { kind: "invalid" };
    if (!withinGrace(session.rotatedAtMs)) return { kind: "reused" };
    return session.reuseCount < policy.maxReuse
      ? { kind: "same successor" }
      : { kind: "refused", reason: "exhausted" };
  }
  // Two or more back: the MAC alone proves that the token once was good.
  if (age === 2 && withinGrace(session.rotatedAtMs)) return { kind: "refused", reason: "two back" };
  return { kind: "reused" };
}

/** A refresh: {@link judgeToken} for a live session the command really speaks of. */
export function rotate(
  { session, user, notBefore }: State,
  command: RotateSession,
  now: Milliseconds,
  policy: SessionPolicy,
): Transition<"rotate"> {
  if (session === undefined) return { outcome: { kind: "unknown" } };
  if (!speaksOf(session, command)) return { outcome: { kind: "invalid" } };
  const over = judgeLife(session, user, now, notBefore);
  if (over !== undefined || user === undefined) return { outcome: over ?? { kind: "invalid" } };

  const verdict = judgeToken(session, command, now, policy);
  switch (verdict.kind) {
    case "invalid":
      return { outcome: { kind: "invalid" } };
    case "refused":
    case "pepper":
      return { outcome: verdict };
    case "reused":
      return {
        outcome: { kind: "reused" },
        session: entomb(session, "reused", now, policy),
        revocation: {
          kind: "session",
          tenant: session.tenant,
          sessionId: session.id,
          until: revokedUntil(user, undefined, now, policy),
        },
      };
    case "rotated":
    case "same successor":
    case "healed": {
      if (command.scopes?.some((scope) => !session.scopes.includes(scope)))
        return { outcome: { kind: "scope" } };
      const next =
        verdict.kind === "same successor" ? replay(session) : advance(session, command, now, policy);
      return {
        outcome: { kind: verdict.kind, session: next },
        session: next,
        user: issueFor(user, command, policy),
      };
    }
    default:
      return verdict satisfies never;
  }
}

const issueFor = (user: UserState, command: RotateSession, policy: SessionPolicy): UserState =>
  recordIssue(user, command.accessExpiresBy, policy.revocationMarginSeconds);

/** The same successor again: counted, and the window stays where it is. */
const replay = (session: Session): Session => ({ ...session, reuseCount: session.reuseCount + 1 });

/** The successor of the presented token becomes current; a heal thereby moves two generations forward. */
const advance = (
  session: Session,
  command: RotateSession,
  now: Milliseconds,
  policy: SessionPolicy,
): Session => ({
  ...session,
  ...extendLife(session.absoluteExpiresAt, now, policy),
  generation: command.generation + 1,
  rotatedAtMs: now,
  reuseCount: 0,
  kid: command.kid,
  next: command.following,
});
