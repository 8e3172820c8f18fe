import type { RetiredChain, Session } from "./session.js";

/** The part of a session that a step-up replaces. */
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

/** The session as it is for a client that never received the answer to a step-up. */
export interface RetiredView {
  readonly session: Session;
  /** The first generation that the step-up retired. */
  readonly from: number;
}

/** `undefined` once a token of the new chain was used: from then on only the new chain is valid. */
export function retiredView(session: Session): RetiredView | undefined {
  const { elevation, acr: _, unseen: __, lateAtMs: ___, ahead: ____, ...kept } = session;
  if (elevation?.retired === undefined) return undefined;
  return { session: { ...kept, ...elevation.retired }, from: elevation.from };
}

/** The session after a refresh on its retired chain. */
export const withRetired = (session: Session, chain: Session): Session =>
  session.elevation === undefined
    ? session
    : {
        ...session,
        expiresAt: chain.expiresAt,
        retainUntil: chain.retainUntil,
        elevation: { ...session.elevation, retired: chainOf(chain) },
      };

/** The session after a token of the new chain was used: the retired chain is dropped. */
export function withoutRetired(session: Session): Session {
  if (session.elevation?.retired === undefined) return session;
  const { retired: _, ...elevation } = session.elevation;
  return { ...session, elevation };
}

/**
 * The generations for an access token of a retired chain. The chain may have more generations than the step-up left
 * free. A higher number would look like a token of the new chain, so `generation` is capped and `retiredGeneration`
 * has the real one.
 */
export const asIssued = (session: Session, chain: Session): Session =>
  session.elevation === undefined
    ? chain
    : {
        ...chain,
        generation: Math.min(chain.generation, session.elevation.to - 1),
        retiredGeneration: chain.generation,
      };
