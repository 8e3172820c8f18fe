import { closeBrackets, closeBracketsKeymap } from "@codemirror/autocomplete";
import { isolateHistory } from "@codemirror/commands";
import { bracketMatching, foldGutter, indentOnInput } from "@codemirror/language";
import { Compartment, EditorState, type Extension } from "@codemirror/state";
import { EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { minimalSetup } from "codemirror";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { editorTheme } from "./theme.js";
import { typedText } from "./typed-text.js";

/** A text from outside. Its identity counts, so that a late render cannot undo what was typed meanwhile. */
export interface EditorContent {
  readonly text: string;
  /** Puts the cursor at its end, and shows that. */
  readonly isAtEnd?: boolean;
}

interface EditorProps {
  /** For screen readers. */
  readonly label: string;
  /** A new object replaces the text; typing does not need one. */
  readonly content: EditorContent;
  /** Language, completion, marks. A new list replaces the one before; the text and its history stay. */
  readonly extensions: Extension;
  /** Without it the text can only be read and selected. */
  readonly onChange?: ((text: string) => void) | undefined;
  /** Gives the view out, for what is done from outside: inserting a text, finding an operation. */
  readonly onView?: (view: EditorView | undefined) => void;
}

/**
 * CodeMirror in a shadow root: there its styles become adopted sheets, which the content policy allows; in the document
 * they would be inline styles, which it refuses. Tab is bound to nothing, so it leaves the editor.
 */
export function Editor({ label, content, extensions, onChange, onView }: EditorProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const replaceable = useRef(new Compartment());
  const latest = useRef({ onChange, onView });
  latest.current = { onChange, onView };
  const isReadOnly = onChange === undefined;

  // Created once; later values are dispatched below.
  useEffect(() => {
    const element = host.current;
    if (element === null) return undefined;
    const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
    const created = new EditorView({
      root,
      parent: root,
      state: EditorState.create({
        doc: content.text,
        extensions: [
          minimalSetup,
          lineNumbers(),
          foldGutter(),
          bracketMatching(),
          highlightActiveLine(),
          EditorView.lineWrapping,
          editorTheme,
          EditorView.contentAttributes.of({ "aria-label": label, tabindex: "0" }),
          isReadOnly ? READ_ONLY : WRITABLE,
          replaceable.current.of(extensions),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) latest.current.onChange?.(update.state.doc.toString());
          }),
        ],
      }),
    });
    view.current = created;
    latest.current.onView?.(created);
    return () => {
      latest.current.onView?.(undefined);
      created.destroy();
      view.current = undefined;
    };
  }, []);

  useEffect(() => {
    view.current?.dispatch({ effects: replaceable.current.reconfigure(extensions) });
  }, [extensions]);

  useEffect(() => {
    const current = view.current;
    if (current === undefined || current.state.doc.toString() === content.text) return;
    current.dispatch({
      changes: { from: 0, to: current.state.doc.length, insert: content.text },
      // One step of its own: undo brings the text from before back whole.
      ...(content.isAtEnd === true
        ? { selection: { anchor: content.text.length }, scrollIntoView: true }
        : {}),
      annotations: isolateHistory.of("full"),
    });
  }, [content]);

  return <div ref={host} class="editor" />;
}

const WRITABLE: Extension = [typedText, closeBrackets(), indentOnInput(), keymap.of(closeBracketsKeymap)];
const READ_ONLY: Extension = [
  EditorState.readOnly.of(true),
  EditorView.editable.of(false),
  EditorView.contentAttributes.of({ "aria-readonly": "true" }),
];
