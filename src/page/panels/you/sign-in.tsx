import type { JSX } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import type { DemoUserState } from "../../../http/page/contract.js";
import { Notice } from "../../parts/notice.js";
import { usePage } from "../../state/page.js";
import { endText, refusalText } from "./refusal-text.js";

interface SignInProps {
  /** The demo's users; empty elsewhere. */
  readonly users: readonly DemoUserState[];
  /** Why the last session ended, if there was one. */
  readonly ended: { readonly reason: string | undefined } | undefined;
}

/** Signs in with a user name and a password. The tokens stay in the memory of this page. */
export function SignIn({ users, ended }: SignInProps): JSX.Element {
  const page = usePage();
  const id = useId();
  const [username, setUsername] = useState("");
  const [password, setPassword] = useState("");
  const [isBusy, setIsBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const submitButton = useRef<HTMLButtonElement>(null);

  const submit = async (): Promise<void> => {
    setIsBusy(true);
    setProblem(undefined);
    try {
      await page.session.login({ username, password, device: "Cardea page" });
      page.announce(`Signed in as ${username}.`);
    } catch (error) {
      setProblem(refusalText(error));
      setIsBusy(false);
    }
  };
  return (
    <section class="card sign-in" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>Sign in</h2>
      {ended?.reason !== undefined && (
        <Notice kind="attention" title="You have been signed out">
          <p>{endText(ended.reason)}</p>
        </Notice>
      )}
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isBusy) void submit();
        }}
      >
        <div class="field">
          <label class="label" for={`${id}-name`}>
            User name
          </label>
          <input
            id={`${id}-name`}
            class="input"
            autocomplete="username"
            autocapitalize="off"
            spellcheck={false}
            required
            value={username}
            onInput={(event) => setUsername(event.currentTarget.value)}
          />
        </div>
        <div class="field">
          <label class="label" for={`${id}-password`}>
            Password
          </label>
          <input
            id={`${id}-password`}
            class="input"
            type="password"
            autocomplete="current-password"
            required
            value={password}
            aria-invalid={problem !== undefined}
            aria-describedby={problem === undefined ? undefined : `${id}-problem`}
            onInput={(event) => setPassword(event.currentTarget.value)}
          />
        </div>
        {problem !== undefined && (
          <p id={`${id}-problem`} class="problem-text" role="alert">
            {problem}
          </p>
        )}
        <div class="form-actions">
          <button ref={submitButton} type="submit" class="button button-main" aria-disabled={isBusy}>
            {isBusy ? "Signing in …" : "Sign in"}
          </button>
        </div>
        <p class="quiet">
          The tokens stay in the memory of this page and its other open tabs: reloading the only one signs
          out.
        </p>
      </form>
      {users.length > 0 && (
        <div class="demo-users">
          <h3>Users of the demo</h3>
          <ul>
            {users.map((user) => (
              <li key={user.username}>
                <button
                  type="button"
                  class="button"
                  onClick={() => {
                    setUsername(user.username);
                    setPassword(user.password);
                    submitButton.current?.focus();
                  }}
                >
                  Fill in {user.username}
                </button>
                <p>{user.about}</p>
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}
