import type { JSX } from "preact";
import type { SchemaStatus } from "../../schema/source.js";

interface SchemaLineProps {
  readonly status: SchemaStatus;
  readonly onReload: () => void;
}

/** Below the editors: which schema completion and checks use. */
export function SchemaLine({ status, onReload }: SchemaLineProps): JSX.Element {
  return (
    <footer class="schema-line">
      <span>{textOf(status)}</span>
      {(status.kind === "loaded" || status.kind === "refused") && (
        <button type="button" class="button button-quiet button-small" onClick={onReload}>
          Load the schema again
        </button>
      )}
      <span class="keys">
        <kbd>Ctrl Enter</kbd> run · <kbd>Ctrl Space</kbd> complete · <kbd>Tab</kbd> leaves the editor
      </span>
    </footer>
  );
}

function textOf(status: SchemaStatus): string {
  switch (status.kind) {
    case "idle":
    case "loading":
      return "Schema: loading …";
    case "loaded":
      return `Schema: ${status.types} types, as you may see it`;
    case "refused":
      return `Schema: not available, so nothing is checked or completed. ${status.message}`;
  }
}
