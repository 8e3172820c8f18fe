import type { RetiredChain, Session } from "./session.js";

/** What of a session a re-authentication replaces. */
export function chainOf(session: Session): RetiredChain {
  const { generation, rotatedAtMs, reuseCount, kid, next, ahead, unseen, lateAtMs, authTime, acr, amr } =
    session;
  return {
    generation,
    rotatedAtMs,
    reuseCount,
    kid,
    next,
    ...(ahead === undefined ? {} : { ahead }),
    ...(unseen === undefined ? {} : { unseen }),
    ...(lateAtMs === undefined ? {} : { lateAtMs }),
    authTime,
    ...(acr === undefined ? {} : { acr }),
    amr,
  };
}

/** A session as it is for an owner who never received the answer to a re-authentication. */
export interface RetiredView {
  readonly session: Session;
  /** The first generation the re-authentication retired. */
  readonly from: number;
}

/** `undefined` once the replacement was used: from then on only it counts. */
export function retiredView(session: Session): RetiredView | undefined {
  const { elevation, acr: _, unseen: __, lateAtMs: ___, ahead: ____, ...kept } = session;
  if (elevation?.retired === undefined) return undefined;
  return { session: { ...kept, ...elevation.retired }, from: elevation.from };
}

/** The session with its retired chain moved on. */
export const withRetired = (session: Session, chain: Session): Session =>
  session.elevation === undefined
    ? session
    : {
        ...session,
        expiresAt: chain.expiresAt,
        retainUntil: chain.retainUntil,
        elevation: { ...session.elevation, retired: chainOf(chain) },
      };

/** The replacement was used: the chain before it is retired for good. */
export function withoutRetired(session: Session): Session {
  if (session.elevation?.retired === undefined) return session;
  const { retired: _, ...elevation } = session.elevation;
  return { ...session, elevation };
}

/**
 * What access tokens of a retired chain call their generation. The chain may go on beyond the replacement; none of its
 * tokens may be taken for a sign that the replacement is in use, so they bear what it really is beside.
 */
export const asIssued = (session: Session, chain: Session): Session =>
  session.elevation === undefined
    ? chain
    : {
        ...chain,
        generation: Math.min(chain.generation, session.elevation.to - 1),
        retiredGeneration: chain.generation,
      };
