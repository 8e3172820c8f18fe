import { html, type Markup } from "./markup.js";

/** Heads of each table. On narrow screens they stand before each value instead. */
export const COLUMNS = {
  "who-table": [
    "Type",
    "Visitor",
    "Signed in, no scope",
    "Each scope alone",
    "Stolen token",
    "Everything, fresh",
  ],
  "credentials-table": ["Mutation", "Stolen token", "Fresh login", "Demand", "Asked by"],
  "thief-table": ["Type", "A stolen token reaches", "Only a fresh login reaches"],
  "opened-table": ["Coordinate", "Asked for", "Asks for"],
  "closed-table": ["Coordinate", "Asked for", "Asks for"],
  "callers-table": ["Caller", "Reaches now", "Reaches no more"],
  "subgraphs-table": [
    "Subgraph",
    "Is told who calls by",
    "Opens elsewhere",
    "Scopes its guards need",
    "Scopes sent beyond that, of whoever has them",
    "Fields it resolves",
  ],
} as const;

type TableId = keyof typeof COLUMNS;

/** A table that scrolls by itself where it is too wide. */
export const table = (id: TableId, caption: string, bodies: Markup | readonly Markup[]): Markup => {
  const heads = COLUMNS[id].map((one) => html`<th scope="col">${one}</th>`);
  return html`<div class="scroll" role="region" aria-labelledby="${id}-caption" tabindex="0"><table id="${id}"><caption id="${id}-caption">${caption}</caption>
<thead><tr>${heads}</tr></thead>
${bodies}</table></div>
`;
};

/** Rules of the style sheet that name the column before each value. */
export const columnLabels = (): string =>
  Object.entries(COLUMNS)
    .flatMap(([id, heads]) =>
      heads.slice(1).map((head, at) => `#${id} td:nth-child(${at + 2})::before{content:"${head}: "}`),
    )
    .join("\n");
