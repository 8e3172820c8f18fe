import "./tour.css";
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { DemoState, PanelName, TourStepState } from "../../../http/page/contract.js";
import { createTourTools, runStep, TOUR } from "../../../tour/index.js";
import { Badge } from "../../parts/badge.js";
import { Empty } from "../../parts/empty.js";
import { knownState } from "../../state/gateway.js";
import { usePage } from "../../state/page.js";
import { useStore } from "../../state/use-store.js";
import type { PanelProps } from "../panel.js";
import { DemoButtons } from "./demo-buttons.js";
import {
  ended,
  NOT_STARTED,
  type Progress,
  progressText,
  type StepProgress,
  started,
  withCheck,
} from "./progress.js";

/** The tour of the demo: each step says what will happen, does it, and points at the panel that shows it. */
export function View({ panel }: PanelProps): JSX.Element {
  const state = knownState(useStore(usePage().gateway.store));
  if (state?.demo === null || state?.demo === undefined)
    return (
      <Empty icon={panel.icon} title="The tour is part of the demo">
        <p>
          Run <code>cardea demo</code>.
        </p>
      </Empty>
    );
  return <DemoTour demo={state.demo} freshSeconds={state.freshSeconds ?? 0} subgraphs={state.subgraphs} />;
}

interface DemoTourProps {
  readonly demo: DemoState;
  readonly freshSeconds: number;
  readonly subgraphs: readonly { readonly name: string }[];
}

function DemoTour({ demo, freshSeconds, subgraphs }: DemoTourProps): JSX.Element {
  const { announce } = usePage();
  const [progress, setProgress] = useState<Progress>({});
  const [isRunning, setIsRunning] = useState(false);
  const isStopped = useRef(false);

  const run = async (ids: readonly string[]): Promise<void> => {
    isStopped.current = false;
    setIsRunning(true);
    const tools = createTourTools({
      origin: globalThis.location.origin,
      demo: {
        freshSeconds,
        graceSeconds: demo.graceSeconds,
        subgraphs: subgraphs.map(({ name }) => name),
      },
    });
    for (const step of TOUR.filter(({ id }) => ids.includes(id))) {
      if (isStopped.current) break;
      setProgress((before) => started(before, step.id));
      await runStep(step, tools, (check) => setProgress((before) => withCheck(before, step.id, check)));
      setProgress((before) => {
        const after = ended(before, step.id);
        announce(`${step.title}. ${progressText(after[step.id] ?? NOT_STARTED)}`);
        return after;
      });
    }
    setIsRunning(false);
  };
  return (
    <div class="reading tour">
      <div class="tour-start">
        <p class="prose">
          Twelve steps against the running gateway and its three subgraphs. They sign in for themselves; your
          own session stays as it is.
        </p>
        <button
          type="button"
          class="button button-main"
          aria-disabled={isRunning}
          onClick={() => {
            if (!isRunning) void run(demo.tour.map(({ id }) => id));
          }}
        >
          Run all steps
        </button>
        {isRunning && (
          <button
            type="button"
            class="button"
            onClick={() => {
              isStopped.current = true;
              announce("The tour stops after this step.");
            }}
          >
            Stop after this step
          </button>
        )}
      </div>
      <ol class="tour-steps">
        {demo.tour.map((step) => (
          <StepItem
            key={step.id}
            step={step}
            progress={progress[step.id] ?? NOT_STARTED}
            isBlocked={isRunning}
            run={() => void run([step.id])}
          />
        ))}
      </ol>
      <h2>Buttons of the demo</h2>
      <DemoButtons buttons={demo.buttons.filter(({ button }) => button !== "bypass")} />
    </div>
  );
}

const PANEL_TITLES: Readonly<Record<PanelName, string>> = {
  operation: "Operation",
  documentation: "Documentation",
  you: "You",
  access: "Access",
  live: "Live",
  subgraphs: "Subgraphs",
  plan: "Plan",
  tour: "Tour",
};

const BADGES = {
  waiting: undefined,
  running: ["accent", "running"],
  passed: ["good", "ok"],
  failed: ["problem", "not ok"],
} as const;

interface StepItemProps {
  readonly step: TourStepState;
  readonly progress: StepProgress;
  /** Another step runs: the steps use the same three users. */
  readonly isBlocked: boolean;
  readonly run: () => void;
}

function StepItem({ step, progress, isBlocked, run }: StepItemProps): JSX.Element {
  const badge = BADGES[progress.state];
  return (
    <li class="card" id={`tour-${step.id}`}>
      <div class="card-head">
        <h2>{step.title}</h2>
        {badge !== undefined && <Badge kind={badge[0]}>{badge[1]}</Badge>}
      </div>
      <p>{step.about}</p>
      <div class="form-actions">
        <button
          type="button"
          class="button"
          aria-label={`Run: ${step.title}`}
          aria-disabled={isBlocked}
          onClick={() => {
            if (!isBlocked) run();
          }}
        >
          Run
        </button>
        <a href={`#/${step.panel}`} aria-label={`See it in ${PANEL_TITLES[step.panel]}: ${step.title}`}>
          See it in {PANEL_TITLES[step.panel]}
        </a>
        {step.seconds > 3 && <span class="quiet">takes about {step.seconds} s</span>}
      </div>
      <p class="quiet">{progressText(progress)}</p>
      {progress.checks.length > 0 && (
        <ul class="checks">
          {progress.checks.map(({ name, holds, found }) => (
            <li key={name}>
              <Badge kind={holds ? "good" : "problem"}>{holds ? "ok" : "not ok"}</Badge> {name}
              {found !== "" && <code class="found">{found}</code>}
            </li>
          ))}
        </ul>
      )}
    </li>
  );
}
