import type { Challenge } from "../../../client/answer.js";

/** The prompt that is open now, if one is. */
export interface OpenPrompt {
  /** The smallest window of all operations that wait. `undefined`: none of them named one. */
  readonly maxAge: number | undefined;
  readonly waiting: number;
}

/** One prompt for all operations that need a proof of identity at the same time. */
export interface StepUpQueue {
  /** Opens the prompt, or joins the open one. @returns whether the user proved who they are */
  request(challenge: Challenge): Promise<boolean>;
  /** Closes the prompt and answers everybody who waits. */
  settle(isProved: boolean): void;
  get(): OpenPrompt | undefined;
  /** @returns ends the subscription */
  subscribe(listener: () => void): () => void;
}

export function createStepUpQueue(): StepUpQueue {
  let open: OpenPrompt | undefined;
  let answers: ((isProved: boolean) => void)[] = [];
  const listeners = new Set<() => void>();
  const change = (to: OpenPrompt | undefined): void => {
    open = to;
    for (const listener of [...listeners]) listener();
  };
  return {
    request: ({ maxAge }) =>
      new Promise((resolve) => {
        answers.push(resolve);
        change({ maxAge: smaller(open?.maxAge, maxAge), waiting: answers.length });
      }),
    settle(isProved) {
      const waiting = answers;
      answers = [];
      change(undefined);
      for (const answer of waiting) answer(isProved);
    },
    get: () => open,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

const smaller = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other);
