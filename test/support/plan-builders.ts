import type { FetchContext } from "../../src/federation/execute/fetch-root.js";
import { createReaders } from "../../src/federation/execute/readers.js";
import type { ExecutionState, SubgraphRequest } from "../../src/federation/execute/state.js";
import type {
  BatchFetchNode,
  FetchNode,
  PathStep,
  PlanNode,
  RequiredSelection,
} from "../../src/federation/plan/plan.js";
import type { JsonObject } from "../../src/federation/result/json.js";
import { SharedObjects } from "../../src/federation/result/sharing/shared-objects.js";
import type { SubgraphAnswer } from "../../src/federation/result/subgraph-answer.js";
import { createFetchParser } from "../../src/graphql/selected-keys.js";

/** A fetch of root fields, or of entities if `requires` is given. */
export const aFetch = (subgraph: string, operation: string, more: Partial<FetchNode> = {}): FetchNode => ({
  kind: "fetch",
  subgraph,
  operationKind: operation.startsWith("mutation") ? "mutation" : "query",
  operation,
  variableUsages: [],
  requires: undefined,
  inputRewrites: [],
  outputRewrites: [],
  ...more,
});

/** Fields sent of one type. */
export const required = (typeCondition: string, ...names: readonly string[]): RequiredSelection => ({
  kind: "fragment",
  typeCondition,
  selections: names.map((name) => ({ kind: "field", name, outputName: name, selections: undefined })),
  skipIf: undefined,
  includeIf: undefined,
});

/** `"@"` is a list, an array the names of types. */
export const pathOf = (...steps: readonly (string | readonly string[])[]): readonly PathStep[] =>
  steps.map((step) =>
    step === "@"
      ? { kind: "list" }
      : typeof step === "string"
        ? { kind: "field", name: step }
        : { kind: "types", names: step },
  );

export const entityOperation = (selections: string): string =>
  `query($representations:[_Any!]!){_entities(representations:$representations)${selections}}`;

/** A fetch of entities. */
export const anEntityFetch = (
  subgraph: string,
  selections: string,
  requires: readonly RequiredSelection[],
  more: Partial<FetchNode> = {},
): FetchNode =>
  aFetch(subgraph, entityOperation(selections), { variableUsages: ["representations"], requires, ...more });

export const flattened = (path: readonly PathStep[], node: FetchNode): PlanNode => ({
  kind: "flatten",
  path,
  node,
});

/** Several fetches of entities in one request, each under its alias. */
export const aBatch = (
  subgraph: string,
  aliases: readonly {
    readonly alias: string;
    readonly selections: string;
    readonly path: readonly PathStep[];
    readonly requires: readonly RequiredSelection[];
  }[],
): BatchFetchNode => ({
  kind: "batch",
  subgraph,
  operationKind: "query",
  operation: `query(${aliases.map(({ alias }) => `$${alias}:[_Any!]!`).join(",")}){${aliases
    .map(({ alias, selections }) => `${alias}:_entities(representations:$${alias})${selections}`)
    .join(" ")}}`,
  variableUsages: aliases.map(({ alias }) => alias),
  aliases: aliases.map(({ alias, path, requires }) => ({
    alias,
    variable: alias,
    paths: [path],
    requires,
    inputRewrites: [],
    outputRewrites: [],
  })),
});

/** Everything one execution reads and writes, and what it sent. */
export interface AnExecution extends ExecutionState {
  readonly sent: SubgraphRequest[];
}

/** @param answering - what a subgraph answers; `{ data }` alone is an answer without errors */
export const anExecution = (
  answering: (request: SubgraphRequest) => SubgraphAnswer | Promise<SubgraphAnswer>,
  more: Partial<ExecutionState> = {},
): AnExecution => {
  const sent: SubgraphRequest[] = [];
  return {
    data: {},
    failures: [],
    shared: new SharedObjects(),
    variables: {},
    isTrue: () => false,
    isAbandoned: () => false,
    call: async (request) => {
      sent.push(request);
      return answering(request);
    },
    ...more,
    sent,
  };
};

/** A subgraph's answer without errors. */
export const answered = (data: unknown): SubgraphAnswer => ({
  kind: "answered",
  data: data as JsonObject | null | undefined,
  errors: [],
});

/** A subgraph's answer with errors of these texts and paths. */
export const answeredWithErrors = (
  data: unknown,
  ...errors: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[] | undefined;
    readonly extensions?: Readonly<Record<string, unknown>>;
  }[]
): SubgraphAnswer => ({
  kind: "answered",
  data: data as JsonObject | null | undefined,
  errors: errors.map(({ message, path, extensions }) => ({ message, path, extensions })),
});

/** What a fetch of this plan is compiled with: nothing is shared, repeated or kept from the caller. */
export const aFetchContext = (
  types: FetchContext["types"],
  plan: PlanNode,
  more: Partial<FetchContext> = {},
): FetchContext => {
  const parseFetch = createFetchParser();
  return {
    types,
    names: undefined,
    parseFetch,
    readers: createReaders(plan, undefined, parseFetch),
    operationName: undefined,
    clientVariable: (wire) => wire,
    mayShare: false,
    mayRepeat: () => false,
    isSecretive: () => false,
    ...more,
  };
};
