import { composeServices } from "@theguild/federation-composition";
import {
  type DocumentNode,
  execute,
  type GraphQLOutputType,
  type GraphQLSchema,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  parse,
  visit,
} from "graphql";
import { createDemoData } from "../../src/demo/data.js";
import { executableSubgraph } from "../../src/demo/executable.js";
import { DEMO_SUBGRAPHS } from "../../src/demo/graph.js";
import type { OracleData } from "./auth-oracle-execute.js";
import type { DifferentialSource } from "./differential.js";
import { AUTH_LINK, type Entity, type FederatedGraph, LINK, startSubgraphs } from "./federated-graph.js";
import { hash } from "./graph-data.js";
import { graphModelOf } from "./graph-model.js";
import type { GraphModel } from "./random-graph.js";

/** A federated graph with guards of all kinds, its meaning for the oracle, and its data. */
export interface GuardedGraph {
  readonly supergraphSdl: string;
  readonly model: GraphModel;
  readonly schemas: ReadonlyMap<string, GraphQLSchema>;
  readonly executeSubgraph: DifferentialSource["executeSubgraph"];
  /** @param apiSchema - what clients may know; a value outside of it is null */
  readonly data: (apiSchema: GraphQLSchema) => OracleData;
  readonly values: Readonly<Record<string, readonly unknown[]>>;
}

type Resolve = (object: Entity, fieldName: string, args: Readonly<Record<string, unknown>>) => unknown;

const compose = (subgraphs: ReadonlyMap<string, DocumentNode>): string => {
  const result = composeServices(
    [...subgraphs].map(([name, typeDefs]) => ({ name, url: `http://${name}.test`, typeDefs })),
  );
  if (result.supergraphSdl === undefined) throw new Error(result.errors?.map(String).join("\n"));
  return result.supergraphSdl;
};

/** Guards on a third of the object types and a quarter of the fields, some of them requiring a fresh login. */
const dressed = (sdl: string): DocumentNode => {
  const guards = (coordinate: string, oneIn: number) => {
    const dice = hash(`guard ${coordinate}`);
    if (dice % oneIn !== 0) return [];
    const fresh = dice % 5 === 0 ? ", fresh: true" : "";
    const [scalar] = parse(`scalar T @auth(scopes: ["see:${coordinate}"]${fresh})`, {
      noLocation: true,
    }).definitions;
    return scalar?.kind === Kind.SCALAR_TYPE_DEFINITION ? (scalar.directives ?? []) : [];
  };
  return visit(parse(LINK + AUTH_LINK + sdl), {
    ObjectTypeDefinition(node) {
      const type = node.name.value;
      const isRoot = type === "Query" || type === "Mutation";
      return {
        ...node,
        directives: [...(node.directives ?? []), ...(isRoot ? [] : guards(type, 3))],
        fields: (node.fields ?? []).map((field) => {
          const isExternal = field.directives?.some(({ name }) => name.value === "external") === true;
          const own = isExternal ? [] : guards(`${type}.${field.name.value}`, 4);
          return { ...field, directives: [...(field.directives ?? []), ...own] };
        }),
      };
    },
  });
};

/** The data in the form the oracle reads: an error is a null here, and so is a leaf that clients may not see. */
const dataOf =
  (resolve: Resolve) =>
  (apiSchema: GraphQLSchema): OracleData => ({
    field: (_schema, object, fieldName, type, args) =>
      asServed(apiSchema, type, resolve(object as unknown as Entity, fieldName, args)),
  });

const asServed = (apiSchema: GraphQLSchema, type: GraphQLOutputType, value: unknown): unknown => {
  if (isNonNullType(type)) return asServed(apiSchema, type.ofType, value);
  if (value === null || value === undefined || value instanceof Error) return null;
  if (isListType(type)) {
    return Array.isArray(value) ? value.map((item) => asServed(apiSchema, type.ofType, item)) : null;
  }
  const known = isLeafType(type) ? apiSchema.getType(type.name) : undefined;
  if (!isLeafType(known)) return value;
  try {
    return known.serialize(value) ?? null;
  } catch {
    return null;
  }
};

export const guardGraph = (graph: FederatedGraph): GuardedGraph => {
  const documents = new Map(Object.entries(graph.subgraphs).map(([name, sdl]) => [name, dressed(sdl)]));
  const running = startSubgraphs(graph);
  return {
    supergraphSdl: compose(documents),
    model: graphModelOf(documents),
    schemas: new Map([...running].map(([name, { schema }]) => [name, schema])),
    values: graph.values ?? {},
    executeSubgraph: (name, query, variables) => {
      const subgraph = running.get(name);
      if (subgraph === undefined) throw new Error(`no subgraph ${name}`);
      return subgraph.execute(query, variables);
    },
    data: dataOf((object, fieldName, args) => {
      const resolver = graph.resolvers[`${object.__typename}.${fieldName}`];
      return resolver === undefined ? object[fieldName] : resolver(object, args);
    }),
  };
};

/** The demo, with the guards it is shipped with. */
export const guardedDemo = (): GuardedGraph => {
  const documents = new Map(DEMO_SUBGRAPHS.map(({ name, typeDefs }) => [String(name), parse(typeDefs)]));
  const schemas = new Map(DEMO_SUBGRAPHS.map((item) => [String(item.name), executableSubgraph(item)]));
  const contextValue = { data: createDemoData(), viewerId: "1" };
  return {
    supergraphSdl: compose(documents),
    model: graphModelOf(documents),
    schemas,
    values: {
      ID: [...contextValue.data.users.keys(), ...contextValue.data.products.keys(), "1", "none"],
      String: ["e", "a", ""],
    },
    async executeSubgraph(name, query, variableValues) {
      const schema = schemas.get(name);
      if (schema === undefined) throw new Error(`no subgraph ${name}`);
      return execute({ schema, document: parse(query), variableValues, contextValue, rootValue: {} });
    },
    data: dataOf((object, fieldName, args) => {
      const found = DEMO_SUBGRAPHS.map(({ resolvers }) => resolvers[object.__typename]?.[fieldName]).find(
        (resolver) => resolver !== undefined,
      );
      return found === undefined ? object[fieldName] : found(object, args, contextValue);
    }),
  };
};
