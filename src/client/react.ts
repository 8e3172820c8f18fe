import { useSyncExternalStore } from "react";
import type { Session } from "./session-api.js";
import type { SessionState } from "./state.js";
import type { StepUpPrompt } from "./step-up.js";

/** `cardea/react`: hooks for React 18 and later. No provider: pass the session. */

/**
 * The state of a session; the component renders again after each change.
 *
 * @param session - one object for the life of the application, made outside of components
 */
export const useSession = (session: Session): SessionState =>
  useSyncExternalStore(session.subscribe, session.getState, session.getState);

/**
 * The open step-up prompt, or `undefined`. While a component with this hook is mounted, operations that require a fresh
 * sign-in wait for it: call `prove(password)` or `decline()`.
 */
export const useStepUp = (session: Session): StepUpPrompt | undefined =>
  useSyncExternalStore(session.subscribePrompt, session.getPrompt, session.getPrompt);
