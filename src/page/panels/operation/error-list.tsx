import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { Badge } from "../../parts/badge.js";
import { REMEDY_LABELS } from "./answer-marks.js";
import { pathText, type Refusal } from "./refusals.js";

const FIRST_SHOWN = 5;

interface ErrorListProps {
  readonly refusals: readonly Refusal[];
  readonly remedy: (refusal: Refusal) => void;
}

/** The errors of an answer, each with its path and with what would help. */
export function ErrorList({ refusals, remedy }: ErrorListProps): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const shown = isOpen ? refusals : refusals.slice(0, FIRST_SHOWN);
  return (
    <section class="errors" aria-label="Errors of the answer">
      <ul>
        {shown.map((refusal, at) => (
          <li key={at}>
            <div class="error-head">
              {refusal.code !== undefined && <Badge kind="problem">{refusal.code}</Badge>}
              {refusal.path !== undefined && <code>{pathText(refusal.path)}</code>}
              {refusal.reason !== undefined && <Badge>{refusal.reason}</Badge>}
            </div>
            <p>{refusal.message}</p>
            {refusal.remedy !== undefined && (
              <button type="button" class="button button-small" onClick={() => remedy(refusal)}>
                {REMEDY_LABELS[refusal.remedy]}
                <span class="visually-hidden">
                  {refusal.path === undefined ? "" : ` for ${pathText(refusal.path)}`}
                </span>
              </button>
            )}
          </li>
        ))}
      </ul>
      {refusals.length > shown.length && (
        <button type="button" class="button button-small" onClick={() => setOpen(true)}>
          Show {refusals.length - shown.length} more
        </button>
      )}
    </section>
  );
}
