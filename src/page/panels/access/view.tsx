import "./access.css";
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { phrasesOf } from "../../../access-map/pictures/phrases.js";
import { Empty } from "../../parts/empty.js";
import { Notice } from "../../parts/notice.js";
import { knownState } from "../../state/gateway.js";
import { PAGE_URLS, usePage } from "../../state/page.js";
import { useStore } from "../../state/use-store.js";
import type { PanelProps } from "../panel.js";
import { type AccessState, loadAccess, withFailure, withMap } from "./access-state.js";
import { Changes } from "./changes.js";
import { Subgraphs } from "./subgraphs.js";
import { Thief } from "./thief.js";
import { Who } from "./who.js";

const PICTURES = [
  ["who", "Who reaches what"],
  ["thief", "What a thief reaches"],
  ["changes", "What changes"],
  ["subgraphs", "What a compromised subgraph reaches"],
] as const;

type Picture = (typeof PICTURES)[number][0];

/** The access map of the graph that serves, in pictures that are all tables. */
export function View({ panel, isShown, detail }: PanelProps): JSX.Element {
  const page = usePage();
  const gateway = knownState(useStore(page.gateway.store));
  const digest = gateway?.supergraphDigest ?? null;
  const [state, setState] = useState<AccessState>({ kind: "loading" });
  const [attempt, setAttempt] = useState(0);
  const [picture, setPicture] = useState<Picture>("who");
  useEffect(() => {
    // A hidden panel has no detail: the picture that was open stays.
    const wanted = PICTURES.find(([id]) => id === detail)?.[0];
    if (wanted !== undefined) setPicture(wanted);
  }, [detail]);

  useEffect(() => {
    if (!isShown || digest === null) return;
    let isCurrent = true;
    loadAccess(PAGE_URLS.access).then(
      (answer) => isCurrent && setState((before) => withMap(before, answer)),
      (error: Error) => isCurrent && setState((before) => withFailure(before, error.message)),
    );
    return () => {
      isCurrent = false;
    };
  }, [isShown, digest, attempt]);

  if (digest === null)
    return (
      <Empty icon={panel.icon} title="No graph yet">
        <p>The map is drawn as soon as the subgraphs compose.</p>
      </Empty>
    );
  if (state.kind === "failed")
    return (
      <Notice kind="problem" title="The access map could not be loaded">
        <p>{state.message}</p>
        <button type="button" class="button" onClick={() => setAttempt(attempt + 1)}>
          Try again
        </button>
      </Notice>
    );
  if (state.kind === "loading") return <p class="panel-wait">Loading the access map …</p>;
  return (
    <div class="access">
      <fieldset class="toolbar access-pictures">
        <legend class="visually-hidden">Picture</legend>
        {PICTURES.map(([id, title]) => (
          <label key={id} class="choice">
            <input
              type="radio"
              name="access-picture"
              checked={id === picture}
              onChange={() => page.open("access", id)}
            />
            <span>{title}</span>
          </label>
        ))}
      </fieldset>
      <Pictures state={state} picture={picture} />
    </div>
  );
}

interface PicturesProps {
  readonly state: Extract<AccessState, { kind: "loaded" }>;
  readonly picture: Picture;
}

function Pictures({ state: { map, earlier }, picture }: PicturesProps): JSX.Element {
  const phrases = useMemo(() => phrasesOf(map), [map]);
  switch (picture) {
    case "who":
      return <Who map={map} phrases={phrases} />;
    case "thief":
      return <Thief map={map} phrases={phrases} />;
    case "changes":
      return <Changes map={map} earlier={earlier} phrases={phrases} />;
    case "subgraphs":
      return <Subgraphs map={map} />;
  }
}
