import "./live.css";
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Badge } from "../../parts/badge.js";
import { Empty } from "../../parts/empty.js";
import { Notice } from "../../parts/notice.js";
import { usePage } from "../../state/page.js";
import { useStore } from "../../state/use-store.js";
import type { PanelProps } from "../panel.js";
import { EVENT_KINDS, type EventKind } from "./describe-event.js";
import { cleared, paused, resumed } from "./event-list.js";
import { liveList, type ShownEvent } from "./live-list.js";

/** Screen readers hear of new events at most this often. */
const ANNOUNCE_EVERY_MS = 5000;

const CONNECTIONS = {
  idle: "Not connected yet.",
  connecting: "Connecting …",
  open: "Connected.",
  lost: "The connection is lost. Connecting again …",
} as const;

/** What happens in the gateway, as it happens. */
export function View({ panel, isShown }: PanelProps): JSX.Element {
  const { events: live } = usePage();
  const connection = useStore(live.connection);
  const store = liveList(live);
  const list = useStore(store);
  const [hidden, setHidden] = useState<ReadonlySet<EventKind>>(new Set());
  const shown = list.shown.filter(({ kind }) => !hidden.has(kind));
  const status = useAnnouncement(shown, isShown && !list.isPaused);
  const toggle = (kind: EventKind): void => {
    const next = new Set(hidden);
    if (!next.delete(kind)) next.add(kind);
    setHidden(next);
  };
  return (
    <div class="live">
      <div class="toolbar">
        <button
          type="button"
          class="button"
          aria-pressed={list.isPaused}
          onClick={() => store.set(list.isPaused ? resumed(list) : paused(list))}
        >
          {list.isPaused ? "Resume" : "Pause"}
        </button>
        <button type="button" class="button button-quiet" onClick={() => store.set(cleared(list))}>
          Clear
        </button>
        <p class="quiet live-connection" role="status">
          {CONNECTIONS[connection]}
        </p>
        <p class="quiet toolbar-space">
          {list.received} received
          {list.isPaused && `, ${list.waiting.length} waiting`}
          {list.forgotten > 0 && `, ${list.forgotten} older ones removed`}
        </p>
      </div>
      <fieldset class="live-kinds">
        <legend>Show</legend>
        {EVENT_KINDS.map((kind) => (
          <label key={kind} class="choice">
            <input type="checkbox" checked={!hidden.has(kind)} onChange={() => toggle(kind)} />
            <span>
              {kind} <span class="quiet">({list.shown.filter((one) => one.kind === kind).length})</span>
            </span>
          </label>
        ))}
      </fieldset>
      {list.dropped > 0 && (
        <Notice kind="attention">
          <p>
            {list.dropped} {list.dropped === 1 ? "event was" : "events were"} not sent: more came than the
            stream carries.
          </p>
        </Notice>
      )}
      <p class="visually-hidden" role="status">
        {status}
      </p>
      {shown.length === 0 ? (
        <Empty icon={panel.icon} title={list.isPaused ? "Paused" : "Nothing yet"}>
          <p>
            {list.shown.length === 0
              ? "Run an operation, sign in or refresh: what the gateway decides appears here."
              : "The kinds that happened are not selected."}
          </p>
        </Empty>
      ) : (
        <ol class="live-events" aria-label="Events, newest first">
          {shown.map((one) => (
            <EventLine key={one.number} event={one} />
          ))}
        </ol>
      )}
    </div>
  );
}

const BADGES = { refusals: "attention", health: "problem", logins: "accent", sessions: "accent" } as const;
const badgeOf = (kind: EventKind): "plain" | "attention" | "problem" | "accent" =>
  kind in BADGES ? BADGES[kind as keyof typeof BADGES] : "plain"; // narrowed by `in`

function EventLine({ event: { at, kind, title, details } }: { readonly event: ShownEvent }): JSX.Element {
  return (
    <li>
      <time dateTime={new Date(at).toISOString()}>{new Date(at).toLocaleTimeString()}</time>
      <Badge kind={badgeOf(kind)}>{kind}</Badge>
      <div class="live-text">
        <p class="live-title">{title}</p>
        {details.length > 0 && <p class="quiet live-details">{details.join(" · ")}</p>}
      </div>
    </li>
  );
}

/** A sentence about the newest events, at most every few seconds, and none while it is not wanted. */
function useAnnouncement(shown: readonly ShownEvent[], isWanted: boolean): string {
  const [text, setText] = useState("");
  const state = useRef({ shown, last: 0 });
  state.current.shown = shown;
  useEffect(() => {
    state.current.last = state.current.shown[0]?.number ?? 0;
    if (!isWanted) return;
    const timer = setInterval(() => {
      const fresh = state.current.shown.filter(({ number }) => number > state.current.last);
      const [newest] = fresh;
      if (newest === undefined) return;
      state.current.last = newest.number;
      setText(fresh.length === 1 ? newest.title : `${fresh.length} new events. The newest: ${newest.title}`);
    }, ANNOUNCE_EVERY_MS);
    return () => clearInterval(timer);
  }, [isWanted]);
  return isWanted ? text : "";
}
