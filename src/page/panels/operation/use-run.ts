import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { challengeOf } from "../../../client/answer.js";
import { holdsMutation, mayRepeat } from "../../../client/operation-kind.js";
import { type Page, usePage } from "../../state/page.js";
import { whenCallerEnds } from "../../state/session-view.js";
import { type Refusal, refusalsOf } from "./refusals.js";
import { type RunInput, type RunOutcome, run } from "./run.js";

export interface Running {
  readonly outcome: RunOutcome | undefined;
  readonly isRunning: boolean;
  readonly start: (input: RunInput) => void;
  readonly abort: () => void;
  /** What the button at a refusal does. */
  readonly remedy: (refusal: Refusal) => void;
}

/** Runs operations, one at a time. */
export function useRun(): Running {
  const page = usePage();
  const [outcome, setOutcome] = useState<RunOutcome>();
  const [isRunning, setRunning] = useState(false);
  const abort = useRef<AbortController | undefined>(undefined);
  const last = useRef<{ readonly input: RunInput; readonly outcome: RunOutcome } | undefined>(undefined);

  const start = useCallback(
    (input: RunInput) => {
      abort.current?.abort();
      const controller = new AbortController();
      abort.current = controller;
      setRunning(true);
      void run(input, { graphqlUrl: page.graphqlUrl, session: page.session, signal: controller.signal }).then(
        (result) => {
          // Another run has begun: its answer is the one to show.
          if (abort.current !== controller) return;
          abort.current = undefined;
          last.current = { input, outcome: result };
          setOutcome(result);
          setRunning(false);
          page.announce(summary(result));
          page.lastOperation.set({
            ...input,
            durationMs: result.kind === "answered" ? result.durationMs : undefined,
          });
        },
      );
    },
    [page],
  );

  // What a session was answered is not left for the next user of this page.
  useEffect(
    () =>
      whenCallerEnds(page.sessionView, () => {
        const wasRunning = abort.current !== undefined;
        abort.current?.abort();
        abort.current = undefined;
        last.current = undefined;
        setRunning(false);
        setOutcome(wasRunning ? { kind: "failed", message: "The session has ended." } : undefined);
      }),
    [page],
  );

  const remedy = useCallback(
    (refusal: Refusal) => {
      if (refusal.remedy === "signIn") page.open("you");
      else if (last.current !== undefined) void stepUpAndRetry(page, last.current, start);
    },
    [page, start],
  );

  return { outcome, isRunning, start, abort: () => abort.current?.abort(), remedy };
}

async function stepUpAndRetry(
  page: Page,
  { input, outcome }: { readonly input: RunInput; readonly outcome: RunOutcome },
  start: (input: RunInput) => void,
): Promise<void> {
  const answer = outcome.kind === "answered" ? outcome.answer : undefined;
  const challenge = answer === undefined ? undefined : challengeOf(answer);
  if (challenge === undefined || !(await page.session.stepUp(challenge))) return;
  if (mayRepeat(holdsMutation(input.query), answer)) start(input);
  else
    page.announce(
      "A part of the mutation has run, so it is not sent again by itself. Run it again if that is right.",
    );
}

function summary(outcome: RunOutcome): string {
  if (outcome.kind === "aborted") return "Aborted.";
  if (outcome.kind === "failed") return outcome.message;
  const errors = outcome.answer === undefined ? 0 : refusalsOf(outcome.answer).length;
  return `Answer: HTTP ${outcome.status}, ${errors === 1 ? "1 error" : `${errors} errors`}.`;
}
