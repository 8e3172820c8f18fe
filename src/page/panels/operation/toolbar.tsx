import type { JSX } from "preact";
import type { OperationInText } from "../../editor/operations.js";
import { Icon } from "../../shell/icon.js";

interface ToolbarProps {
  readonly operations: readonly OperationInText[];
  readonly chosen: string | undefined;
  readonly onChoose: (name: string | undefined) => void;
  readonly isRunning: boolean;
  readonly onRun: () => void;
  readonly onAbort: () => void;
  /** Why nothing was sent. */
  readonly problem: string | undefined;
}

export function Toolbar(props: ToolbarProps): JSX.Element {
  const { operations, chosen, onChoose, isRunning, onRun, onAbort, problem } = props;
  const named = operations.filter(({ name }) => name !== "");
  return (
    <div class="toolbar">
      <button type="button" class="button button-main" onClick={onRun} disabled={operations.length === 0}>
        <Icon path="M8 5v14l11-7-11-7Z" size={16} />
        Run
      </button>
      {isRunning && (
        <button type="button" class="button" onClick={onAbort}>
          Abort
        </button>
      )}
      {named.length > 1 && (
        <label class="operation-picker">
          <span class="label">Operation</span>
          <select
            class="select"
            value={named.some(({ name }) => name === chosen) ? chosen : ""}
            onChange={({ currentTarget: { value } }) => onChoose(value === "" ? undefined : value)}
          >
            <option value="">The one with the cursor</option>
            {named.map(({ kind, name }) => (
              <option key={name} value={name}>
                {kind} {name}
              </option>
            ))}
          </select>
        </label>
      )}
      {problem !== undefined && (
        <p class="toolbar-problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
