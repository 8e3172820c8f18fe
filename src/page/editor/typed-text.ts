import type { EditorState, TransactionSpec } from "@codemirror/state";
import { EditorView } from "@codemirror/view";

/**
 * Inserts typed text by the editor instead of the browser. Where text was deleted before, Chromium wraps what is typed next
 * in an element with a `style` attribute, which the content policy refuses and reports. Text that is still being composed
 * stays with the browser.
 */
export const typedText = EditorView.domEventHandlers({
  beforeinput: (event, view) => {
    const { data, inputType, isComposing } = event;
    if (inputType !== "insertText" || isComposing || view.composing || data === null) return false;
    if (view.state.readOnly) return false;
    const { from, to } = view.state.selection.main;
    const insert = () => view.state.update(insertion(view.state, data));
    // Others may take it: closing brackets, for example.
    const isTaken = view.state
      .facet(EditorView.inputHandler)
      .some((handle) => handle(view, from, to, data, insert));
    if (!isTaken) view.dispatch(insert());
    event.preventDefault();
    return true;
  },
});

const insertion = (state: EditorState, text: string): TransactionSpec => ({
  ...state.replaceSelection(text),
  userEvent: "input.type",
  scrollIntoView: true,
});
