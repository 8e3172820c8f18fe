import type { AccessMap } from "../model.js";
import { identityText, namesText, opensText } from "../pictures/subgraphs.js";
import { table } from "./columns.js";
import { html, type Markup } from "./markup.js";

/** What the identities sent to a subgraph are worth elsewhere. */
export const whatASubgraphReaches = ({ subgraphs }: AccessMap): Markup => {
  const rows = subgraphs.map(
    (one) =>
      html`<tr><th scope="row">${one.name}</th><td>${identityText(one)}</td><td>${opensText(one)}</td><td>${namesText(one.scopesNeeded)}</td><td>${namesText(one.scopesBeyond)}</td><td>${one.fields}</td></tr>
`,
  );
  return html`<section id="subgraphs"><h2>What a compromised subgraph reaches</h2>
<p>Somebody who reads what is sent to one subgraph holds the identities of its callers. The gateway accepts none of them, and another subgraph only one that names it as audience. What the subgraph itself answers with is its own, whatever is guarded here.</p>
${table("subgraphs-table", "Identities sent to each subgraph", html`<tbody>${rows}</tbody>`)}</section>
`;
};
