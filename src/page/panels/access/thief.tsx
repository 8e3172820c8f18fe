import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { AccessMap } from "../../../access-map/model.js";
import type { Phrases } from "../../../access-map/pictures/phrases.js";
import { credentialMutations, thiefRows, verdictOf } from "../../../access-map/pictures/thief.js";
import { Cell, DataTable } from "./data-table.js";
import { Pager } from "./pager.js";
import { pageOf } from "./paging.js";

const CREDENTIALS = ["Mutation", "Stolen token", "Fresh login", "Demand", "Asked by"] as const;
const BEYOND = ["Type", "A stolen token reaches", "Only a fresh login reaches"] as const;
const PAGE_SIZE = 100;

interface ThiefProps {
  readonly map: AccessMap;
  readonly phrases: Phrases;
}

/** A stolen access token against a fresh login; mutations that change credentials come first. */
export function Thief({ map, phrases }: ThiefProps): JSX.Element {
  const mutations = useMemo(() => credentialMutations(map), [map]);
  const rows = useMemo(() => thiefRows(map), [map]);
  const [page, setPage] = useState(0);
  const shown = pageOf(rows, page, PAGE_SIZE);
  return (
    <div class="reading">
      <p class="prose">
        A stolen access token has every scope of its owner and no recent proof of who holds it. Only a guard
        with <code>fresh</code> or <code>maxAge</code> stops it.
      </p>
      <h2>Mutations that change credentials</h2>
      {mutations.length === 0 ? (
        <p>No mutation has a name that suggests it.</p>
      ) : (
        <DataTable caption="Found by their names; those a thief reaches come first" columns={CREDENTIALS}>
          <tbody>
            {mutations.map((one) => (
              <tr key={one.coordinate}>
                <th scope="row">{one.coordinate}</th>
                <Cell column={CREDENTIALS[1]}>{verdictOf(map, one, "stolenToken")}</Cell>
                <Cell column={CREDENTIALS[2]}>{verdictOf(map, one, "everything")}</Cell>
                <Cell column={CREDENTIALS[3]}>{phrases.demand(one)}</Cell>
                <Cell column={CREDENTIALS[4]}>{phrases.askedBy(one)}</Cell>
              </tr>
            ))}
          </tbody>
        </DataTable>
      )}
      <h2>Everything else a sign-in opens</h2>
      {rows.length === 0 ? (
        <p>A visitor reaches as much as anybody else.</p>
      ) : (
        <>
          <Pager shown={shown} noun="Types" onPage={setPage} />
          <DataTable caption="Beyond what a visitor reaches, policies left out" columns={BEYOND}>
            <tbody>
              {shown.items.map(({ type, stolen, fresh }) => (
                <tr key={type.coordinate}>
                  <th scope="row">{type.coordinate}</th>
                  <Cell column={BEYOND[1]}>{stolen.join(", ")}</Cell>
                  <Cell column={BEYOND[2]}>{fresh.join(", ")}</Cell>
                </tr>
              ))}
            </tbody>
          </DataTable>
        </>
      )}
    </div>
  );
}
