import type { AccessChange, AccessChanges } from "../model.js";
import type { Phrases } from "../pictures/phrases.js";
import { table } from "./columns.js";
import { html, type Markup } from "./markup.js";

/** Coordinates listed of one change; the rest is counted, and told by `--json`. */
const MAX_LISTED = 500;

/** What one graph lets through that an older one did not. */
export const whatChanges = (changes: AccessChanges, phrases: Phrases): Markup => {
  const personas = changes.personas.map(
    ({ personas: ids, gained, lost }) =>
      html`<tr><th scope="row">${ids.map(phrases.persona).join("; ")}</th><td>${list(gained)}</td><td>${list(lost)}</td></tr>
`,
  );
  return html`<section id="changes"><h2>What changes</h2>
<h3>Opened</h3>
${changeTable("opened-table", "Opened", "No coordinate asks for less than it did.", changes.opened)}
<h3>Closed</h3>
${changeTable("closed-table", "Closed", "No coordinate asks for more than it did.", changes.closed)}
<h3>By kind of caller</h3>
${
  personas.length === 0
    ? html`<p>Everybody reaches what they reached.</p>`
    : table("callers-table", "New and removed coordinates included", html`<tbody>${personas}</tbody>`)
}</section>
`;
};

const changeTable = (
  id: "opened-table" | "closed-table",
  name: string,
  none: string,
  changes: readonly AccessChange[],
): Markup => {
  if (changes.length === 0) return html`<p>${none}</p>`;
  const rows = changes.map(
    ({ coordinate, before, after }) =>
      html`<tr><th scope="row">${coordinate}</th><td>${before}</td><td>${after}</td></tr>
`,
  );
  return table(id, `${name} coordinates (${changes.length})`, html`<tbody>${rows}</tbody>`);
};

const list = (coordinates: readonly string[]): Markup => {
  if (coordinates.length === 0) return html`nothing`;
  const rest = coordinates.length - MAX_LISTED;
  const text = coordinates.slice(0, MAX_LISTED).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
  return html`<details><summary>${coordinates.length} ${coordinates.length === 1 ? "coordinate" : "coordinates"}</summary>${text}</details>`;
};
