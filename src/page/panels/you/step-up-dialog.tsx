import type { JSX } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { usePage } from "../../state/page.js";
import { useStore } from "../../state/use-store.js";
import { durationText } from "./duration.js";
import { PasswordField } from "./password-field.js";
import { refusalText } from "./refusal-text.js";
import { createStepUpQueue } from "./step-up-queue.js";

/** The prompt of the whole page: one for all operations that need a fresh proof of identity. */
export function StepUpDialog(): JSX.Element {
  const page = usePage();
  const [queue] = useState(createStepUpQueue);
  const prompt = useStore(queue);
  const view = useStore(page.sessionView);
  const dialog = useRef<HTMLDialogElement>(null);
  const title = useId();

  useEffect(() => {
    page.stepUp.handler = (challenge) =>
      page.session.signedIn() ? queue.request(challenge) : Promise.resolve(false);
    return () => {
      page.stepUp.handler = undefined;
      queue.settle(false);
    };
  }, [page, queue]);
  const isOpen = prompt !== undefined;
  useEffect(() => {
    if (isOpen) dialog.current?.showModal();
    else dialog.current?.close();
  }, [isOpen]);
  // Who is signed out while the prompt is open has nothing left to prove.
  useEffect(() => {
    if (view.kind === "signedOut") queue.settle(false);
  }, [view.kind, queue]);

  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={title}
      onCancel={(event) => {
        event.preventDefault();
        queue.settle(false);
      }}
    >
      <h2 id={title}>Prove who you are</h2>
      {prompt !== undefined && (
        <Prompt
          maxAge={prompt.maxAge}
          waiting={prompt.waiting}
          prove={async (password) => {
            await page.session.reauthenticate(password);
            queue.settle(true);
            page.announce("Identity proved. What waited is sent again.");
          }}
          cancel={() => queue.settle(false)}
        />
      )}
    </dialog>
  );
}

interface PromptProps {
  readonly maxAge: number | undefined;
  readonly waiting: number;
  readonly prove: (password: string) => Promise<void>;
  readonly cancel: () => void;
}

function Prompt({ maxAge, waiting, prove, cancel }: PromptProps): JSX.Element {
  const [password, setPassword] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const submit = async (): Promise<void> => {
    setIsBusy(true);
    setProblem(undefined);
    await prove(password).catch((error: unknown) => setProblem(refusalText(error)));
    setIsBusy(false);
  };
  return (
    <form
      method="dialog"
      class="form"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void submit();
      }}
    >
      <p>
        {maxAge === undefined
          ? "A fresh proof of identity is needed."
          : `A proof of identity that is at most ${durationText(maxAge)} old is needed.`}
        {waiting > 1 && ` ${waiting} operations wait for it.`}
      </p>
      <PasswordField value={password} onInput={setPassword} problem={problem} />
      <div class="form-actions">
        <button type="submit" class="button button-main" aria-disabled={isBusy}>
          {isBusy ? "Checking …" : "Continue"}
        </button>
        <button type="button" class="button" onClick={cancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}
