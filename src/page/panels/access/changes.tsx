import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { AccessChange, AccessMap } from "../../../access-map/model.js";
import { mapChanges } from "../../../access-map/pictures/changes.js";
import type { Phrases } from "../../../access-map/pictures/phrases.js";
import { Cell, DataTable } from "./data-table.js";
import { Pager } from "./pager.js";
import { pageOf } from "./paging.js";

const COLUMNS = ["Coordinate", "Asked for", "Asks for"] as const;
const CALLERS = ["Caller", "Reaches now", "Reaches no more"] as const;
const PAGE_SIZE = 100;
/** Coordinates listed of one caller; the rest is counted. */
const MAX_LISTED = 200;

interface ChangesProps {
  readonly map: AccessMap;
  readonly earlier: AccessMap | undefined;
  readonly phrases: Phrases;
}

/** What the graph lets through that the one before it did not. */
export function Changes({ map, earlier, phrases }: ChangesProps): JSX.Element {
  const changes = useMemo(
    () => map.changes ?? (earlier === undefined ? undefined : mapChanges(earlier, map)),
    [map, earlier],
  );
  if (changes === undefined)
    return (
      <div class="reading">
        <p class="prose">
          The graph has not changed since this page was opened. When a subgraph changes its schema, this
          picture compares the graph before with the one after. For two files:{" "}
          <code>cardea explain --schema --html access.html --against old.graphql</code>
        </p>
      </div>
    );
  return (
    <div class="reading">
      <h2>Opened</h2>
      <ChangeTable
        caption="Opened coordinates"
        none="No coordinate asks for less than it did."
        changes={changes.opened}
      />
      <h2>Closed</h2>
      <ChangeTable
        caption="Closed coordinates"
        none="No coordinate asks for more than it did."
        changes={changes.closed}
      />
      <h2>By kind of caller</h2>
      {changes.personas.length === 0 ? (
        <p>Everybody reaches what they reached.</p>
      ) : (
        <DataTable caption="New and removed coordinates included" columns={CALLERS}>
          <tbody>
            {changes.personas.map(({ personas, gained, lost }) => (
              <tr key={personas.join()}>
                <th scope="row">{personas.map(phrases.persona).join("; ")}</th>
                <Cell column={CALLERS[1]}>{listText(gained)}</Cell>
                <Cell column={CALLERS[2]}>{listText(lost)}</Cell>
              </tr>
            ))}
          </tbody>
        </DataTable>
      )}
    </div>
  );
}

const listText = (coordinates: readonly string[]): string => {
  if (coordinates.length === 0) return "nothing";
  const rest = coordinates.length - MAX_LISTED;
  return coordinates.slice(0, MAX_LISTED).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
};

interface ChangeTableProps {
  readonly caption: string;
  readonly none: string;
  readonly changes: readonly AccessChange[];
}

function ChangeTable({ caption, none, changes }: ChangeTableProps): JSX.Element {
  const [page, setPage] = useState(0);
  const shown = pageOf(changes, page, PAGE_SIZE);
  if (changes.length === 0) return <p>{none}</p>;
  return (
    <>
      <Pager shown={shown} noun="Coordinates" onPage={setPage} />
      <DataTable caption={caption} columns={COLUMNS}>
        <tbody>
          {shown.items.map(({ coordinate, before, after }) => (
            <tr key={coordinate}>
              <th scope="row">{coordinate}</th>
              <Cell column={COLUMNS[1]}>{before}</Cell>
              <Cell column={COLUMNS[2]}>{after}</Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </>
  );
}
