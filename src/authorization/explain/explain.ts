import { type DocumentNode, getOperationAST, type OperationDefinitionNode } from "graphql";
import type { Principal } from "../../domain/principal.js";
import { allOf, OPEN, type Requirement, type Verdict } from "../../domain/requirement.js";
import type { UnixSeconds } from "../../domain/time.js";
import { responseKey } from "../../graphql/documents.js";
import type { CompiledOperation, Decision, PlannableOperation } from "../authorizer.js";
import type { AuthorizedGraph } from "../create-authorizer.js";
import { asksItself, type Cell } from "../decide/compile.js";
import { Compiled, type Inspection } from "../decide/compiled.js";
import type { Variables } from "../decide/conditions.js";
import { OPEN_ID, type Rules } from "../read/rules.js";
import { demandText } from "./demand-text.js";
import { judgedDocument } from "./judged-document.js";
import {
  contributingCoordinates,
  type GuardOrigin,
  type GuardSource,
  lineage,
  originsByCoordinate,
} from "./origins.js";

export interface ExplainInput {
  readonly document: DocumentNode;
  readonly operationName?: string | undefined;
  /** Without a principal the demands are listed and no verdict is given. */
  readonly principal?: Principal;
  readonly variables?: Variables;
  readonly nowSeconds: UnixSeconds;
  /** The revocation view is stale, as {@link DecisionInput} has it. Default false. */
  readonly degraded?: boolean;
  /** Subgraph SDL to name who asked for what; the supergraph's own text serves when there is none. */
  readonly sources?: readonly GuardSource[];
  /** The operation as this graph's authorizer compiled it earlier; without it, it is compiled here. */
  readonly compiled?: CompiledOperation;
}

/** One guarded selection of an operation. */
export interface ExplainedSelection {
  /** As the operation spells it. */
  readonly coordinate: string;
  /** The response key it is answered under: tells two selections of one coordinate apart. */
  readonly key: string;
  /** `field`, `position` (an object by its own runtime type) or `whole` (judged strictly). */
  readonly kind: Exclude<Cell["kind"], "every">;
  /** Runtime types of the parent or, for a position, of the value. */
  readonly types: readonly string[];
  readonly demand: string;
  /** Variables that may add to the demand, by what they provide. */
  readonly variables: readonly string[];
  readonly askedBy: readonly GuardOrigin[];
  /** `SKIPPED`: under a `@skip` or `@include` that leaves it out. */
  readonly verdict: Verdict | "SKIPPED" | undefined;
}

export interface OperationExplanation {
  readonly operation: string;
  readonly decision: Decision["kind"] | undefined;
  readonly selections: readonly ExplainedSelection[];
  /** Abstract positions were judged strictly because the precise document would be too large. */
  readonly fellBackToStrict: boolean;
  /** What would be planned, for the principal given. */
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
 * Explains one operation from the very table it is judged by.
 *
 * @throws TypeError when the document holds no such operation
 */
export const explainOperation = async (
  graph: AuthorizedGraph,
  input: ExplainInput,
): Promise<OperationExplanation> => (await inspectOperation(graph, input)).explanation;

/**
 * {@link explainOperation}, and the documents before and after.
 *
 * @throws TypeError when the document holds no such operation
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
  const answeredFor = new Set(analysis.cells.flatMap((cell) => (cell.kind === "whole" ? cell.parts : [])));
  const explained = analysis.cells
    .filter((cell): cell is ExplainedCell => cell.kind !== "every")
    .filter((cell) => !answeredFor.has(cell) && asksItself(cell))
    .map((cell) => ({ node: cell.node, selection: explainCell(graph.rules, cell, origins, inspection) }));
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

/** @throws TypeError when the document holds no such operation */
export const operationOf = ({
  document,
  operationName,
}: Pick<ExplainInput, "document" | "operationName">): OperationDefinitionNode => {
  const operation = getOperationAST(document, operationName);
  if (operation) return operation;
  throw new TypeError("the document holds no operation of that name, or several and none was named");
};

/** Where the supergraph itself says so, read once: explaining many operations costs no parsing. */
const originsOf = new WeakMap<AuthorizedGraph, ReturnType<typeof originsByCoordinate>>();

const ownOrigins = (graph: AuthorizedGraph): ReturnType<typeof originsByCoordinate> => {
  const known = originsOf.get(graph);
  if (known !== undefined) return known;
  const sources = [{ name: "supergraph", sdl: graph.supergraphSdl }];
  const origins = originsByCoordinate(sources, graph.guardReading);
  originsOf.set(graph, origins);
  return origins;
};

/** An `every` cell says nothing its parts do not say, and they name the types. */
type ExplainedCell = Cell & Pick<ExplainedSelection, "kind">;

const explainCell = (
  rules: Rules,
  cell: ExplainedCell,
  origins: ReadonlyMap<string, readonly GuardOrigin[]>,
  inspection: Inspection | undefined,
): ExplainedSelection => {
  const parts = [cell, ...cell.parts];
  const coordinates = new Set(parts.flatMap((one) => coordinatesOf(rules, one)));
  return {
    coordinate: cell.coordinate,
    key: responseKey(cell.node),
    kind: cell.kind,
    types: [...cell.types],
    demand: demandText(allOf([OPEN, ...parts.flatMap((one) => demandsOf(rules, one))])),
    variables: [...new Set(parts.flatMap((one) => one.watchers.map(({ variable }) => `$${variable}`)))],
    askedBy: [...coordinates].flatMap((one) => origins.get(one) ?? []),
    verdict: verdictOf(cell, inspection),
  };
};

const verdictOf = (cell: Cell, inspection: Inspection | undefined): ExplainedSelection["verdict"] => {
  if (inspection === undefined) return undefined;
  const verdict = inspection.verdict(cell);
  return verdict === "GRANTED" || inspection.isActive(cell) ? verdict : "SKIPPED";
};

const demandsOf = (rules: Rules, cell: Cell): readonly Requirement[] =>
  cell.demands.filter((id) => id !== OPEN_ID).map((id) => rules.requirements[id] ?? OPEN);

/** Where the guards of a cell are written. */
const coordinatesOf = (rules: Rules, cell: Cell): readonly string[] => {
  if (cell.kind === "position") return [...cell.types].flatMap((type) => lineage(rules, type));
  if (cell.kind === "whole") return [];
  const field = cell.node.name.value;
  const given = (cell.node.arguments ?? []).map((one) => one.name.value);
  return [...cell.types].flatMap((type) => [
    ...contributingCoordinates(rules, type, field),
    ...lineage(rules, type).flatMap((owner) => given.map((name) => `${owner}.${field}(${name}:)`)),
    ...inputCoordinates(rules, type, field, given),
  ]);
};

/** Guarded input objects reachable through the arguments given. */
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
