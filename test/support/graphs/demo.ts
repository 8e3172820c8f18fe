import { composeServices } from "@theguild/federation-composition";
import { execute, parse } from "graphql";
import { createDemoData } from "../../../src/demo/data.js";
import { executableSubgraph } from "../../../src/demo/executable.js";
import { DEMO_SUBGRAPHS, monolithSchema } from "../../../src/demo/graph.js";
import type { DifferentialSource } from "../differential.js";

/** The demo graph, its own subgraphs against its own monolith. */
export const demoSource = (): DifferentialSource => {
  const composed = composeServices(
    DEMO_SUBGRAPHS.map((subgraph) => ({
      name: subgraph.name,
      url: `http://${subgraph.name}.test`,
      typeDefs: parse(subgraph.typeDefs),
    })),
  );
  if (composed.supergraphSdl === undefined) throw new Error("the demo does not compose");
  const subgraphs = new Map(DEMO_SUBGRAPHS.map((item) => [String(item.name), executableSubgraph(item)]));
  const monolith = monolithSchema();
  const contextValue = { data: createDemoData(), viewerId: "1" };
  return {
    supergraphSdl: composed.supergraphSdl,
    values: {
      ID: [...contextValue.data.users.keys(), ...contextValue.data.products.keys(), "1", "none"],
      String: ["e", "a", ""],
    },
    async executeSubgraph(name, query, variableValues) {
      const schema = subgraphs.get(name);
      if (schema === undefined) throw new Error(`no subgraph ${name}`);
      return execute({ schema, document: parse(query), variableValues, contextValue, rootValue: {} });
    },
    executeMonolith: async (_schema, document, variableValues) =>
      execute({ schema: monolith, document, variableValues, contextValue, rootValue: {} }),
  };
};
