import type { AccessMap, AccessMember, AccessType } from "../model.js";
import type { Phrases } from "../pictures/phrases.js";
import {
  memberGroups,
  membersText,
  needsOwnLine,
  reachCount,
  reachText,
  scopesBeyondSignIn,
  scopesText,
  TYPE_GROUPS,
  tallyOf,
} from "../pictures/who.js";
import { table } from "./columns.js";
import { html, type Markup, NOTHING } from "./markup.js";

/** Scopes named in one cell; more are counted. */
const MAX_SCOPES = 4;

/** Types × personas: how many members each reaches, and the members below. */
export const whoReachesWhat = (map: AccessMap, phrases: Phrases): Markup => {
  const cells = cellsOf(map);
  const groups = TYPE_GROUPS.flatMap(([title, belongs]) => {
    const types = map.types.filter(belongs);
    if (types.length === 0) return [];
    const rows = types.map((type) => typeRows(type, cells(type), phrases));
    return [
      html`<tbody><tr><th colspan="6" scope="rowgroup">${title}</th></tr>
${rows}</tbody>
`,
    ];
  });
  return html`<section id="who"><h2>Who reaches what</h2>
<p>A number says how many members of a type somebody reaches on some way from an entry point. A scope is listed where it alone opens more than a sign-in does. What a policy function decides is not known here and never counts as reached.</p>
<p>Below each type: members, then what they demand, who reaches them, and the subgraph and line that asked for it.</p>
${table("who-table", "Types and members reached, by kind of caller", groups)}</section>
`;
};

/** The cells of a type's row. Most types of a large graph have those of another, so that each is written once. */
const cellsOf = (map: AccessMap): ((type: AccessType) => Markup) => {
  const made = new Map<string, Markup>();
  return (type) => {
    const tally = tallyOf(type);
    const key = `${type.members.length} ${[...tally].join(" ")}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const cell = (persona: string): Markup =>
      html`<td>${reachText(type, reachCount(map, tally, persona))}</td>`;
    const scopes = scopesText(scopesBeyondSignIn(map, tally), MAX_SCOPES);
    const cells = html`${cell("visitor")}${cell("signedIn")}<td>${scopes}</td>${cell("stolenToken")}${cell("everything")}`;
    made.set(key, cells);
    return cells;
  };
};

const typeRows = (type: AccessType, cells: Markup, phrases: Phrases): Markup =>
  html`<tr><th scope="row">${type.coordinate}</th>${cells}</tr>
<tr><td colspan="6"><details><summary>${membersText(type)}</summary>${members(type, phrases)}</details></td></tr>
`;

const members = (type: AccessType, phrases: Phrases): Markup => {
  const own = html`<p>The type itself: ${sentence(type, phrases)}</p>`;
  const lines = memberGroups(type).map(
    ({ first, names }) => html`<p><code>${names.join(", ")}</code>: ${sentence(first, phrases)}</p>`,
  );
  return html`${needsOwnLine(type) ? own : NOTHING}${lines}`;
};

/** What it demands, who reaches it, who asked: the order the page explains once. */
const sentence = (entry: AccessType | AccessMember, phrases: Phrases): string => {
  const asked = entry.askedBy.length === 0 ? [] : [phrases.askedBy(entry)];
  return [phrases.demand(entry), phrases.reach(entry), ...asked].join(" — ");
};
