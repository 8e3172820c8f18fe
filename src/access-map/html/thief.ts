import type { AccessMap } from "../model.js";
import type { Phrases } from "../pictures/phrases.js";
import { credentialMutations, thiefRows, verdictOf } from "../pictures/thief.js";
import { table } from "./columns.js";
import { html, type Markup } from "./markup.js";

/** A stolen token against a fresh login; mutations that change credentials come first. */
export const whatAThiefReaches = (map: AccessMap, phrases: Phrases): Markup => {
  const rows = credentialMutations(map).map(
    (one) =>
      html`<tr><th scope="row">${one.coordinate}</th><td>${verdictOf(map, one, "stolenToken")}</td><td>${verdictOf(map, one, "everything")}</td><td>${phrases.demand(one)}</td><td>${phrases.askedBy(one)}</td></tr>
`,
  );
  const byType = thiefRows(map).map(
    ({ type, stolen, fresh }) =>
      html`<tr><th scope="row">${type.coordinate}</th><td>${stolen.join(", ")}</td><td>${fresh.join(", ")}</td></tr>
`,
  );
  return html`<section id="thief"><h2>What a thief reaches</h2>
<p>A stolen access token has every scope of its owner and no recent proof of who holds it. Only a guard with <code>fresh</code> or <code>maxAge</code> stops it.</p>
<h3>Mutations that change credentials</h3>
${
  rows.length === 0
    ? html`<p>No mutation has a name that suggests it.</p>`
    : table(
        "credentials-table",
        "Found by their names; those a thief reaches come first",
        html`<tbody>${rows}</tbody>`,
      )
}
<h3>Everything else a sign-in opens</h3>
${
  byType.length === 0
    ? html`<p>A visitor reaches as much as anybody else.</p>`
    : table("thief-table", "Beyond what a visitor reaches, policies left out", html`<tbody>${byType}</tbody>`)
}</section>
`;
};
