import type { SeeSession } from "./commands.js";
import { type State, speaksOf, type Transition } from "./life.js";
import { withoutRetired } from "./retired-chain.js";
import type { Session } from "./session.js";

/** A token of the current generation is in use: what it replaced is no longer needed by an honest owner. */
export function see({ session }: State, command: SeeSession): Transition<"see"> {
  const isNews =
    session?.unseen === true && speaksOf(session, command) && session.generation === command.generation;
  if (!isNews) return { outcome: { kind: "unchanged" } };
  return { outcome: { kind: "seen" }, session: asSeen(session) };
}

/** The session once a token of its current generation was used: what that replaced is retired for good. */
export function asSeen(session: Session): Session {
  const { unseen: _, ...seen } = withoutRetired(session);
  return seen;
}
