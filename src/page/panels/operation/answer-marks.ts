import type { Extension, Range } from "@codemirror/state";
import { Decoration, EditorView, WidgetType } from "@codemirror/view";
import type { AnswerMark } from "./answer-text.js";
import type { Refusal } from "./refusals.js";

/** Labels of the buttons; a refusal without a remedy has none. */
export const REMEDY_LABELS = { signIn: "Sign in", stepUp: "Step up and retry" } as const;

/** Marks refused values in an answer: the value itself, and behind it the code and what would help. */
export function answerMarks(
  marks: readonly AnswerMark[],
  refusals: readonly Refusal[],
  remedy: (refusal: Refusal) => void,
): Extension {
  const ranges = marks.flatMap(({ path, from, to }): readonly Range<Decoration>[] => {
    const refusal = refusals[path];
    if (refusal === undefined) return [];
    return [
      Decoration.mark({ class: "refused-value" }).range(from, to),
      Decoration.widget({ widget: new RefusalNote(refusal, remedy), side: 1 }).range(to),
    ];
  });
  return EditorView.decorations.of(Decoration.set(ranges, true));
}

class RefusalNote extends WidgetType {
  constructor(
    private readonly refusal: Refusal,
    private readonly remedy: (refusal: Refusal) => void,
  ) {
    super();
  }

  override eq(other: RefusalNote): boolean {
    return other.refusal === this.refusal;
  }

  /** Strings of the answer are text and nothing else. */
  override toDOM(): HTMLElement {
    const note = document.createElement("span");
    note.className = "refused-note";
    const text = document.createElement("span");
    text.textContent = `⚑ ${this.refusal.code ?? "error"}`;
    text.title = this.refusal.message;
    note.append(text);
    if (this.refusal.remedy !== undefined) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "refused-button";
      button.textContent = REMEDY_LABELS[this.refusal.remedy];
      button.addEventListener("click", () => this.remedy(this.refusal));
      note.append(button);
    }
    return note;
  }
}
