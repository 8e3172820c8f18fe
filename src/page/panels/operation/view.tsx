import type { EditorView } from "@codemirror/view";
import type { JSX } from "preact";
import { useCallback, useEffect, useMemo, useRef, useState } from "preact/hooks";
import { Editor, type EditorContent } from "../../editor/editor.js";
import { graphqlSupport, runKey } from "../../editor/graphql-support.js";
import { operationsIn, operationToRun } from "../../editor/operations.js";
import { Split } from "../../shell/split.js";
import { knownState } from "../../state/gateway.js";
import { keep, readKept } from "../../state/kept.js";
import { usePage } from "../../state/page.js";
import { whenCallerEnds } from "../../state/session-view.js";
import { useSettled } from "../../state/use-settled.js";
import { useStore } from "../../state/use-store.js";
import type { PanelProps } from "../panel.js";
import { AnswerView } from "./answer-view.js";
import { keptText } from "./kept-text.js";
import "./operation.css";
import { SchemaLine } from "./schema-line.js";
import { startingText } from "./starting-text.js";
import { Toolbar } from "./toolbar.js";
import { useRun } from "./use-run.js";
import { variableSupport } from "./variable-marks.js";
import { parseVariables } from "./variables-text.js";

/** Editor, variables and answer. */
export function View(_props: PanelProps): JSX.Element {
  const page = usePage();
  const { schema } = page;
  const [content, setContent] = useState<EditorContent>(() => ({
    text: readKept("operation") ?? startingText(knownState(page.gateway.store.get())?.mode),
  }));
  const [text, setText] = useState(content.text);
  const [variablesContent, setVariablesContent] = useState({ text: "" });
  const [variablesText, setVariablesText] = useState("");
  const [chosen, setChosen] = useState<string>();
  const [problem, setProblem] = useState<string>();
  /** Another number makes new editors: what was typed before must not come back by undo. */
  const [owner, setOwner] = useState(0);
  const view = useRef<EditorView | undefined>(undefined);
  const running = useRun();
  const proposed = useStore(page.proposedOperation);
  const status = useStore(schema.status);

  useEffect(() => schema.start(), [schema]);
  useEffect(
    () =>
      whenCallerEnds(page.sessionView, () => {
        const text = keptText(current.current.text);
        setContent({ text });
        setText(text);
        setVariablesContent({ text: "" });
        setVariablesText("");
        setProblem(undefined);
        setOwner((number) => number + 1);
      }),
    [page],
  );
  const settledText = useSettled(text);
  useEffect(() => keep("operation", keptText(settledText)), [settledText]);
  useEffect(() => {
    if (proposed === undefined) return;
    const before = proposed.isAppended === true ? `${current.current.text.trimEnd()}\n\n` : "";
    setContent({
      text: `${before}${proposed.query}`.trimStart(),
      isAtEnd: proposed.isAppended === true,
    });
    if (proposed.isAppended === true) setChosen(operationsIn(proposed.query)[0]?.name);
    if (proposed.isAppended !== true)
      setVariablesContent({
        text: proposed.variables === undefined ? "" : JSON.stringify(proposed.variables, null, 2),
      });
    page.proposedOperation.set(undefined);
  }, [proposed, page]);

  const operations = useMemo(() => operationsIn(text), [text]);
  const picked = useCallback(
    () => operationToRun(operations, chosen, view.current?.state.selection.main.head ?? 0),
    [operations, chosen],
  );
  const start = (): void => {
    const variables = parseVariables(variablesText);
    setProblem(variables.kind === "unreadable" ? variables.message : undefined);
    if (variables.kind === "unreadable") return;
    const name = picked()?.name;
    running.start({
      query: text,
      operationName: name === "" ? undefined : name,
      variables: variables.variables,
    });
  };
  // Editors keep their extensions, and these call what is current.
  const current = useRef({ start, text, picked });
  current.current = { start, text, picked };

  const extensions = useMemo(
    () => [runKey(() => current.current.start()), graphqlSupport(schema.ask)],
    // A new list makes the editor check again, with another schema.
    [schema, status],
  );
  const variableExtensions = useMemo(
    () => [
      runKey(() => current.current.start()),
      variableSupport((variables) => {
        const name = current.current.picked()?.name;
        return schema.ask("checkVariables", {
          text: current.current.text,
          operationName: name === "" ? undefined : name,
          variables,
        });
      }),
    ],
    // A new list makes the editor check again: with another schema, or for another operation.
    [schema, status, settledText],
  );

  return (
    <div class="operation">
      <Toolbar
        operations={operations}
        chosen={chosen}
        onChoose={setChosen}
        isRunning={running.isRunning}
        onRun={start}
        onAbort={running.abort}
        problem={problem}
      />
      <Split
        name="operation"
        label="Width of the editor"
        direction="columns"
        initial={50}
        first={
          <Split
            name="variables"
            label="Height of the operation editor"
            direction="rows"
            initial={72}
            first={
              <div class="editor-frame">
                <Editor
                  key={owner}
                  label="Operation, GraphQL. Tab leaves the editor."
                  content={content}
                  extensions={extensions}
                  onChange={setText}
                  onView={(created) => {
                    view.current = created;
                  }}
                />
              </div>
            }
            second={
              <div class="editor-frame">
                <h2 class="frame-title">
                  Variables <span>JSON · kept nowhere</span>
                </h2>
                <Editor
                  key={owner}
                  label="Variables, JSON. Tab leaves the editor."
                  content={variablesContent}
                  extensions={variableExtensions}
                  onChange={setVariablesText}
                />
              </div>
            }
          />
        }
        second={
          <AnswerView outcome={running.outcome} isRunning={running.isRunning} remedy={running.remedy} />
        }
      />
      <SchemaLine status={status} onReload={() => void schema.reload()} />
    </div>
  );
}
