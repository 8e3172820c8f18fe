import type { ComponentType, JSX } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { Panel, PanelProps } from "../panels/panel.js";
import { Notice } from "../parts/notice.js";
import { Guarded } from "./guarded.js";

type Loading =
  | { readonly kind: "loading" }
  | { readonly kind: "loaded"; readonly View: ComponentType<PanelProps> }
  | { readonly kind: "failed" };

interface PanelFrameProps {
  readonly panel: Panel;
  readonly isShown: boolean;
  readonly detail: string;
}

/** Loads a panel's view and keeps its failures inside of it. */
export function PanelFrame({ panel, isShown, detail }: PanelFrameProps): JSX.Element {
  const [loading, setLoading] = useState<Loading>({ kind: "loading" });
  const load = useCallback(() => {
    setLoading({ kind: "loading" });
    panel.load().then(
      ({ View }) => setLoading({ kind: "loaded", View }),
      () => setLoading({ kind: "failed" }),
    );
  }, [panel]);
  useEffect(load, [load]);
  const title = `panel-${panel.id}`;
  return (
    <section class={`panel panel-${panel.id}`} aria-labelledby={title} hidden={!isShown}>
      <h1 id={title} class="visually-hidden">
        {panel.title}
      </h1>
      {loading.kind === "loading" && <p class="panel-wait">Loading …</p>}
      {loading.kind === "failed" && (
        <Notice kind="problem" title="This panel could not be loaded">
          <p>The gateway may be restarting.</p>
          <button type="button" class="button" onClick={load}>
            Try again
          </button>
        </Notice>
      )}
      {loading.kind === "loaded" && (
        <Guarded>
          <loading.View panel={panel} detail={detail} isShown={isShown} />
        </Guarded>
      )}
    </section>
  );
}
