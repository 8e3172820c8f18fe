import { json } from "@codemirror/lang-json";
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { Editor } from "../../editor/editor.js";
import { Badge } from "../../parts/badge.js";
import { Empty } from "../../parts/empty.js";
import { Notice } from "../../parts/notice.js";
import { answerMarks } from "./answer-marks.js";
import { answerText } from "./answer-text.js";
import { ErrorList } from "./error-list.js";
import { type Refusal, refusalsOf } from "./refusals.js";
import type { RunOutcome } from "./run.js";

/** As much as an editor takes without a pause. The rest is shown on request. */
const FIRST_LENGTH = 400_000;

interface AnswerViewProps {
  readonly outcome: RunOutcome | undefined;
  readonly isRunning: boolean;
  readonly remedy: (refusal: Refusal) => void;
}

export function AnswerView({ outcome, isRunning, remedy }: AnswerViewProps): JSX.Element {
  if (outcome === undefined)
    return (
      <Empty icon="M8 5v14l11-7-11-7Z" title={isRunning ? "Running …" : "No answer yet"}>
        <p>Run the operation. What is refused will be marked here, with what would help.</p>
      </Empty>
    );
  if (outcome.kind === "aborted") return <Notice kind="info" title="Aborted" />;
  if (outcome.kind === "failed")
    return (
      <Notice kind="problem" title="No answer">
        <p>{outcome.message}</p>
      </Notice>
    );
  return <Answered outcome={outcome} remedy={remedy} />;
}

type AnsweredOutcome = RunOutcome & { readonly kind: "answered" };

function Answered({
  outcome,
  remedy,
}: {
  readonly outcome: AnsweredOutcome;
  readonly remedy: (refusal: Refusal) => void;
}): JSX.Element {
  const [fullFor, setFullFor] = useState<AnsweredOutcome>();
  const isFull = fullFor === outcome;
  const refusals = useMemo(() => (outcome.answer === undefined ? [] : refusalsOf(outcome.answer)), [outcome]);
  const content = useMemo(
    () => bodyText(outcome, refusals, isFull ? Number.POSITIVE_INFINITY : FIRST_LENGTH),
    [outcome, refusals, isFull],
  );
  const { text, marks, isCut } = content;
  const extensions = useMemo(
    () => [outcome.answer === undefined ? [] : json(), answerMarks(marks, refusals, remedy)],
    [outcome, marks, refusals, remedy],
  );
  return (
    <div class="answer">
      <StatusLine outcome={outcome} />
      {refusals.length > 0 && <ErrorList refusals={refusals} remedy={remedy} />}
      {isCut && (
        <p class="answer-cut">
          The first {sizeText(text.length)} of {sizeText(outcome.length)} are shown.{" "}
          <button type="button" class="button button-small" onClick={() => setFullFor(outcome)}>
            Show all
          </button>
        </p>
      )}
      <div class="answer-body">
        <Editor label="Answer" content={content} extensions={extensions} />
      </div>
    </div>
  );
}

/** `data` comes first, whatever came first: the errors are listed above already. Paths of errors begin in it. */
function dataFirst(body: unknown): unknown {
  if (typeof body !== "object" || body === null || !("data" in body)) return body;
  const { data, ...rest } = body;
  return { data, ...rest };
}

const bodyText = ({ body, answer }: AnsweredOutcome, refusals: readonly Refusal[], maxLength: number) =>
  answer === undefined
    ? { text: String(body).slice(0, maxLength), marks: [], isCut: String(body).length > maxLength }
    : answerText(
        dataFirst(body),
        refusals.map(({ path }) => (path === undefined ? undefined : ["data", ...path])),
        maxLength,
      );

function StatusLine({ outcome }: { readonly outcome: AnsweredOutcome }): JSX.Element {
  const { status, statusText, durationMs, length, headers, refreshed } = outcome;
  return (
    <details class="status-line">
      <summary>
        <Badge kind={status < 400 ? "good" : "problem"}>
          {status} {statusText}
        </Badge>
        <span>{Math.round(durationMs)} ms</span>
        <span>{sizeText(length)}</span>
        {refreshed && <Badge kind="accent">token refreshed</Badge>}
        <span class="status-more">Headers</span>
      </summary>
      <dl class="headers">
        {headers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function sizeText(length: number): string {
  if (length < 1000) return `${length} B`;
  return length < 1_000_000 ? `${(length / 1000).toFixed(1)} kB` : `${(length / 1_000_000).toFixed(1)} MB`;
}
