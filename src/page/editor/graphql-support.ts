import { autocompletion, type Completion, type CompletionContext } from "@codemirror/autocomplete";
import { linter, lintGutter } from "@codemirror/lint";
import { type Extension, Prec } from "@codemirror/state";
import { hoverTooltip, keymap } from "@codemirror/view";
import { graphqlLanguageSupport } from "cm6-graphql";
import type { AskSchema } from "../schema/client.js";
import type { HoverText, Suggestion } from "../schema/protocol.js";

/** GraphQL in an editor: colours at once, everything that needs the schema from the worker. */
export const graphqlSupport = (ask: AskSchema): Extension => [
  graphqlLanguageSupport(),
  lintGutter(),
  linter(
    async (view) => {
      const text = view.state.doc.toString();
      const found = await ask("diagnose", { text });
      // Typed meanwhile: the places belong to another text, and the next round is on its way.
      return view.state.doc.toString() === text ? [...found] : [];
    },
    { delay: 250 },
  ),
  autocompletion({ override: [completions(ask)], icons: false, maxRenderedOptions: 60 }),
  hoverTooltip(async (view, position) => {
    const found = await ask("hover", { text: view.state.doc.toString(), offset: position });
    if (found === undefined) return null;
    return { pos: found.from, end: found.to, above: true, create: () => ({ dom: hoverCard(found) }) };
  }),
];

const completions = (ask: AskSchema) => async (context: CompletionContext) => {
  const word = context.matchBefore(/[$@]?\w*/);
  const before = context.state.sliceDoc(Math.max(0, context.pos - 1), context.pos);
  if (word === null || (!context.explicit && !/[\w$@({]/.test(before))) return null;
  const found = await ask("complete", { text: context.state.doc.toString(), offset: context.pos });
  if (context.aborted || found.length === 0) return null;
  return { from: word.from, options: found.map(option), validFor: /^[$@]?\w*$/ };
};

const option = ({ label, kind, detail, info }: Suggestion): Completion => ({
  label,
  detail,
  type: kind,
  ...(info === "" ? {} : { info: () => element("div", "completion-text", info) }),
});

/** Everything as text: a schema is written by others. */
function hoverCard({ signature, description, deprecated, demand }: HoverText): HTMLElement {
  const card = element("div", "hover-card", "");
  card.append(element("div", "hover-signature", signature));
  if (description !== "") card.append(element("div", "hover-text", description));
  if (deprecated !== undefined) card.append(element("div", "hover-text", `Deprecated: ${deprecated}`));
  if (demand !== undefined) card.append(element("div", "hover-demand", `Guarded: ${demand.text}`));
  return card;
}

function element(name: string, className: string, text: string): HTMLElement {
  const created = document.createElement(name);
  created.className = className;
  created.textContent = text;
  return created;
}

/** Runs with Ctrl-Enter and with Cmd-Enter, before the editor takes them for a new line. */
export function runKey(run: () => void): Extension {
  const command = (): boolean => {
    run();
    return true;
  };
  return Prec.highest(
    keymap.of([
      { key: "Mod-Enter", run: command },
      { key: "Ctrl-Enter", run: command },
    ]),
  );
}
