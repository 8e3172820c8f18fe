import { GraphQLError } from "graphql";
import type { AuthorizedGraph, ExplainInput } from "../authorization/index.js";
import { type ExplainedPlan, explainPlan, type PlanExplanation } from "../compose/explain-plan.js";
import { ConfigError, FaultError } from "../domain/errors.js";
import type { DescribedFetch, DescribedPlan } from "../federation/planning/describe-plan.js";

/**
 * {@link explainPlan} of an operation in a file.
 *
 * @throws ConfigError for an operation that is not served, or has no plan; TypeError for a name or variable that is missing
 */
export async function explainedPlan(
  graph: AuthorizedGraph,
  input: ExplainInput,
  file: string,
): Promise<ExplainedPlan> {
  try {
    return await explainPlan(graph, input);
  } catch (error) {
    if (error instanceof FaultError && error.code === "OPERATION_UNPLANNABLE")
      throw new ConfigError([
        {
          kind: "OPERATION_UNPLANNABLE",
          where: file,
          found: error.message,
          allowed: "an operation for which the planner finds a plan that is certainly right",
          fix: "see the known limits in the manual; select fewer fields to find the one that is in the way",
        },
      ]);
    if (error instanceof GraphQLError)
      throw new ConfigError([
        {
          kind: "INVALID_OPERATION",
          where: file,
          found: error.message,
          allowed: "an operation that is served",
          fix: "correct it",
        },
      ]);
    throw error;
  }
}

/** The stages for people: what was judged, then each prepared document with its plan as a tree. */
export const planText = ({ judged, parts }: PlanExplanation): readonly string[] => [
  ...section("judged", judged),
  ...(parts.length === 0 ? section("plan", "nothing is fetched") : []),
  ...parts.flatMap(({ prepared, plan }, index) => {
    const number = parts.length === 1 ? "" : ` ${index + 1} of ${parts.length}`;
    return [
      ...section(`prepared${number}`, prepared),
      ...section(`plan${number}`, plan === null ? "nothing to fetch" : treeOf(plan).join("\n")),
    ];
  }),
];

const section = (title: string, text: string): readonly string[] => [
  "",
  `${title}:`,
  ...indented(text.split("\n")),
];

const indented = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

const treeOf = (node: DescribedPlan | null): readonly string[] => {
  switch (node?.kind) {
    case undefined:
      return ["nothing"];
    case "fetch":
      return fetchLines(node);
    case "sequence":
    case "parallel":
      return [node.kind, ...indented(node.nodes.flatMap(treeOf))];
    case "condition":
      return [
        `if $${node.variable}`,
        ...indented(treeOf(node.whenTrue)),
        "else",
        ...indented(treeOf(node.whenFalse)),
      ];
  }
};

const fetchLines = ({ subgraph, at, sends, operation, guards }: DescribedFetch): readonly string[] => [
  `fetch ${subgraph}${at.length === 0 ? "" : ` for ${at.join(", ")}`}`,
  ...indented([
    ...guards.map(
      ({ coordinate, demand, allowedAs }) =>
        `guard ${coordinate}: ${demand}${allowedAs === "internal" ? " (for the gateway itself: @key or @requires)" : ""}`,
    ),
    ...sends.map((sent) => `sends ${sent}`),
    operation,
  ]),
];
