import type { Challenge } from "./answer.js";

/** A prompt for a user interface to show: `useStepUp` returns it. */
export interface StepUpPrompt {
  readonly challenge: Challenge;
  /**
   * Verifies the password, and lets all waiting operations go on. The prompt stays open when it fails.
   *
   * @throws as `reauthenticate`
   */
  readonly prove: (password: string) => Promise<void>;
  /** Closes the prompt. The waiting operations return what they have. */
  readonly decline: () => void;
}

export interface StepUps {
  /** @param session - the one in which it was called */
  readonly stepUp: (challenge: Challenge, session: string | undefined) => Promise<boolean>;
  /** The open prompt. The same object until it changes. */
  readonly getPrompt: () => StepUpPrompt | undefined;
  /** Closes the prompt of a session that ended. */
  readonly drop: () => void;
}

export interface StepUpsOptions {
  readonly prompt: ((challenge: Challenge) => Promise<boolean>) | undefined;
  readonly prove: (password: string, session: string | undefined) => Promise<void>;
  /** Called after each change of the prompt. */
  readonly listeners: ReadonlySet<() => void>;
}

/** Answers that arrive together are asked about together. */
const GATHER_MS = 20;

/** Is this a stricter demand than the other? Without `maxAge` it is met by any proof. */
const isStricter = ({ maxAge }: Challenge, other: Challenge): boolean =>
  maxAge !== undefined && maxAge < (other.maxAge ?? Number.POSITIVE_INFINITY);

/**
 * One prompt at a time, with the smallest `maxAge` of all who wait: all calls in the same session while it is open
 * share its result.
 */
export function createStepUps({ prompt, prove, listeners }: StepUpsOptions): StepUps {
  interface Open {
    readonly session: string | undefined;
    readonly outcome: Promise<boolean>;
    readonly settle: (outcome: boolean | Promise<boolean>) => void;
    shown: StepUpPrompt;
  }
  let open: Open | undefined;
  const publish = (): void => {
    for (const listener of [...listeners]) listener();
  };

  const begin = (challenge: Challenge, session: string | undefined): Open => {
    let settle: Open["settle"] = () => undefined;
    const outcome = new Promise<boolean>((resolve) => {
      settle = resolve;
    }).finally(() => {
      if (open === begun) {
        open = undefined;
        publish();
      }
    });
    const shown: StepUpPrompt = {
      challenge,
      prove: async (password) => {
        await prove(password, session);
        settle(true);
      },
      decline: () => settle(false),
    };
    const begun: Open = { session, outcome, settle, shown };
    if (prompt !== undefined) setTimeout(() => settle(prompt(begun.shown.challenge)), GATHER_MS);
    return begun;
  };

  return {
    stepUp(challenge, session) {
      if (open === undefined || open.session !== session) open = begin(challenge, session);
      else if (isStricter(challenge, open.shown.challenge)) open.shown = { ...open.shown, challenge };
      else return open.outcome;
      publish();
      return open.outcome;
    },
    getPrompt: () => open?.shown,
    drop: () => open?.settle(false),
  };
}
