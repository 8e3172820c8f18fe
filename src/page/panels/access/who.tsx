import type { JSX } from "preact";
import { useId, useMemo, useState } from "preact/hooks";
import type { AccessMap } from "../../../access-map/model.js";
import type { Phrases } from "../../../access-map/pictures/phrases.js";
import { DataTable } from "./data-table.js";
import { filterTypes, indexTypes, NO_FILTER } from "./filter.js";
import { Pager } from "./pager.js";
import { pageOf } from "./paging.js";
import { COLUMNS, TypeRow } from "./type-row.js";

const PAGE_SIZE = 100;

interface WhoProps {
  readonly map: AccessMap;
  readonly phrases: Phrases;
}

/** Types × personas: how many members each reaches, opening to the members. */
export function Who({ map, phrases }: WhoProps): JSX.Element {
  const [filter, setFilter] = useState(NO_FILTER);
  const [page, setPage] = useState(0);
  const id = useId();
  const types = useMemo(() => indexTypes(map), [map]);
  const found = useMemo(() => filterTypes(map, types, filter), [map, types, filter]);
  const shown = pageOf(found, page, PAGE_SIZE);
  const change = (part: Partial<typeof filter>): void => {
    setFilter({ ...filter, ...part });
    setPage(0);
  };
  return (
    <div class="reading">
      <p class="prose">
        A number says how many members of a type somebody reaches on some way from an entry point. A scope is
        listed where it alone opens more than a sign-in does. What a policy function decides is not known here
        and never counts as reached.
      </p>
      <search class="filters">
        <div class="field">
          <label class="label" for={`${id}-text`}>
            Type or member
          </label>
          <input
            id={`${id}-text`}
            class="input"
            type="search"
            autocomplete="off"
            spellcheck={false}
            value={filter.text}
            onInput={(event) => change({ text: event.currentTarget.value })}
          />
        </div>
        <div class="field">
          <label class="label" for={`${id}-persona`}>
            Reached by
          </label>
          <select
            id={`${id}-persona`}
            class="select"
            value={filter.persona}
            onChange={(event) => change({ persona: event.currentTarget.value })}
          >
            <option value="">whoever it is</option>
            {map.personas.map((persona) => (
              <option key={persona.id} value={persona.id}>
                {phrases.persona(persona.id)}
              </option>
            ))}
          </select>
        </div>
        <label class="choice">
          <input
            type="checkbox"
            checked={filter.isGuarded}
            onChange={(event) => change({ isGuarded: event.currentTarget.checked })}
          />
          <span>Only guarded types</span>
        </label>
      </search>
      <Pager shown={shown} noun="Types" onPage={setPage} />
      {shown.items.length > 0 && (
        <DataTable caption="Types and members reached, by kind of caller" columns={COLUMNS}>
          <tbody>
            {shown.items.map(({ type, group }, at) => (
              <TypeRow
                key={type.coordinate}
                map={map}
                type={type}
                phrases={phrases}
                group={shown.items[at - 1]?.group === group ? undefined : group}
              />
            ))}
          </tbody>
        </DataTable>
      )}
    </div>
  );
}
