import type { SeeSession } from "./commands.js";
import { matchesCommand, type State, type Transition } from "./life.js";
import { retiredView, withoutRetired, withRetired } from "./retired-chain.js";
import type { Session } from "./session.js";

/** A token of the current generation was used: the client no longer needs the tokens it replaced. */
export function see({ session }: State, command: SeeSession): Transition<"see"> {
  const seen =
    session !== undefined && matchesCommand(session, command) ? seenBy(session, command) : undefined;
  return seen === undefined
    ? { outcome: { kind: "unchanged" } }
    : { outcome: { kind: "seen" }, session: seen };
}

/** `undefined` when the use was known already. */
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
 * Is the token of the current generation of the chain that the last step-up retired? A token without
 * `retiredGeneration` was issued before the step-up, so its generation must be `from`, the first that was retired.
 */
function isOfRetired({ elevation }: Session, chain: Session, command: SeeSession): boolean {
  if (elevation === undefined) return false;
  const { from, to } = elevation;
  const { generation, retiredGeneration } = command;
  if (retiredGeneration === undefined) return generation === from && from === chain.generation;
  return from <= generation && generation < to && retiredGeneration === chain.generation;
}

/** The session after a token of its current generation was used: a retired chain is dropped. */
export function asSeen(session: Session): Session {
  const { unseen: _, ...seen } = withoutRetired(session);
  return seen;
}
