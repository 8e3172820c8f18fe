import type { JSX } from "preact";
import type { PlanTree } from "../../../http/page/contract.js";
import { Badge } from "../../parts/badge.js";
import { Icon } from "../../shell/icon.js";

const SHIELD = "M12 3 5 6v5c0 4.5 3 8 7 10 4-2 7-5.5 7-10V6l-7-3Z";

/** One node of a plan and everything below it. */
export function PlanNode({ node }: { readonly node: PlanTree }): JSX.Element {
  switch (node.kind) {
    case "fetch":
      return <FetchNode node={node} />;
    case "sequence":
      return <Group title="One after the other" nodes={node.nodes} isOrdered />;
    case "parallel":
      return <Group title="At the same time" nodes={node.nodes} />;
    case "condition":
      return (
        <>
          {node.whenTrue !== null && <Group title={`If $${node.variable}`} nodes={[node.whenTrue]} />}
          {node.whenFalse !== null && <Group title={`If not $${node.variable}`} nodes={[node.whenFalse]} />}
        </>
      );
  }
}

interface GroupProps {
  readonly title: string;
  readonly nodes: readonly PlanTree[];
  readonly isOrdered?: boolean;
}

function Group({ title, nodes, isOrdered = false }: GroupProps): JSX.Element {
  const List = isOrdered ? "ol" : "ul";
  return (
    <li class="plan-group">
      <p class="plan-group-title">{title}</p>
      <List class="plan-tree">
        {nodes.map((node, at) => (
          <PlanNode key={at} node={node} />
        ))}
      </List>
    </li>
  );
}

function FetchNode({ node }: { readonly node: PlanTree & { readonly kind: "fetch" } }): JSX.Element {
  const { subgraph, at, guards, sends, operation } = node;
  return (
    <li class="plan-step">
      {guards.length > 0 && (
        <ul class="plan-guards" aria-label={`Guards before the fetch from ${subgraph}`}>
          {guards.map(({ coordinate, demand, allowedAs }) => (
            <li key={coordinate}>
              <Icon path={SHIELD} size={15} /> <code>{coordinate}</code> {demand}
              {allowedAs === "internal" && <Badge>the gateway's own need (@key, @requires)</Badge>}
            </li>
          ))}
        </ul>
      )}
      <div class="plan-fetch">
        <p class="plan-fetch-head">
          <strong>{subgraph}</strong>
          <span>{at.length === 0 ? "root" : at.join(", ")}</span>
          {guards.length === 0 && <Badge>no guard</Badge>}
        </p>
        {sends.length > 0 && <p class="plan-sends">Sends {sends.join(", ")}</p>}
        <details>
          <summary>Operation</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard. */}
          <pre tabIndex={0}>{operation}</pre>
        </details>
      </div>
    </li>
  );
}
