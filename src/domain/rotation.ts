import type { RotateSession } from "./commands.js";
import {
  extendLife,
  judgeLife,
  recordIssue,
  revokedUntil,
  type State,
  speaksOf,
  type Transition,
  tombstone,
} from "./life.js";
import type { SessionPolicy } from "./policy.js";
import { asIssued, retiredView, withoutRetired, withRetired } from "./retired-chain.js";
import { HEALED_GENERATIONS, type Session, type UserState } from "./session.js";
import { asSeen } from "./sighting.js";
import type { Milliseconds } from "./time.js";

type Verdict =
  | { readonly kind: "rotated" | "same successor" | "late" | "healed" | "reused" | "invalid" }
  | { readonly kind: "refused"; readonly reason: "exhausted" | "two back" | "retired" }
  | { readonly kind: "pepper"; readonly kid: number };

/** A verdict, and the chain it was reached by: the session itself, or what it was before a re-authentication. */
export interface JudgedToken {
  readonly verdict: Verdict;
  readonly chain: Session;
}

/**
 * What the presented token means to a live session. While nobody has used what a re-authentication gave, its answer may
 * be lost: the chain before it goes on beside the new one, with the old proof.
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

/** The decision table of a refresh (sessions §3), row by row. */
function judgeChain(
  session: Session,
  command: RotateSession,
  nowMs: Milliseconds,
  policy: SessionPolicy,
): Verdict {
  const { generation, elevation, rotatedAtMs } = session;
  const age = generation - command.generation;
  const withinGrace = (sinceMs: Milliseconds) => nowMs - sinceMs <= policy.graceSeconds * 1000;

  // A successor is derived from its secret, so whoever leads to the stored one holds the current one.
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
        ? { kind: "same successor" }
        : { kind: "refused", reason: "exhausted" };
    // Nobody has the successor: the answer that brought it was lost, whoever comes now (edge §2).
    const isLost = session.unseen === true && nowMs - rotatedAtMs <= (policy.lostAnswerSeconds ?? 0) * 1000;
    return { kind: isLost ? "late" : "reused" };
  }
  // Two or more back: the MAC alone proves that the token once was good.
  if (age === 2 && withinGrace(rotatedAtMs)) return { kind: "refused", reason: "two back" };
  return { kind: "reused" };
}

/** Is the token one that a store which lost its last writes has never heard of? */
function isAhead({ next, ahead }: Session, { presented, successor }: RotateSession, age: number): boolean {
  if (age === -1) return presented === next;
  if (ahead === undefined) return false;
  if (age === -HEALED_GENERATIONS) return presented === ahead;
  return age === 1 - HEALED_GENERATIONS && successor === ahead;
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

  const { verdict, chain } = judgeToken(session, command, now, policy);
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
    case "same successor":
    case "late":
    case "healed": {
      // The proof of the chain before a re-authentication may be older than what a not-before asks for.
      if (chain.authTime < Math.max(user.notBefore ?? 0, notBefore ?? 0))
        return { outcome: { kind: "ended", reason: "not before" } };
      if (isForeign(session, command)) return { outcome: { kind: "client", clientId: session.clientId } };
      if (command.scopes?.some((scope) => !session.scopes.includes(scope)))
        return {
          outcome: { kind: "scope" },
          // Whoever presents the current token has it, whatever they ask with it.
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
            ? { kind: "same successor", ...outcome, late: true }
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
  kind: "rotated" | "same successor" | "late" | "healed",
  command: RotateSession,
  now: Milliseconds,
  policy: SessionPolicy,
): Session {
  // Counted, and the window stays where it is.
  if (kind === "same successor") return { ...chain, reuseCount: chain.reuseCount + 1 };
  // Others who wake up together with this one get a window of their own; the limit still counts from the rotation.
  if (kind === "late") return { ...chain, reuseCount: 0, lateAtMs: now };
  return advance(chain, command, now, policy);
}

/** The successor of the presented token becomes current; a heal thereby moves two generations forward, or more. */
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
