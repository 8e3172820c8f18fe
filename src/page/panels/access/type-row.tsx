import type { JSX } from "preact";
import { useId, useState } from "preact/hooks";
import type { AccessEntry, AccessMap, AccessType } from "../../../access-map/model.js";
import type { Phrases } from "../../../access-map/pictures/phrases.js";
import {
  memberGroups,
  membersText,
  needsOwnLine,
  reachCount,
  reachText,
  scopesBeyondSignIn,
  scopesText,
  tallyOf,
} from "../../../access-map/pictures/who.js";
import { Cell } from "./data-table.js";

export const COLUMNS = [
  "Type",
  "Visitor",
  "Signed in, no scope",
  "Each scope alone",
  "Stolen token",
  "Everything, fresh",
] as const;

const PERSONAS = [
  ["visitor", COLUMNS[1]],
  ["signedIn", COLUMNS[2]],
  ["scopes", COLUMNS[3]],
  ["stolenToken", COLUMNS[4]],
  ["everything", COLUMNS[5]],
] as const;

/** Scopes named in one cell; more are counted. */
const MAX_SCOPES = 4;

interface TypeRowProps {
  readonly map: AccessMap;
  readonly type: AccessType;
  readonly phrases: Phrases;
  /** The name of the group that begins with this type. */
  readonly group: string | undefined;
}

/** One type: a row of counts, which opens to its members. */
export function TypeRow({ map, type, phrases, group }: TypeRowProps): JSX.Element {
  const [isOpen, setIsOpen] = useState(false);
  const id = useId();
  const tally = tallyOf(type);
  return (
    <>
      {group !== undefined && (
        <tr class="group-row">
          <th colSpan={COLUMNS.length} scope="rowgroup">
            {group}
          </th>
        </tr>
      )}
      <tr>
        <th scope="row">
          <button
            type="button"
            class="disclosure"
            aria-expanded={isOpen}
            aria-controls={isOpen ? id : undefined}
            onClick={() => setIsOpen(!isOpen)}
          >
            <span class="name">{type.coordinate}</span>
            <span class="quiet">{membersText(type)}</span>
          </button>
        </th>
        {PERSONAS.map(([persona, column]) => (
          <Cell key={persona} column={column}>
            {persona === "scopes"
              ? scopesText(scopesBeyondSignIn(map, tally), MAX_SCOPES)
              : reachText(type, reachCount(map, tally, persona))}
          </Cell>
        ))}
      </tr>
      {isOpen && (
        <tr id={id}>
          <td colSpan={COLUMNS.length}>
            <Members type={type} phrases={phrases} />
          </td>
        </tr>
      )}
    </>
  );
}

function Members({ type, phrases }: Pick<TypeRowProps, "type" | "phrases">): JSX.Element {
  return (
    <dl class="members">
      {needsOwnLine(type) && <Member names={["The type itself"]} entry={type} phrases={phrases} />}
      {memberGroups(type).map(({ first, names }) => (
        <Member key={first.coordinate} names={names} entry={first} phrases={phrases} />
      ))}
    </dl>
  );
}

interface MemberProps {
  readonly names: readonly string[];
  readonly entry: AccessEntry;
  readonly phrases: Phrases;
}

function Member({ names, entry, phrases }: MemberProps): JSX.Element {
  const asked = phrases.askedBy(entry);
  return (
    <>
      <dt>{names.join(", ")}</dt>
      <dd>
        Demands: {phrases.demand(entry)}. Reached by: {phrases.reach(entry)}.
        {asked !== "" && ` Asked by ${asked}.`}
      </dd>
    </>
  );
}
