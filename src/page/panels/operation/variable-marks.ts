import { json, jsonParseLinter } from "@codemirror/lang-json";
import { syntaxTree } from "@codemirror/language";
import { type Diagnostic, linter, lintGutter } from "@codemirror/lint";
import type { EditorState, Extension } from "@codemirror/state";
import type { VariableProblem } from "../../schema/protocol.js";
import { parseVariables } from "./variables-text.js";

/** Checks variables against the operation that would run. */
export type CheckVariables = (
  variables: Readonly<Record<string, unknown>>,
) => Promise<readonly VariableProblem[]>;

/** JSON, checked: its syntax here, its values by the schema. */
export const variableSupport = (check: CheckVariables): Extension => [
  json(),
  lintGutter(),
  linter(
    async (view): Promise<readonly Diagnostic[]> => {
      const text = view.state.doc.toString();
      if (text.trim() === "") return [];
      const parsed = parseVariables(text);
      if (parsed.kind === "unreadable") {
        const found = jsonParseLinter()(view);
        return found.length > 0 ? found : [whole(view.state, parsed.message)];
      }
      const problems = await check(parsed.variables);
      if (view.state.doc.toString() !== text) return [];
      return problems.map((problem) => ({ ...placeOf(view.state, problem.variable), ...problem }));
    },
    { delay: 250 },
  ),
];

const whole = (state: EditorState, message: string): Diagnostic => ({
  from: 0,
  to: state.doc.length,
  severity: "error",
  message,
});

/** The name of a variable in the text; the first character for one that is missing. */
function placeOf(state: EditorState, variable: string): { readonly from: number; readonly to: number } {
  const object = syntaxTree(state).topNode.getChild("Object");
  for (const property of object?.getChildren("Property") ?? []) {
    const name = property.getChild("PropertyName");
    if (name !== null && state.sliceDoc(name.from, name.to) === JSON.stringify(variable))
      return { from: name.from, to: name.to };
  }
  return { from: 0, to: Math.min(1, state.doc.length) };
}
