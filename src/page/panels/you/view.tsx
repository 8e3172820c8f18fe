import "./you.css";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Empty } from "../../parts/empty.js";
import { Notice } from "../../parts/notice.js";
import { describeSession } from "../../shell/describe-session.js";
import { knownState } from "../../state/gateway.js";
import { usePage } from "../../state/page.js";
import { useStore } from "../../state/use-store.js";
import type { PanelProps } from "../panel.js";
import { ClaimsTable } from "./claims-table.js";
import { Life } from "./life.js";
import { Sessions } from "./sessions.js";
import { SignIn } from "./sign-in.js";

/** Who is signed in here, for how long it counts, and on which devices. */
export function View({ panel, isShown }: PanelProps): JSX.Element {
  const page = usePage();
  const gateway = knownState(useStore(page.gateway.store));
  const view = useStore(page.sessionView);
  const userName = useStore(page.userName);
  const [isUnconfirmed, setIsUnconfirmed] = useState(false);
  const top = useFocusAfterChange(view.kind);
  const signOut = async (): Promise<void> => {
    const { confirmed } = await page.session.logout();
    setIsUnconfirmed(!confirmed);
    page.announce(confirmed ? "Signed out." : "Signed out here. The gateway did not confirm it.");
  };
  if (gateway !== undefined && gateway.auth === null)
    return (
      <Empty icon={panel.icon} title="This gateway signs nobody in">
        <p>Its configuration has no login. Tokens come from elsewhere.</p>
      </Empty>
    );
  if (view.kind === "signedOut")
    return (
      <div class="reading you" ref={top} tabIndex={-1}>
        {isUnconfirmed && (
          <Notice kind="attention" title="Signed out here only">
            <p>The gateway did not confirm the sign-out: the session ends there when it expires.</p>
          </Notice>
        )}
        <SignIn users={gateway?.demo?.users ?? []} ended={view} />
      </div>
    );
  return (
    <div class="reading you" ref={top} tabIndex={-1}>
      <div class="who">
        <p>
          Signed in as <strong>{describeSession(view, userName).text}</strong>.
        </p>
        <button type="button" class="button" onClick={() => void signOut()}>
          Sign out
        </button>
      </div>
      <Life view={view} freshSeconds={gateway?.freshSeconds ?? null} isShown={isShown} />
      {gateway?.auth !== null && gateway?.auth !== undefined && gateway.auth.fields.sessions !== null && (
        <Sessions
          auth={gateway.auth}
          generation={view.generation}
          isShown={isShown}
          hasStream={gateway.panels.includes("live")}
        />
      )}
      {view.claims !== undefined && <ClaimsTable claims={view.claims.all} />}
    </div>
  );
}

/** What had the focus is gone after a sign-in or a sign-out: the panel gets it, so that the keyboard does not start over. */
function useFocusAfterChange(kind: string): { readonly current: HTMLDivElement | null } {
  const top = useRef<HTMLDivElement>(null);
  const before = useRef(kind);
  useEffect(() => {
    const hasLostFocus = document.activeElement === null || document.activeElement === document.body;
    if (before.current !== kind && hasLostFocus) top.current?.focus();
    before.current = kind;
  }, [kind]);
  return top;
}
