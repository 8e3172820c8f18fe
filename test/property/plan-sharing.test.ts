import {
  type DocumentNode,
  Kind,
  type OperationDefinitionNode,
  parse,
  print,
  type SelectionNode,
} from "graphql";
import { expect, it } from "vitest";
import { hash } from "../support/graph-data.js";
import type { AskedOperation } from "../support/in-process-gateway.js";
import { type RandomOperation, randomAuthOperation } from "../support/random-auth-operation.js";
import { Tape } from "../support/tape.js";
import {
  type Caller,
  FRESH_SECONDS,
  NOW_SECONDS,
  randomCaller,
  type ServedGraph,
  serveGraph,
} from "../support/triple.js";

const GRAPHS = Number(process.env["SHARING_GRAPHS"] ?? 12);
const SEED = Number(process.env["FUZZ_SEED"] ?? 20_261_130);
const OPERATIONS_PER_GRAPH = 2;
const REQUESTS_PER_OPERATION = 5;

const selectionsOf = (text: string): readonly SelectionNode[] => {
  const [definition] = parse(text, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new Error("no operation");
  return definition.selectionSet.selections;
};

/**
 * The same operation under two conditions, in documents whose planned texts are alike although their conditions come in
 * another order, or whose texts differ in what is never sent.
 */
const dressed = (tape: Tape, { text }: RandomOperation): AskedOperation => {
  const document = parse(text, { noLocation: true });
  const original = document.definitions.find(
    (one): one is OperationDefinitionNode => one.kind === Kind.OPERATION_DEFINITION,
  );
  if (original === undefined) throw new Error("no operation");
  const under = (variable: string, selections: readonly SelectionNode[]): SelectionNode => {
    const [fragment] = selectionsOf(
      `query ($${variable}: Boolean!) { ... @include(if: $${variable}) { x } }`,
    );
    if (fragment?.kind !== Kind.INLINE_FRAGMENT) throw new Error("no fragment");
    return { ...fragment, selectionSet: { kind: Kind.SELECTION_SET, selections } };
  };
  const { selections } = original.selectionSet;
  const half = Math.ceil(selections.length / 2);
  const [first, second] = [selections.slice(0, half), selections.slice(half)];
  const prefix = tape.pick([
    [],
    selectionsOf("query { one: __typename @include(if: $second) }"),
    selectionsOf("query { two: __typename @skip(if: $third) }"),
  ]);
  const suffix = tape.chance(40) ? [under("never", first)] : [];
  const [defined] = parse(
    "query ($first: Boolean!, $second: Boolean!, $third: Boolean = false, $never: Boolean = false) { x }",
    { noLocation: true },
  ).definitions;
  const added = defined?.kind === Kind.OPERATION_DEFINITION ? (defined.variableDefinitions ?? []) : [];
  const operation: OperationDefinitionNode = {
    ...original,
    name: { kind: Kind.NAME, value: "Page" },
    variableDefinitions: [...(original.variableDefinitions ?? []), ...added],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [
        ...prefix,
        under("first", first),
        under("second", second.length === 0 ? selectionsOf("{ more: __typename }") : second),
        ...suffix,
      ],
    },
  };
  const rest = document.definitions.filter((one) => one !== original);
  const page: DocumentNode = { kind: Kind.DOCUMENT, definitions: [operation, ...rest] };
  const other =
    "query Other($second: Boolean!, $first: Boolean!) { a: __typename @skip(if: $second) b: __typename @skip(if: $first) }";
  return {
    text: tape.chance(40) ? `${other}\n${print(page)}` : print(page),
    operationName: "Page",
    variables: {},
  };
};

const answerOf = async ({ gateway }: ServedGraph, asked: AskedOperation, caller: Caller): Promise<string> => {
  const moment = { nowSeconds: NOW_SECONDS, freshSeconds: FRESH_SECONDS, degraded: caller.degraded };
  try {
    const { answer, requests, decision } = await gateway.ask(asked, caller.principal, moment);
    return JSON.stringify({ answer, requests, decision }, undefined, 1);
  } catch (error) {
    return `threw ${String(error)}`;
  }
};

it(
  `answers on a gateway that served others as on a fresh one (${GRAPHS} graphs, seed ${SEED})`,
  async () => {
    for (let at = 0; at < GRAPHS; at += 1) {
      const tape = Tape.fromSeed(hash(`${SEED}/sharing/${at}`));
      const used = await serveGraph(tape);
      const again = [...tape.drawn];
      for (let one = 0; one < OPERATIONS_PER_GRAPH; one += 1) {
        const operation = randomAuthOperation(tape, used.schema);
        for (let turn = 0; turn < REQUESTS_PER_OPERATION; turn += 1) {
          const values = { first: tape.chance(50), second: tape.chance(50), third: tape.chance(50) };
          const { text, operationName } = dressed(tape, operation);
          const asked = { text, operationName, variables: { ...operation.variables, ...values } };
          const caller = randomCaller(tape);
          const fresh = await serveGraph(Tape.replay(again));
          const due = await answerOf(fresh, asked, caller);
          fresh.gateway.close();
          expect(await answerOf(used, asked, caller), `graph ${at}\n${text}\n${JSON.stringify(values)}`).toBe(
            due,
          );
        }
      }
      used.gateway.close();
    }
  },
  Math.max(120_000, GRAPHS * 20_000),
);
