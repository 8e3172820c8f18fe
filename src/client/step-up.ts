import { type Challenge, challengeOf, type GraphQLAnswer } from "./answer.js";
import type { Session } from "./session.js";

/** What adapters use of a session; one without `stepUp` never prompts. */
export type AdapterSession = Pick<Session, "accessToken" | "refresh"> & Partial<Pick<Session, "stepUp">>;

/** The challenge of an answer that a fresh sign-in would satisfy. */
export function stepUpChallenge(answer: GraphQLAnswer | undefined): Challenge | undefined {
  const challenge = answer === undefined ? undefined : challengeOf(answer);
  return challenge?.code === "STEP_UP_REQUIRED" ? challenge : undefined;
}

/** One prompt for all who wait: whoever is challenged while it is open shares its outcome. */
export function createStepUp(
  prompt: ((challenge: Challenge) => Promise<boolean>) | undefined,
): (challenge: Challenge) => Promise<boolean> {
  let open: Promise<boolean> | undefined;
  return (challenge) => {
    if (prompt === undefined) return Promise.resolve(false);
    open ??= prompt(challenge).finally(() => {
      open = undefined;
    });
    return open;
  };
}
