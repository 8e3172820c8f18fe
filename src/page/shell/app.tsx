import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Panel } from "../panels/panel.js";
import { FIRST_PANEL, PANELS } from "../panels/registry.js";
import { knownState } from "../state/gateway.js";
import { usePage } from "../state/page.js";
import { useStore } from "../state/use-store.js";
import { Header } from "./header.js";
import { Navigation } from "./navigation.js";
import { PanelFrame } from "./panel-frame.js";

/** The whole page: header, navigation, and the panels that were opened so far, of which one is shown. */
export function App(): JSX.Element {
  const page = usePage();
  const route = useStore(page.route);
  const gateway = knownState(useStore(page.gateway.store));
  const offered = PANELS.filter(({ id }) => gateway?.panels.includes(id) ?? true);
  const shown = offered.find(({ id }) => id === route.panel) ?? offered.find(({ id }) => id === FIRST_PANEL);
  const opened = useOpened(shown);

  useEffect(() => {
    document.title = shown === undefined ? "Cardea" : `${shown.title} · Cardea`;
  }, [shown]);

  return (
    <div class="page">
      <button type="button" class="skip button" onClick={skipToMain}>
        Skip to the panel
      </button>
      <Header />
      <Navigation panels={offered} current={shown?.id} />
      <main id="main" class="main" tabIndex={-1}>
        {opened.map((panel) => (
          <PanelFrame
            key={panel.id}
            panel={panel}
            isShown={panel === shown}
            detail={panel === shown ? route.detail : ""}
          />
        ))}
      </main>
      {PANELS.map(({ id, Overlay }) => Overlay !== undefined && <Overlay key={id} />)}
      <Announcements />
    </div>
  );
}

/** Panels stay mounted once opened, so that an editor keeps its undo history and a feed its events. */
function useOpened(shown: Panel | undefined): readonly Panel[] {
  const [opened, setOpened] = useState<readonly Panel[]>([]);
  const all = shown === undefined || opened.includes(shown) ? opened : [...opened, shown];
  useEffect(() => {
    if (all !== opened) setOpened(all);
  });
  return all;
}

/** A button and no link: the address after `#` names the panel. */
function skipToMain(): void {
  document.getElementById("main")?.focus();
}

function Announcements(): JSX.Element {
  const text = useStore(usePage().announcement);
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}
