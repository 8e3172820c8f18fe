import type { JSX } from "preact";
import { useEffect, useId, useState } from "preact/hooks";
import type { ReceivedRequest } from "../../../http/page/contract.js";
import { usePage } from "../../state/page.js";
import { identityText, isSchemaRequest, loadRequests, withRequests } from "./received.js";

interface ReceivedProps {
  readonly subgraphs: readonly string[];
  readonly isShown: boolean;
}

/** What each subgraph of the demo received, from its own request log. */
export function Received({ subgraphs, isShown }: ReceivedProps): JSX.Element {
  const id = useId();
  const { events } = usePage();
  const [requests, setRequests] = useState<readonly ReceivedRequest[]>([]);
  const [problem, setProblem] = useState<string>();
  const [subgraph, setSubgraph] = useState("");
  const [isSchemaShown, setSchemaShown] = useState(false);
  useEffect(() => {
    if (!isShown) return;
    const unsubscribe = events.subscribe((event) => {
      if (event.name === "received") setRequests((before) => withRequests(before, [event.data]));
    });
    loadRequests().then(
      (all) => {
        setProblem(undefined);
        setRequests((before) => withRequests(before, all));
      },
      (error: Error) => setProblem(error.message),
    );
    return unsubscribe;
  }, [events, isShown]);
  const shown = requests.filter(
    (one) => (subgraph === "" || one.subgraph === subgraph) && (isSchemaShown || !isSchemaRequest(one)),
  );
  return (
    <section class="card" aria-labelledby={`${id}-title`}>
      <div class="card-head">
        <h2 id={`${id}-title`}>What the subgraphs received</h2>
        <label class="label" for={`${id}-which`}>
          Subgraph
        </label>
        <select
          id={`${id}-which`}
          class="select"
          value={subgraph}
          onChange={(event) => setSubgraph(event.currentTarget.value)}
        >
          <option value="">all</option>
          {subgraphs.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <label class="choice">
          <input
            type="checkbox"
            checked={isSchemaShown}
            onChange={(event) => setSchemaShown(event.currentTarget.checked)}
          />
          <span>Requests for the schema, too</span>
        </label>
      </div>
      {problem !== undefined && <p class="problem-text">{problem}</p>}
      {shown.length === 0 ? (
        <p class="quiet">
          Nothing yet. Run an operation: its fetches appear here, without what the caller may not see.
        </p>
      ) : (
        <ol class="received" aria-label="Requests, newest first">
          {shown.map((one) => (
            <li key={one.number}>
              <p>
                <time dateTime={new Date(one.at).toISOString()}>{new Date(one.at).toLocaleTimeString()}</time>{" "}
                <strong>{one.subgraph}</strong> <span class="quiet">{identityText(one)}</span>
              </p>
              <pre>{one.operation}</pre>
              <p class="quiet">Headers: {one.headerNames.join(", ")}</p>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
