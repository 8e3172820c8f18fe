import { type DocumentNode, getOperationAST, type OperationDefinitionNode } from "graphql";
import type { Principal } from "../../domain/principal.js";
import { allOf, OPEN, type Requirement, type Verdict } from "../../domain/requirement.js";
import type { UnixSeconds } from "../../domain/time.js";
import { responseKey } from "../../graphql/documents.js";
import type { CompiledOperation, Decision, PlannableOperation } from "../authorizer.js";
import type { AuthorizedGraph } from "../create-authorizer.js";
import { type GuardedSelection, hasOwnRequirements } from "../decide/compile.js";
import { Compiled, type Inspection } from "../decide/compiled.js";
import type { Variables } from "../decide/conditions.js";
import { OPEN_ID, type Rules } from "../read/rules.js";
import { demandText } from "./demand-text.js";
import type { GuardOrigin } from "./guard-origin.js";
import { judgedDocument } from "./judged-document.js";
import { contributingCoordinates, type GuardSource, lineage, originsByCoordinate } from "./origins.js";

export interface ExplainInput {
  readonly document: DocumentNode;
  readonly operationName?: string | undefined;
  /** Without a principal the requirements are listed without verdicts. */
  readonly principal?: Principal;
  readonly variables?: Variables;
  readonly nowSeconds: UnixSeconds;
  /** The revocation view is stale, as in {@link DecisionInput}. Default false. */
  readonly degraded?: boolean;
  /** Subgraph SDL in which guards are located; default: the supergraph. */
  readonly sources?: readonly GuardSource[];
  /** The operation, already compiled by this graph's authorizer. Absent: it is compiled here. */
  readonly compiled?: CompiledOperation;
}

/** One guarded selection of an operation. */
export interface ExplainedSelection {
  /** As in the operation. */
  readonly coordinate: string;
  /** The response key, which distinguishes two selections of one coordinate. */
  readonly key: string;
  /** `field`, `position` (an object by its own runtime type) or `whole` (strict mode). */
  readonly kind: Exclude<GuardedSelection["kind"], "every">;
  /** Runtime types of the parent or, for a position, of the value. */
  readonly types: readonly string[];
  readonly demand: string;
  /** Variables whose value may add requirements. */
  readonly variables: readonly string[];
  readonly askedBy: readonly GuardOrigin[];
  /** `SKIPPED`: excluded by `@skip` or `@include`. */
  readonly verdict: Verdict | "SKIPPED" | undefined;
}

export interface OperationExplanation {
  readonly operation: string;
  readonly decision: Decision["kind"] | undefined;
  readonly selections: readonly ExplainedSelection[];
  /** Abstract positions were decided in strict mode because the precise document would be too large. */
  readonly fellBackToStrict: boolean;
  /** The document that would be planned for the given principal. */
  readonly planned: string | undefined;
}

/** An operation's explanation with what the engine takes on from here. */
export interface OperationInspection {
  readonly explanation: OperationExplanation;
  /** The operation as it was judged, each guarded selection with its demand and verdict as a comment. */
  readonly judged: string;
  /** What is planned for the principal given; without one, what is planned when everything is granted. */
  readonly plannable: PlannableOperation | undefined;
}

/**
 * Explains one operation from the same table that decides it.
 *
 * @throws TypeError when the document has no such operation
 */
export const explainOperation = async (
  graph: AuthorizedGraph,
  input: ExplainInput,
): Promise<OperationExplanation> => (await inspectOperation(graph, input)).explanation;

/**
 * Like {@link explainOperation}, with the documents before and after the decision.
 *
 * @throws TypeError when the document has no such operation
 */
export const inspectOperation = async (
  graph: AuthorizedGraph,
  input: ExplainInput,
): Promise<OperationInspection> => {
  const operation = operationOf(input);
  const compiled = Compiled.of(input.compiled ?? graph.authorizer.compile(input.document, operation));
  const { principal, variables = {}, nowSeconds, degraded = false } = input;
  const inspection =
    principal === undefined
      ? undefined
      : await graph.inspect(compiled, { principal, variables, nowSeconds, degraded });
  const analysis = inspection?.analysis ?? compiled.analysis;
  const decision = inspection?.decision;
  const origins =
    input.sources === undefined ? ownOrigins(graph) : originsByCoordinate(input.sources, graph.guardReading);
  const included = new Set(
    analysis.guardedSelections.flatMap((selection) => (selection.kind === "whole" ? selection.parts : [])),
  );
  const explained = analysis.guardedSelections
    .filter((selection): selection is ExplainedGuardedSelection => selection.kind !== "every")
    .filter((selection) => !included.has(selection) && hasOwnRequirements(selection))
    .map((selection) => ({
      node: selection.node,
      selection: explainSelection(graph.rules, selection, origins, inspection),
    }));
  const plannable = decision !== undefined && "plannable" in decision ? decision.plannable : undefined;
  return {
    explanation: {
      operation: operation.name?.value ?? `(${operation.operation})`,
      decision: decision?.kind,
      selections: explained.map(({ selection }) => selection),
      fellBackToStrict: analysis.fellBackToStrict,
      planned: plannable?.text,
    },
    judged: judgedDocument(input.document, operation, explained),
    plannable: decision === undefined ? compiled.plannableWhenGranted : plannable,
  };
};

/** @throws TypeError when the document has no such operation */
export const operationOf = ({
  document,
  operationName,
}: Pick<ExplainInput, "document" | "operationName">): OperationDefinitionNode => {
  const operation = getOperationAST(document, operationName);
  if (operation) return operation;
  throw new TypeError(
    "the document has no operation of that name, or several operations and no name was given",
  );
};

/** Guard locations in the supergraph, cached so that explaining many operations parses it once. */
const originsOf = new WeakMap<AuthorizedGraph, ReturnType<typeof originsByCoordinate>>();

const ownOrigins = (graph: AuthorizedGraph): ReturnType<typeof originsByCoordinate> => {
  const known = originsOf.get(graph);
  if (known !== undefined) return known;
  const sources = [{ name: "supergraph", sdl: graph.supergraphSdl }];
  const origins = originsByCoordinate(sources, graph.guardReading);
  originsOf.set(graph, origins);
  return origins;
};

/** An `every` selection is not explained: its parts show the same, with their types. */
type ExplainedGuardedSelection = GuardedSelection & Pick<ExplainedSelection, "kind">;

const explainSelection = (
  rules: Rules,
  selection: ExplainedGuardedSelection,
  origins: ReadonlyMap<string, readonly GuardOrigin[]>,
  inspection: Inspection | undefined,
): ExplainedSelection => {
  const parts = [selection, ...selection.parts];
  const coordinates = new Set(parts.flatMap((one) => coordinatesOf(rules, one)));
  return {
    coordinate: selection.coordinate,
    key: responseKey(selection.node),
    kind: selection.kind,
    types: [...selection.types],
    demand: demandText(allOf([OPEN, ...parts.flatMap((one) => demandsOf(rules, one))])),
    variables: [...new Set(parts.flatMap((one) => one.variableGuards.map(({ variable }) => `$${variable}`)))],
    askedBy: [...coordinates].flatMap((one) => origins.get(one) ?? []),
    verdict: verdictOf(selection, inspection),
  };
};

const verdictOf = (
  selection: GuardedSelection,
  inspection: Inspection | undefined,
): ExplainedSelection["verdict"] => {
  if (inspection === undefined) return undefined;
  const verdict = inspection.verdict(selection);
  return verdict === "GRANTED" || inspection.isActive(selection) ? verdict : "SKIPPED";
};

const demandsOf = (rules: Rules, selection: GuardedSelection): readonly Requirement[] =>
  selection.demands.filter((id) => id !== OPEN_ID).map((id) => rules.requirements[id] ?? OPEN);

/** The coordinates at which the guards of a selection are declared. */
const coordinatesOf = (rules: Rules, selection: GuardedSelection): readonly string[] => {
  if (selection.kind === "position") return [...selection.types].flatMap((type) => lineage(rules, type));
  if (selection.kind === "whole") return [];
  const field = selection.node.name.value;
  const given = (selection.node.arguments ?? []).map((one) => one.name.value);
  return [...selection.types].flatMap((type) => [
    ...contributingCoordinates(rules, type, field),
    ...lineage(rules, type).flatMap((owner) => given.map((name) => `${owner}.${field}(${name}:)`)),
    ...inputCoordinates(rules, type, field, given),
  ]);
};

/** Guarded input objects that are reachable through the given arguments. */
const inputCoordinates = (
  rules: Rules,
  type: string,
  field: string,
  given: readonly string[],
): readonly string[] => {
  const found = new Set<string>();
  const visit = (object: string | undefined): void => {
    if (object === undefined || found.has(object)) return;
    found.add(object);
    for (const rule of rules.inputs.get(object)?.values() ?? []) {
      if (rule.requirement !== OPEN_ID) found.add(rule.coordinate);
      visit(rule.object);
    }
  };
  for (const name of given) visit(rules.types.get(type)?.fields.get(field)?.arguments.get(name)?.object);
  return [...found];
};
