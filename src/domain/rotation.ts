import type { RotateSession } from "./commands.js";
import {
  extendLife,
  judgeLife,
  matchesCommand,
  recordIssue,
  revokedUntil,
  type State,
  type Transition,
  tombstone,
} from "./life.js";
import type { SessionPolicy } from "./policy.js";
import { asIssued, retiredView, withoutRetired, withRetired } from "./retired-chain.js";
import { HEALED_GENERATIONS, type Session, type UserState } from "./session.js";
import { asSeen } from "./sighting.js";
import type { Milliseconds } from "./time.js";

type Verdict =
  | { readonly kind: "rotated" | "repeated" | "late" | "healed" | "reused" | "invalid" }
  | { readonly kind: "refused"; readonly reason: "repeated too often" | "stale" | "retired" }
  | { readonly kind: "pepper"; readonly kid: number };

/** A verdict and the chain it belongs to: the session itself, or its chain from before a step-up. */
export interface JudgedToken {
  readonly verdict: Verdict;
  readonly chain: Session;
}

/**
 * What the presented token means for a live session. While no token of a step-up's new chain has been used, the answer
 * to the step-up may be lost. Until then the old chain stays valid beside the new one, with the old proof of identity.
 */
export function judgeToken(
  session: Session,
  command: RotateSession,
  nowMs: Milliseconds,
  policy: SessionPolicy,
): JudgedToken {
  const before = retiredView(session);
  const verdict = judgeChain(session, command, nowMs, policy);
  if (before === undefined) return { verdict, chain: session };
  if (command.generation >= session.generation && verdict.kind !== "invalid")
    return { verdict, chain: session };
  const earlier = judgeChain(before.session, command, nowMs, policy);
  const isRetired = command.generation >= before.from && command.generation < session.generation;
  return {
    verdict: earlier.kind === "invalid" && isRetired ? { kind: "refused", reason: "retired" } : earlier,
    chain: before.session,
  };
}

/** The decision table of a refresh (docs/spec/sessions.md §3.1), row by row. */
function judgeChain(
  session: Session,
  command: RotateSession,
  nowMs: Milliseconds,
  policy: SessionPolicy,
): Verdict {
  const { generation, elevation, rotatedAtMs } = session;
  const age = generation - command.generation;
  const withinGrace = (sinceMs: Milliseconds) => nowMs - sinceMs <= policy.graceSeconds * 1000;

  // A successor is derived from the secret of a token: a token that derives the stored successor is the current one.
  if (age === 0) return { kind: command.successor === session.next ? "rotated" : "invalid" };
  if (age < 0) return { kind: isAhead(session, command, age) ? "healed" : "invalid" };

  if (elevation !== undefined && command.generation >= elevation.from && command.generation < elevation.to)
    return withinGrace(elevation.atMs) ? { kind: "refused", reason: "retired" } : { kind: "reused" };
  if (age === 1) {
    const following = command.kid === session.kid ? command.following : command.otherwise.get(session.kid);
    if (following === undefined) return { kind: "pepper", kid: session.kid };
    if (following !== session.next) return { kind: "invalid" };
    if (withinGrace(Math.max(rotatedAtMs, session.lateAtMs ?? 0)))
      return session.reuseCount < policy.maxReuse
        ? { kind: "repeated" }
        : { kind: "refused", reason: "repeated too often" };
    // No token of the successor's generation was used: its answer was lost (docs/spec/sessions.md §3.3).
    const isLost = session.unseen === true && nowMs - rotatedAtMs <= (policy.lostAnswerSeconds ?? 0) * 1000;
    return { kind: isLost ? "late" : "reused" };
  }
  // Two or more generations back: only the MAC proves that the token was valid once.
  if (age === 2 && withinGrace(rotatedAtMs)) return { kind: "refused", reason: "stale" };
  return { kind: "reused" };
}

/** Is the token newer than the stored one, because the store lost its last writes? */
function isAhead({ next, ahead }: Session, { presented, successor }: RotateSession, age: number): boolean {
  if (age === -1) return presented === next;
  if (ahead === undefined) return false;
  if (age === -HEALED_GENERATIONS) return presented === ahead;
  return age === 1 - HEALED_GENERATIONS && successor === ahead;
}

/** A refresh: {@link judgeToken}, for a live session that fits the command. */
export function rotate(
  { session, user, notBefore }: State,
  command: RotateSession,
  now: Milliseconds,
  policy: SessionPolicy,
): Transition<"rotate"> {
  if (session === undefined) return { outcome: { kind: "unknown" } };
  if (!matchesCommand(session, command)) return { outcome: { kind: "invalid" } };
  const over = judgeLife(session, user, now, notBefore);
  if (over !== undefined || user === undefined) return { outcome: over ?? { kind: "invalid" } };

  const { verdict, chain } = judgeToken(session, command, now, policy);
  // Before anything changes, also before a reuse ends the session: the request may not act for this client.
  if (verdict.kind !== "invalid" && verdict.kind !== "pepper" && isForeign(session, command))
    return { outcome: { kind: "client", clientId: session.clientId } };
  switch (verdict.kind) {
    case "invalid":
      return { outcome: { kind: "invalid" } };
    case "refused":
    case "pepper":
      return { outcome: verdict };
    case "reused":
      return {
        outcome: { kind: "reused" },
        session: tombstone(session, "reused", now, policy),
        revocation: {
          kind: "session",
          tenant: session.tenant,
          sessionId: session.id,
          until: revokedUntil(user, undefined, now, policy),
        },
      };
    case "rotated":
    case "repeated":
    case "late":
    case "healed": {
      // The proof of identity of a chain from before a step-up may be older than the not-before.
      if (chain.authTime < Math.max(user.notBefore ?? 0, notBefore ?? 0))
        return { outcome: { kind: "ended", reason: "not before" } };
      if (command.scopes?.some((scope) => !session.scopes.includes(scope)))
        return {
          outcome: { kind: "scope" },
          // The client presented the current token, so it has received it, even though this request is refused.
          ...(verdict.kind === "rotated" && chain.unseen === true
            ? { session: chain === session ? asSeen(session) : withRetired(session, asSeen(chain)) }
            : {}),
        };
      const next = continueChain(chain, verdict.kind, command, now, policy);
      const isRetired = chain !== session;
      const outcome = { session: isRetired ? asIssued(session, next) : next };
      return {
        outcome:
          verdict.kind === "late"
            ? { kind: "repeated", ...outcome, late: true }
            : { kind: verdict.kind, ...outcome },
        session: isRetired ? withRetired(session, next) : next,
        user: issueFor(user, command, policy),
      };
    }
    default:
      return verdict satisfies never;
  }
}

const isForeign = ({ clientId }: Session, { clients = [] }: RotateSession): boolean =>
  clients.length > 0 && !clients.includes(clientId);

const issueFor = (user: UserState, command: RotateSession, policy: SessionPolicy): UserState =>
  recordIssue(user, command.accessExpiresBy, policy.revocationMarginSeconds);

function continueChain(
  chain: Session,
  kind: "rotated" | "repeated" | "late" | "healed",
  command: RotateSession,
  now: Milliseconds,
  policy: SessionPolicy,
): Session {
  // The repetition is counted; the grace window does not move.
  if (kind === "repeated") return { ...chain, reuseCount: chain.reuseCount + 1 };
  // Other tabs that wake up at the same time get a new grace window; `lostAnswerSeconds` still counts from the
  // rotation.
  if (kind === "late") return { ...chain, reuseCount: 0, lateAtMs: now };
  return advance(chain, command, now, policy);
}

/** The successor of the presented token becomes current. After lost writes this skips one or more generations. */
function advance(chain: Session, command: RotateSession, now: Milliseconds, policy: SessionPolicy): Session {
  const { lateAtMs: _, ahead: __, ...kept } = withoutRetired(chain);
  return {
    ...kept,
    ...extendLife(chain.absoluteExpiresAt, now, policy),
    generation: command.generation + 1,
    rotatedAtMs: now,
    reuseCount: 0,
    kid: command.kid,
    next: command.following,
    ...(command.ahead === undefined ? {} : { ahead: command.ahead }),
    unseen: true,
  };
}
