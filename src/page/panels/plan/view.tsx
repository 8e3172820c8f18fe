import type { JSX } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import type { PlanAnswer } from "../../../http/page/contract.js";
import { Badge } from "../../parts/badge.js";
import { Empty } from "../../parts/empty.js";
import { Notice } from "../../parts/notice.js";
import { PAGE_URLS, usePage } from "../../state/page.js";
import { useStore } from "../../state/use-store.js";
import type { PanelProps } from "../panel.js";
import { Decision } from "./decision.js";
import { fetchPlan, type PlanOutcome } from "./fetch-plan.js";
import "./plan.css";
import { PlanNode } from "./plan-node.js";

/** The fetches of the last operation, and the guards that are decided before each. */
export function View({ panel, isShown }: PanelProps): JSX.Element {
  const page = usePage();
  const last = useStore(page.lastOperation);
  const caller = useStore(page.sessionView);
  const [outcome, setOutcome] = useState<PlanOutcome>();

  const ask = useCallback(() => {
    if (last === undefined) return undefined;
    let isCurrent = true;
    void fetchPlan(
      {
        query: last.query,
        ...(last.operationName === undefined ? {} : { operationName: last.operationName }),
        variables: last.variables,
      },
      { url: PAGE_URLS.plan, session: page.session },
    ).then((found) => {
      if (isCurrent) setOutcome(found);
    });
    return () => {
      isCurrent = false;
    };
  }, [last, page]);
  // Asked for when somebody looks, and again when the operation or the caller has changed.
  useEffect(() => (isShown ? ask() : undefined), [ask, isShown, caller]);

  // Its caller has gone: the plan must not be shown above the next one's operation.
  useEffect(() => {
    if (last === undefined) setOutcome(undefined);
  }, [last]);

  if (last === undefined)
    return (
      <Empty icon={panel.icon} title="No operation yet">
        <p>
          Run an operation. Its fetches will be shown here, each with the guards that are decided before it.
        </p>
        <a class="button" href="#/operation">
          Open the editor
        </a>
      </Empty>
    );
  return (
    <div class="plan reading">
      <header class="plan-head">
        <h2>{last.operationName ?? "Anonymous operation"}</h2>
        {last.durationMs !== undefined && (
          <Badge>answered in {Math.round(last.durationMs)} ms, the way here included</Badge>
        )}
        <button type="button" class="button button-small" onClick={() => void ask()}>
          Plan again
        </button>
      </header>
      {outcome === undefined && <p class="panel-wait">Planning …</p>}
      {outcome?.kind === "refused" && (
        <Notice kind="problem" title="No plan">
          <p>{outcome.message}</p>
          {outcome.fix !== undefined && <p>{outcome.fix}</p>}
        </Notice>
      )}
      {outcome?.kind === "planned" && <Planned plan={outcome.plan} />}
    </div>
  );
}

function Planned({ plan }: { readonly plan: PlanAnswer }): JSX.Element {
  const { parts } = plan.plan;
  return (
    <>
      <Decision answer={plan} />
      <section aria-labelledby="plan-fetches">
        <h3 id="plan-fetches">Fetches</h3>
        {parts.every(({ plan: tree }) => tree === null) ? (
          <p class="plan-none">Nothing is fetched: no subgraph hears of this operation.</p>
        ) : (
          parts.map(({ plan: tree }, at) => (
            <ul class="plan-tree" key={at} aria-label={parts.length === 1 ? "Plan" : `Plan, part ${at + 1}`}>
              {tree !== null && <PlanNode node={tree} />}
            </ul>
          ))
        )}
      </section>
    </>
  );
}
