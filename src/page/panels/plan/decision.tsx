import type { JSX } from "preact";
import type { PlanAnswer, PlanSelection } from "../../../http/page/contract.js";
import { Badge } from "../../parts/badge.js";
import { routeHash } from "../../shell/route.js";

const DECISIONS: Readonly<
  Record<string, { readonly kind: "good" | "attention" | "problem"; readonly text: string }>
> = {
  allowed: { kind: "good", text: "Allowed: everything is planned." },
  filtered: { kind: "attention", text: "Filtered: what is refused is taken out before anything is planned." },
  refused: { kind: "problem", text: "Refused: nothing is planned." },
  tooComplex: { kind: "problem", text: "Refused: the operation is too complex." },
};

/** What was decided before planning, selection by selection. */
export function Decision({ answer }: { readonly answer: PlanAnswer }): JSX.Element {
  const known = DECISIONS[answer.decision];
  return (
    <section class="decision" aria-labelledby="plan-decision">
      <h3 id="plan-decision">Decision for you</h3>
      <p>
        <Badge kind={known?.kind ?? "plain"}>{answer.decision}</Badge> {known?.text}
        {answer.fellBackToStrict && " The guards could not be told apart, so the strictest of them count."}
      </p>
      {answer.selections.length > 0 && (
        <div class="table-scroll">
          <table class="table">
            <thead>
              <tr>
                <th scope="col">Guarded selection</th>
                <th scope="col">Demand</th>
                <th scope="col">Asked by</th>
                <th scope="col">Verdict</th>
              </tr>
            </thead>
            <tbody>
              {answer.selections.map((selection, at) => (
                <Selection key={at} selection={selection} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Selection({ selection }: { readonly selection: PlanSelection }): JSX.Element {
  const { coordinate, demand, askedBy, verdict } = selection;
  const isGranted = verdict === "GRANTED";
  return (
    <tr>
      <th scope="row">
        <a href={routeHash("documentation", coordinate.replace(/\(.*$/, ""))}>
          <code>{coordinate}</code>
        </a>
      </th>
      <td>{demand}</td>
      <td>
        {askedBy
          .map(({ source, line, coordinate: guarded }) => `${source}, line ${line} (${guarded})`)
          .join("; ")}
      </td>
      <td>
        <Badge kind={isGranted ? "good" : verdict === "SKIPPED" ? "plain" : "problem"}>
          {isGranted ? "✓ granted" : verdict === "SKIPPED" ? "skipped" : `✕ ${verdict}`}
        </Badge>
      </td>
    </tr>
  );
}
