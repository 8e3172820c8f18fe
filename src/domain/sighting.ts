import type { SeeSession } from "./commands.js";
import { type State, speaksOf, type Transition } from "./life.js";
import { retiredView, withoutRetired, withRetired } from "./retired-chain.js";
import type { Session } from "./session.js";

/** A token of the current generation is in use: what it replaced is no longer needed by an honest owner. */
export function see({ session }: State, command: SeeSession): Transition<"see"> {
  const seen = session !== undefined && speaksOf(session, command) ? seenBy(session, command) : undefined;
  return seen === undefined
    ? { outcome: { kind: "unchanged" } }
    : { outcome: { kind: "seen" }, session: seen };
}

/** `undefined` where the use is no news. */
function seenBy(session: Session, command: SeeSession): Session | undefined {
  if (session.unseen !== true) return undefined;
  if (command.retiredGeneration === undefined && session.generation === command.generation)
    return asSeen(session);
  const chain = retiredView(session)?.session;
  return chain?.unseen === true && isOfRetired(session, chain, command)
    ? withRetired(session, asSeen(chain))
    : undefined;
}

/**
 * Is the token one of the current generation of the chain that the last re-authentication retired? A token from before
 * it bears one generation, which is then the first that was retired: the others of that range may be of a replacement.
 */
function isOfRetired({ elevation }: Session, chain: Session, command: SeeSession): boolean {
  if (elevation === undefined) return false;
  const { from, to } = elevation;
  const { generation, retiredGeneration } = command;
  if (retiredGeneration === undefined) return generation === from && from === chain.generation;
  return from <= generation && generation < to && retiredGeneration === chain.generation;
}

/** The session once a token of its current generation was used: what that replaced is retired for good. */
export function asSeen(session: Session): Session {
  const { unseen: _, ...seen } = withoutRetired(session);
  return seen;
}
