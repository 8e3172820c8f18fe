import {
  type GraphQLSchema,
  getOperationAST,
  isObjectType,
  type OperationDefinitionNode,
  parse,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from "graphql";
import { describe, expect, it } from "vitest";
import { createAuthorizer } from "../../src/authorization/index.js";
import { executeOperation } from "../../src/federation/execution.js";
import { createPlannerHost } from "../../src/federation/planning/process/pool.js";
import { parseAnswer } from "../../src/federation/subgraph/transport/parse-answer.js";
import { buildSnapshot } from "../../src/federation/supergraph/snapshot.js";
import { AuthOracle, type OraclePrincipal } from "../support/auth-oracle.js";
import { abstract } from "../support/graphs/abstract.js";
import { keys } from "../support/graphs/keys.js";
import { mediaGraph } from "../support/graphs/media.js";
import { overlap } from "../support/graphs/overlap.js";
import { requires } from "../support/graphs/requires.js";
import { shop } from "../support/graphs/shop.js";
import { values } from "../support/graphs/values.js";
import { type GuardedGraph, guardedDemo, guardGraph } from "../support/guarded-graph.js";
import { asPrincipal } from "../support/in-process-gateway.js";
import { createDice, randomOperation } from "../support/random-operation.js";

const OPERATIONS = Number(process.env["TELLING_OPERATIONS"] ?? 250);
const MOMENT = { nowSeconds: 1_900_000_000, freshSeconds: 300, degraded: false };

const sources = [
  { name: "demo", create: guardedDemo },
  ...[abstract, keys, mediaGraph, overlap, requires, shop, values].map((graph) => ({
    name: graph.name,
    create: () => guardGraph(graph),
  })),
];

/** Coordinates of object types in a request: those it selects, and those in its representations. */
const carried = (
  schema: GraphQLSchema,
  query: string,
  variables: Readonly<Record<string, unknown>>,
): ReadonlySet<string> => {
  const found = new Set<string>();
  const typeInfo = new TypeInfo(schema);
  visit(
    parse(query),
    visitWithTypeInfo(typeInfo, {
      Field(field) {
        const parent = typeInfo.getParentType();
        if (isObjectType(parent)) found.add(`${parent.name}.${field.name.value}`);
      },
    }),
  );
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(walk);
    else if (typeof value === "object" && value !== null) {
      const { __typename: typeName, ...fields } = value as Record<string, unknown>;
      for (const [name, inner] of Object.entries(fields)) {
        if (typeof typeName === "string") found.add(`${typeName}.${name}`);
        walk(inner);
      }
    }
  };
  walk(variables);
  return found;
};

/** A subgraph whose errors repeat everything in a request, at every place it can. */
const tellAll = (
  schema: GraphQLSchema,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  data: Readonly<Record<string, unknown>>,
): unknown => {
  const text = [...carried(schema, query, variables)].map((coordinate) => `«${coordinate}»`).join(" ");
  const places = Object.entries(data).flatMap(([key, value]): (string | number)[][] =>
    Array.isArray(value) ? [[key], ...value.map((_, index) => [key, index])] : [[key]],
  );
  const errors = places.map((path) => ({ message: text, path, extensions: { hint: text } }));
  return { data, errors: [...errors, { message: text, extensions: { hint: text } }] };
};

const start = async (graph: GuardedGraph) => {
  const planning = createPlannerHost();
  const authorized = createAuthorizer({ supergraphSdl: graph.supergraphSdl, settings: {} });
  const snapshot = await buildSnapshot(graph.supergraphSdl, {
    authorizerFactory: () => authorized,
    planning,
    showsErrors: true,
  });
  /** What a client reads of the subgraphs' words. */
  const ask = async (text: string, variables: Readonly<Record<string, unknown>>, who: OraclePrincipal) => {
    const document = parse(text);
    const operation = getOperationAST(document) as OperationDefinitionNode; // the generator writes one
    const entry = snapshot.operations.get(document, operation);
    const input = {
      principal: asPrincipal(who, MOMENT.nowSeconds),
      variables,
      nowSeconds: MOMENT.nowSeconds,
      degraded: false,
    };
    const decision = await snapshot.authorizer.decide(entry.compiled, input);
    if (decision.kind !== "allowed" && decision.kind !== "filtered") return [];
    const { errors } = await executeOperation({
      ...input,
      snapshot,
      entry,
      decision,
      exposure: { messages: true, extensions: ["hint"] },
      random: 0.5,
      call: async ({ subgraph, query, variablesText }) => {
        const schema = graph.schemas.get(subgraph);
        if (schema === undefined) throw new Error(`no subgraph ${subgraph}`);
        const sent = JSON.parse(variablesText) as Record<string, unknown>;
        const { data } = await graph.executeSubgraph(subgraph, query, sent);
        return parseAnswer(200, Buffer.from(JSON.stringify(tellAll(schema, query, sent, data ?? {}))));
      },
    });
    return [...new Set([...JSON.stringify(errors).matchAll(/«([\w.]+)»/g)].map(([, name = ""]) => name))];
  };
  return { ask, schema: snapshot.apiSchema, stop: () => planning.stop() };
};

/** Is the coordinate, selected without arguments, granted to this caller? */
const isGranted = (oracle: AuthOracle, coordinate: string): boolean => {
  const [type = "", name = ""] = coordinate.split(".");
  if (name === "_entities" || name === "_service") return true;
  const [operation] = parse(`{ ${name} }`).definitions;
  if (operation?.kind !== "OperationDefinition") throw new Error(`no field ${coordinate}`);
  const [field] = operation.selectionSet.selections;
  if (field?.kind !== "Field") throw new Error(`no field ${coordinate}`);
  return oracle.fieldCodes(type, field, operation, {}).length === 0;
};

describe("subgraphs that repeat the whole request in their errors, if messages are shown", () => {
  it.each(sources)(
    "say nothing over $name of what the caller was not granted",
    async ({ create }) => {
      const graph = create();
      const { ask, schema, stop } = await start(graph);
      const names = [...graph.model.types.values()].flatMap((type) => [
        ...type.guards,
        ...("fields" in type ? type.fields.flatMap((field) => field.guards) : []),
      ]);
      const scopes = [
        ...new Set(names.flatMap(({ scopes: one = [], anyOf = [] }) => [...one, ...anyOf.flat()])),
      ];
      let errorCount = 0;
      for (let seed = 1; seed <= OPERATIONS; seed += 1) {
        const dice = createDice(seed * 104_729);
        const operation = randomOperation(schema, dice, { values: graph.values });
        if (/__typename: /.test(operation.text) || validate(schema, parse(operation.text)).length > 0)
          continue;
        const share = dice.pick([0, 0.5, 0.9]);
        const who: OraclePrincipal = {
          anonymous: dice.chance(0.2),
          scopes: new Set(scopes.filter(() => dice.chance(share))),
          authTime: MOMENT.nowSeconds,
        };
        const oracle = new AuthOracle(graph.model, who, MOMENT);
        const heard = await ask(operation.text, operation.variables, who);
        errorCount += heard.length;
        const leaked = heard.filter((coordinate) => !isGranted(oracle, coordinate));
        expect(leaked, `seed ${seed}: ${operation.text} ${[...who.scopes].join()}`).toEqual([]);
      }
      stop();
      // If nothing were shown at all, nothing would be proven.
      expect(errorCount).toBeGreaterThan(OPERATIONS / 4);
    },
    300_000,
  );
});
