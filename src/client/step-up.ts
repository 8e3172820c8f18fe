import { type Challenge, challengeOf, type GraphQLAnswer } from "./answer.js";

/** The challenge of an answer, if a fresh sign-in meets it. */
export function stepUpChallenge(answer: GraphQLAnswer | undefined): Challenge | undefined {
  const challenge = answer === undefined ? undefined : challengeOf(answer);
  return challenge?.code === "STEP_UP_REQUIRED" ? challenge : undefined;
}

/**
 * One prompt at a time: all calls in the same session while it is open share its result.
 *
 * @param sessionNow - returns the current session
 */
export function createStepUp(
  prompt: ((challenge: Challenge) => Promise<boolean>) | undefined,
  sessionNow: () => string | undefined,
): (challenge: Challenge) => Promise<boolean> {
  let open: { readonly session: string | undefined; readonly outcome: Promise<boolean> } | undefined;
  return (challenge) => {
    if (prompt === undefined) return Promise.resolve(false);
    const session = sessionNow();
    if (open !== undefined && open.session === session) return open.outcome;
    const outcome = prompt(challenge).finally(() => {
      if (open?.outcome === outcome) open = undefined;
    });
    open = { session, outcome };
    return outcome;
  };
}
