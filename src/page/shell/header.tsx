import type { JSX } from "preact";
import { usePage } from "../state/page.js";
import { useStore } from "../state/use-store.js";
import { describeGateway } from "./describe-gateway.js";
import { describeSession } from "./describe-session.js";
import { Icon } from "./icon.js";
import { ThemeSwitch } from "./theme-switch.js";

const DOOR = "M5 21V4.6a1.2 1.2 0 0 1 1.5-1.2l10 2.4a1.2 1.2 0 0 1 .9 1.2V21M3 21h18M13.8 13.2h.01";

/** The name, the state of the graph, who is signed in, and the theme. */
export function Header(): JSX.Element {
  const page = usePage();
  const gateway = describeGateway(useStore(page.gateway.store));
  const session = describeSession(useStore(page.sessionView), useStore(page.userName));
  return (
    <header class="header">
      <p class="brand">
        <span class="brand-mark">
          <Icon path={DOOR} size={20} />
        </span>
        Cardea
      </p>
      <p class={`gateway-status status-${gateway.kind}`}>
        <span class="status-dot" aria-hidden="true" />
        <span class="gateway-text">{gateway.text}</span>
      </p>
      <a class="session-summary" href="#/you" data-signed-in={session.isSignedIn}>
        <Icon path="M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20a7.5 7.5 0 0 1 15 0" size={16} />
        <span>{session.text}</span>
      </a>
      <ThemeSwitch />
    </header>
  );
}
