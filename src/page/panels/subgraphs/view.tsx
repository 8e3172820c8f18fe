import "./subgraphs.css";
import type { JSX } from "preact";
import type { PageState } from "../../../http/page/contract.js";
import { Badge } from "../../parts/badge.js";
import { Notice } from "../../parts/notice.js";
import { knownState } from "../../state/gateway.js";
import { usePage } from "../../state/page.js";
import { useStore } from "../../state/use-store.js";
import { liveList } from "../live/live-list.js";
import type { PanelProps } from "../panel.js";
import { DemoButtons, PressButton } from "../tour/demo-buttons.js";
import { Received } from "./received-table.js";

/** Events about the graph that are shown. */
const MAX_EVENTS = 20;

/** Whether the subgraphs compose, what happened to the graph, and what each subgraph received. */
export function View({ isShown }: PanelProps): JSX.Element {
  const page = usePage();
  const state = knownState(useStore(page.gateway.store));
  const list = useStore(liveList(page.events));
  const events = [...list.waiting, ...list.shown]
    .filter(({ type }) => type.startsWith("supergraph."))
    .slice(0, MAX_EVENTS);
  if (state === undefined) return <p class="panel-wait">Reading the state of the gateway …</p>;
  const { demo } = state;
  return (
    <div class="reading">
      <Composition state={state} />
      {demo !== null && (
        <DemoButtons buttons={demo.buttons.filter(({ button }) => button.endsWith("-directive"))} />
      )}
      {events.length > 0 && (
        <section class="card" aria-labelledby="subgraphs-events">
          <h2 id="subgraphs-events">What happened to the graph</h2>
          <ol class="graph-events">
            {events.map(({ number, at, title, details }) => (
              <li key={number}>
                <time dateTime={new Date(at).toISOString()}>{new Date(at).toLocaleTimeString()}</time>
                <span>{title}</span>
                <span class="quiet">{details.join(" · ")}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
      <section class="card">
        <h2 id="subgraphs-list">Subgraphs</h2>
        <ul class="subgraph-list">
          {state.subgraphs.map(({ name, url }) => (
            <li key={name}>
              <div>
                <strong>{name}</strong> <code>{url}</code>
              </div>
              {demo?.buttons.some(({ button }) => button === "bypass") === true && (
                <PressButton
                  button="bypass"
                  text={`Ask ${name} directly, around the gateway`}
                  needsSignIn
                  body={{ subgraph: name }}
                />
              )}
            </li>
          ))}
        </ul>
      </section>
      {demo !== null && <Received subgraphs={state.subgraphs.map(({ name }) => name)} isShown={isShown} />}
    </div>
  );
}

function Composition({
  state: { status, problems, supergraphDigest },
}: {
  readonly state: PageState;
}): JSX.Element {
  return (
    <section aria-labelledby="subgraphs-composition">
      <h2 id="subgraphs-composition">Composition</h2>
      <div role="status">
        {problems.length === 0 ? (
          <p class="composition-state">
            <Badge kind={status === "serving" ? "good" : "attention"}>
              {status === "serving" ? "composes" : "waiting"}
            </Badge>{" "}
            {status === "serving" ? "The graph is serving." : "No set of subgraphs has composed yet."}
          </p>
        ) : (
          <Notice
            kind="problem"
            title={
              problems.length === 1
                ? "The subgraphs do not compose"
                : `${problems.length} problems: the subgraphs do not compose`
            }
          >
            <p>
              {status === "serving"
                ? "The last good graph keeps serving: operations work as before, with the guards of that graph."
                : "No graph has been served yet, so operations are answered 503."}
            </p>
            {problems.map((problem) => (
              <pre key={problem} class="composition-problem">
                {problem}
              </pre>
            ))}
          </Notice>
        )}
      </div>
      {supergraphDigest !== null && (
        <p class="quiet">
          Supergraph <code>{supergraphDigest.slice(0, 16)}</code>
        </p>
      )}
    </section>
  );
}
