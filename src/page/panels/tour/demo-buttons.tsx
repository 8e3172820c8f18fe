import "./demo-buttons.css";
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { DemoButton, DemoButtonState } from "../../../http/page/contract.js";
import { usePage } from "../../state/page.js";
import { useStore } from "../../state/use-store.js";
import { happenedText, pressButton } from "./press-button.js";

interface DemoButtonsProps {
  readonly buttons: readonly DemoButtonState[];
}

/** Buttons that only the demo has, each with what it will do and what it did. */
export function DemoButtons({ buttons }: DemoButtonsProps): JSX.Element {
  return (
    <ul class="demo-buttons">
      {buttons.map((one) => (
        <li key={one.button}>
          <h3>{one.title}</h3>
          <p>{one.about}</p>
          <PressButton button={one.button} text={one.title} needsSignIn={one.needsSignIn} />
        </li>
      ))}
    </ul>
  );
}

interface PressButtonProps {
  readonly button: DemoButton;
  readonly text: string;
  readonly needsSignIn: boolean;
  readonly body?: Readonly<Record<string, unknown>>;
}

/** One button with its result below. */
export function PressButton({ button, text, needsSignIn, body }: PressButtonProps): JSX.Element {
  const page = usePage();
  const view = useStore(page.sessionView);
  const [isBusy, setIsBusy] = useState(false);
  const [result, setResult] = useState<{ readonly isDone: boolean; readonly text: string }>();
  const isMissingSignIn = needsSignIn && view.kind === "signedOut";
  const press = async (): Promise<void> => {
    setIsBusy(true);
    try {
      const answer = await pressButton(button, page.session, body);
      setResult({ isDone: true, text: happenedText(answer) });
    } catch (error) {
      setResult({ isDone: false, text: error instanceof Error ? error.message : String(error) });
    }
    setIsBusy(false);
  };
  return (
    <>
      {isMissingSignIn ? (
        <p>
          <a href="#/you">Sign in</a> first: it is about your own session.
        </p>
      ) : (
        <button
          type="button"
          class="button"
          aria-disabled={isBusy}
          onClick={() => {
            if (!isBusy) void press();
          }}
        >
          {text}
        </button>
      )}
      <p role="status" class={result?.isDone === false ? "problem-text" : "happened"}>
        {result?.text ?? ""}
      </p>
    </>
  );
}
