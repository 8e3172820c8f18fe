import type { AccessEntry, AccessMap, AccessMember, AccessType } from "../model.js";
import { answersFor, type FixedPersona } from "./answers.js";
import { table } from "./columns.js";
import { html, type Markup, NOTHING } from "./markup.js";
import type { Phrases } from "./phrases.js";

/** The personas that have a column. */
const CALLERS: readonly FixedPersona[] = ["visitor", "signedIn", "stolenToken", "everything"];

/** Scopes named in one cell; more are counted. */
const MAX_SCOPES = 4;

const GROUPS: readonly (readonly [string, (type: AccessType) => boolean])[] = [
  ["Entry points", ({ root }) => root !== null],
  ["Object types", ({ root, kind }) => root === null && kind === "object"],
  ["Interfaces", ({ kind }) => kind === "interface"],
  ["Unions", ({ kind }) => kind === "union"],
  ["Input types", ({ kind }) => kind === "input"],
  ["Enums", ({ kind }) => kind === "enum"],
  ["Scalars", ({ kind }) => kind === "scalar"],
];

/** Types × personas: how many members each reaches, and the members below. */
export const whoReachesWhat = (map: AccessMap, phrases: Phrases): Markup => {
  const cells = cellsOf(map);
  const groups = GROUPS.flatMap(([title, belongs]) => {
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

/** How many members of a type have an answer, by its number in {@link AccessMap.reach}. */
type Tally = ReadonlyMap<number, number>;

const tallyOf = (entries: readonly Pick<AccessEntry, "reach">[]): Tally => {
  const tally = new Map<number, number>();
  for (const { reach } of entries) tally.set(reach, (tally.get(reach) ?? 0) + 1);
  return tally;
};

/** The cells of a type's row. Most types of a large graph have those of another, so that each is written once. */
const cellsOf = (map: AccessMap): ((type: AccessType) => Markup) => {
  const answers = new Map(CALLERS.map((persona) => [persona, answersFor(map, persona)]));
  const count = (tally: Tally, persona: FixedPersona): Count => {
    const said = answers.get(persona);
    let [sure, maybe] = [0, 0];
    for (const [reach, members] of tally) {
      if (said?.[reach] === "yes") sure += members;
      else if (said?.[reach] === "ifPolicyGrants") maybe += members;
    }
    return { sure, maybe };
  };
  const made = new Map<string, Markup>();
  return ({ members: own, reach }) => {
    const tally = tallyOf(own.length === 0 ? [{ reach }] : own);
    const key = `${own.length} ${[...tally].join(" ")}`;
    const known = made.get(key);
    if (known !== undefined) return known;
    const cell = (persona: FixedPersona): Markup =>
      html`<td>${cellText(own.length, count(tally, persona))}</td>`;
    const scopes = scopesText(map, tally, count(tally, "signedIn").sure);
    const cells = html`${cell("visitor")}${cell("signedIn")}<td>${scopes}</td>${cell("stolenToken")}${cell("everything")}`;
    made.set(key, cells);
    return cells;
  };
};

const typeRows = (type: AccessType, cells: Markup, phrases: Phrases): Markup =>
  html`<tr><th scope="row">${type.coordinate}</th>${cells}</tr>
<tr><td colspan="6"><details><summary>${summaryOf(type)}</summary>${members(type, phrases)}</details></td></tr>
`;

interface Count {
  readonly sure: number;
  readonly maybe: number;
}

const cellText = (total: number, { sure, maybe }: Count): string => {
  if (total === 0) return sure > 0 ? "yes" : maybe > 0 ? "if a policy says yes" : "no";
  const known = sure === total ? "all" : sure === 0 ? "none" : `${sure}`;
  return maybe === 0 ? known : `${known}, ${maybe} more if a policy says yes`;
};

/** Scopes that open more than a sign-in does, with how much they open. */
const scopesText = (map: AccessMap, tally: Tally, without: number): string => {
  const counts = new Map<string, number>();
  for (const [reach, members] of tally) {
    for (const id of map.reach[reach]?.reached ?? []) counts.set(id, (counts.get(id) ?? 0) + members);
  }
  const more = map.personas.flatMap((one) => {
    const count = one.kind === "scope" ? (counts.get(one.id) ?? 0) : 0;
    return one.kind === "scope" && count > without ? [`${one.scope} ${count}`] : [];
  });
  const rest = more.length > MAX_SCOPES ? [`${more.length - MAX_SCOPES} more scopes`] : [];
  return [...more.slice(0, MAX_SCOPES), ...rest].join(", ");
};

const NOUNS: Readonly<Record<AccessMember["kind"], string>> = {
  field: "field",
  argument: "argument",
  inputField: "input field",
  enumValue: "value",
};

const summaryOf = (type: AccessType): string => {
  const counts = new Map<string, number>();
  for (const { kind } of type.members) counts.set(NOUNS[kind], (counts.get(NOUNS[kind]) ?? 0) + 1);
  const parts = [...counts].map(([noun, count]) => `${count} ${noun}${count === 1 ? "" : "s"}`);
  return parts.length === 0 ? "details" : parts.join(", ");
};

/** Members that ask for the same, are reached by the same and were guarded by the same, on one line. */
const members = (type: AccessType, phrases: Phrases): Markup => {
  const groups = new Map<string, { readonly first: AccessMember; readonly names: string[] }>();
  for (const member of type.members) {
    const key = `${member.demand} ${member.reach} ${member.isHidden} ${member.askedBy.join()}`;
    const name = member.coordinate.slice(type.coordinate.length + 1);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: member, names: [name] });
    else group.names.push(name);
  }
  const own = html`<p>The type itself: ${sentence(type, phrases)}</p>`;
  const lines = [...groups.values()].map(
    ({ first, names }) => html`<p><code>${names.join(", ")}</code>: ${sentence(first, phrases)}</p>`,
  );
  return html`${needsOwnLine(type) ? own : NOTHING}${lines}`;
};

/** A type that is as open as all its members needs no line of its own. */
const needsOwnLine = (type: AccessType): boolean =>
  !type.members.some(({ demand, reach }) => demand === type.demand && reach === type.reach);

/** What it demands, who reaches it, who asked: the order the page explains once. */
const sentence = (entry: AccessType | AccessMember, phrases: Phrases): string => {
  const asked = entry.askedBy.length === 0 ? [] : [phrases.askedBy(entry)];
  return [phrases.demand(entry), phrases.reach(entry), ...asked].join(" — ");
};
