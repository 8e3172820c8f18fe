import type { JSX } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { knownState } from "../../state/gateway.js";
import { usePage } from "../../state/page.js";
import { useStore } from "../../state/use-store.js";

interface PasswordFieldProps {
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** Why the last attempt failed. */
  readonly problem: string | undefined;
}

/** A password of the signed-in user. In the demo, where passwords are public, it can be filled in with one click. */
export function PasswordField({ value, onInput, problem }: PasswordFieldProps): JSX.Element {
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const users = knownState(useStore(usePage().gateway.store))?.demo?.users ?? [];
  useEffect(() => {
    if (problem !== undefined) input.current?.focus();
  }, [problem]);
  return (
    <div class="field">
      <label class="label" for={id}>
        Password
      </label>
      <input
        ref={input}
        id={id}
        class="input"
        type="password"
        autocomplete="current-password"
        required
        // biome-ignore lint/a11y/noAutofocus: the only field of a dialog that has just been opened.
        autoFocus
        value={value}
        aria-invalid={problem !== undefined}
        aria-describedby={problem === undefined ? undefined : `${id}-problem`}
        onInput={(event) => onInput(event.currentTarget.value)}
      />
      {problem !== undefined && (
        <p id={`${id}-problem`} class="problem-text" role="alert">
          {problem}
        </p>
      )}
      {users.length > 0 && (
        <div class="fill">
          {users.map(({ username, password }) => (
            <button
              key={username}
              type="button"
              class="button button-small"
              onClick={() => {
                onInput(password);
                input.current?.focus();
              }}
            >
              Fill in {username}’s
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
