import { type DocumentNode, type FieldNode, Kind, type OperationDefinitionNode, visit } from "graphql";
import type { ExplainedSelection, OperationExplanation } from "../../src/authorization/explain/explain.js";
import { type AuthOracle, PRECEDENCE } from "./auth-oracle.js";
import type { OracleAnswer } from "./auth-oracle-execute.js";
import type { AskedAnswer } from "./in-process-gateway.js";

interface ExplainedCase {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Every difference between an explanation and the served answer, or between it and the oracle. */
export const judgeExplanation = (
  explained: OperationExplanation,
  served: AskedAnswer | undefined,
  due: OracleAnswer,
  oracle: AuthOracle,
  asked: ExplainedCase,
): string[] => {
  const nodes = fieldNodes(asked.document);
  const isMutation = asked.operation.operation === "mutation";
  return [
    ...(served === undefined ? [] : judgeServed(explained, served, isMutation)),
    ...judgeDecision(explained, due),
    ...explained.selections.flatMap((one) => judgeSelection(one, nodes.get(one.key) ?? [], oracle, asked)),
    ...(isMutation ? [] : judgeMissing(explained, due)),
  ];
};

/** For a mutation the oracle also lists children of denied parents; `explain` reports those at the parent. */
const judgeMissing = (explained: OperationExplanation, due: OracleAnswer): string[] =>
  due.deniedStatically.flatMap(({ path, code }) => {
    const key = path.at(-1);
    const isReported = explained.selections.some((one) => one.key === key && one.verdict === code);
    return isReported ? [] : [`explain does not report ${code} at ${path.join(".")}`];
  });

const judgeServed = (explained: OperationExplanation, served: AskedAnswer, isMutation: boolean): string[] => {
  const wrong: string[] = [];
  if (explained.decision !== served.decision) {
    wrong.push(`explain reports ${explained.decision}, served as ${served.decision}`);
  }
  if (served.requests.length > 0 && explained.planned === undefined) {
    wrong.push("explain plans nothing, and something was fetched");
  }
  // A root field that did not run is reported with the most severe denial below it.
  const isRelaxed = isMutation && served.decision === "filtered";
  for (const error of isRelaxed ? [] : (served.answer.errors ?? [])) {
    const key = error.path?.findLast((step) => typeof step === "string");
    const code = error.extensions?.["code"];
    if (!PRECEDENCE.some((one) => one === code)) continue;
    const isExplained = explained.selections.some((one) => one.key === key && one.verdict === code);
    if (!isExplained) wrong.push(`${String(code)} at ${error.path?.join(".")} is not explained`);
  }
  return wrong;
};

const judgeDecision = (explained: OperationExplanation, due: OracleAnswer): string[] => {
  const denies = due.deniedStatically.length > 0;
  const isAllowed = explained.decision === "allowed";
  const denied = explained.selections.filter((one) => one.verdict !== "GRANTED" && one.verdict !== "SKIPPED");
  return [
    ...(isAllowed === denies ? [`explain reports ${explained.decision}; denials due: ${denies}`] : []),
    ...(isAllowed === denied.length > 0
      ? [`explain reports ${explained.decision} with ${denied.length} denials`]
      : []),
  ];
};

/** Each verdict must equal the oracle's for each of its runtime types. */
const judgeSelection = (
  one: ExplainedSelection,
  nodes: readonly FieldNode[],
  oracle: AuthOracle,
  { operation, variables }: ExplainedCase,
): string[] => {
  if (one.verdict === "SKIPPED") return [];
  const name = one.coordinate.slice(one.coordinate.indexOf(".") + 1);
  const isRight = (type: string): boolean =>
    one.kind === "position"
      ? (oracle.positionVerdict(type) ?? "GRANTED") === one.verdict
      : nodes.some(
          (node) =>
            node.name.value === name &&
            (oracle.selectionVerdict(type, node, operation, variables) ?? "GRANTED") === one.verdict,
        );
  return one.types
    .filter((type) => !isRight(type))
    .map((type) => `explain reports ${one.verdict} for ${one.kind} ${one.coordinate} on ${type}`);
};

const fieldNodes = (document: DocumentNode): ReadonlyMap<string, readonly FieldNode[]> => {
  const found = new Map<string, FieldNode[]>();
  visit(document, {
    [Kind.FIELD]: (node: FieldNode) => {
      const key = node.alias?.value ?? node.name.value;
      found.set(key, [...(found.get(key) ?? []), node]);
    },
  });
  return found;
};
