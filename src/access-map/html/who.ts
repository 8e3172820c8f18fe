import type { AccessMap, AccessMember, AccessType } from "../model.js";
import { table } from "./columns.js";
import { html, type Markup, NOTHING } from "./markup.js";
import type { Phrases } from "./phrases.js";

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
  const groups = GROUPS.flatMap(([title, belongs]) => {
    const types = map.types.filter(belongs);
    if (types.length === 0) return [];
    const rows = types.map((type) => typeRows(map, type, phrases));
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

const typeRows = (map: AccessMap, type: AccessType, phrases: Phrases): Markup => {
  const own = type.members.length === 0 ? [type] : type.members;
  const count = (persona: string): { readonly sure: number; readonly maybe: number } => {
    let [sure, maybe] = [0, 0];
    for (const { reach } of own) {
      if (map.reach[reach]?.reached.includes(persona) === true) sure += 1;
      else if (map.reach[reach]?.ifPolicyGrants.includes(persona) === true) maybe += 1;
    }
    return { sure, maybe };
  };
  const cell = (persona: string): Markup => html`<td>${cellText(type.members.length, count(persona))}</td>`;
  return html`<tr><th scope="row">${type.coordinate}</th>${cell("visitor")}${cell("signedIn")}<td>${scopesText(map, own, count("signedIn").sure)}</td>${cell("stolenToken")}${cell("everything")}</tr>
<tr><td colspan="6"><details><summary>${summaryOf(type)}</summary>${members(type, phrases)}</details></td></tr>
`;
};

const cellText = (total: number, { sure, maybe }: { sure: number; maybe: number }): string => {
  if (total === 0) return sure > 0 ? "yes" : maybe > 0 ? "if a policy says yes" : "no";
  const known = sure === total ? "all" : sure === 0 ? "none" : `${sure}`;
  return maybe === 0 ? known : `${known}, ${maybe} more if a policy says yes`;
};

/** Scopes that open more than a sign-in does, with how much they open. */
const scopesText = (map: AccessMap, own: readonly { readonly reach: number }[], without: number): string => {
  const counts = new Map<string, number>();
  for (const { reach } of own) {
    for (const id of map.reach[reach]?.reached ?? []) counts.set(id, (counts.get(id) ?? 0) + 1);
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
