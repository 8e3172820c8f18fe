import type { JSX } from "preact";
import { Badge } from "../../parts/badge.js";
import type { Demand } from "../../schema/protocol.js";
import { usePage } from "../../state/page.js";
import { useStore } from "../../state/use-store.js";
import { meets } from "./meets.js";
import { useNowSeconds } from "./use-now.js";

const GUARD = "M12 3 5 6v5c0 4.5 3 8 7 10 4-2 7-5.5 7-10V6l-7-3Z";

/** What a coordinate asks, whether the present caller has it, and who wrote the guard. */
export function DemandView({ demand }: { readonly demand: Demand }): JSX.Element {
  const now = useNowSeconds();
  const verdict = meets(demand, useStore(usePage().sessionView), now);
  return (
    <div class="demand">
      <svg class="icon" width="16" height="16" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
        <path d={GUARD} fill="none" stroke="currentColor" stroke-width="1.75" stroke-linejoin="round" />
      </svg>
      <div>
        <p class="demand-text">
          <span>{demand.text}</span>
          {verdict.kind === "met" && <Badge kind="good">✓ you meet it</Badge>}
          {verdict.kind === "unmet" && <Badge kind="problem">✕ {verdict.missing}</Badge>}
          {verdict.kind === "unknown" && <Badge kind="attention">? {verdict.missing}</Badge>}
        </p>
        {demand.askedBy.length > 0 && (
          <p class="demand-origin">
            Asked by{" "}
            {demand.askedBy
              .map(({ source, coordinate, line }) => `${source}, line ${line} (${coordinate})`)
              .join("; ")}
          </p>
        )}
      </div>
    </div>
  );
}
