import type { JSX } from "preact";
import type { AccessMap } from "../../../access-map/model.js";
import { identityText, namesText, opensText } from "../../../access-map/pictures/subgraphs.js";
import { Cell, DataTable } from "./data-table.js";

const COLUMNS = [
  "Subgraph",
  "Is told who calls by",
  "Opens elsewhere",
  "Scopes its guards need",
  "Scopes sent beyond that",
  "Fields it resolves",
] as const;

/** What the identities sent to a subgraph are worth elsewhere. */
export function Subgraphs({ map }: { readonly map: AccessMap }): JSX.Element {
  return (
    <div class="reading">
      <p class="prose">
        Somebody who reads what is sent to one subgraph holds the identities of its callers. The gateway
        accepts none of them, and another subgraph only one that names it as audience. What the subgraph
        itself answers with is its own, whatever is guarded here.
      </p>
      <DataTable caption="Identities sent to each subgraph" columns={COLUMNS}>
        <tbody>
          {map.subgraphs.map((one) => (
            <tr key={one.name}>
              <th scope="row">{one.name}</th>
              <Cell column={COLUMNS[1]}>{identityText(one)}</Cell>
              <Cell column={COLUMNS[2]}>{opensText(one)}</Cell>
              <Cell column={COLUMNS[3]}>{namesText(one.scopesNeeded)}</Cell>
              <Cell column={COLUMNS[4]}>{namesText(one.scopesBeyond)}</Cell>
              <Cell column={COLUMNS[5]}>{one.fields}</Cell>
            </tr>
          ))}
        </tbody>
      </DataTable>
    </div>
  );
}
