import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSubgraphSchema } from "@apollo/subgraph";
import { graphql, parse } from "graphql";
import { composeSubgraphs } from "../../src/composition/index.js";
import { createGateway } from "../../src/index.js";
import type { AuditCase, AuditSuite } from "./suite.js";

export interface AuditAnswer {
  readonly data: unknown;
  /** Where errors stand, dotted. */
  readonly errors: readonly string[];
  /** Requests the subgraphs saw for it. */
  readonly requests: number;
}

/** A suite in service: subgraphs on one loopback server, our composer's supergraph, our gateway over HTTP. */
export interface RunningSuite {
  ask(asked: AuditCase): Promise<AuditAnswer>;
  stop(): Promise<void>;
}

export const startSuite = async (suite: AuditSuite): Promise<RunningSuite> => {
  const subgraphs = await serveSubgraphs(suite);
  const folder = mkdtempSync(join(tmpdir(), "cardea-audit-"));
  const sources = Object.entries(suite.subgraphs).map(([name, { sdl }]) => ({
    name,
    url: `${subgraphs.url}/${name}`,
    sdl,
  }));
  writeFileSync(join(folder, "supergraph.graphql"), composeSubgraphs(sources).supergraphSdl);
  const gateway = await createGateway({
    config: {
      supergraph: "supergraph.graphql",
      server: { port: 0 },
      ops: { port: 0 },
      log: { level: "silent" },
    },
    folder,
    environment: {},
  });
  return {
    async ask({ query, variables }) {
      const before = subgraphs.served();
      const response = await fetch(gateway.url, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ query, variables }),
      });
      const answer = (await response.json()) as {
        data?: unknown;
        errors?: readonly { message: string; path?: readonly (string | number)[] }[];
      };
      return {
        data: answer.data,
        errors: (answer.errors ?? []).map(({ message, path }) => path?.join(".") ?? message),
        requests: subgraphs.served() - before,
      };
    },
    async stop() {
      await gateway.stop();
      await subgraphs.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
};

/** Parses, validates and executes what arrives: a request that is no valid operation is an error here. */
const serveSubgraphs = async ({ subgraphs }: AuditSuite) => {
  let served = 0;
  const schemas = new Map(
    Object.entries(subgraphs).map(([name, { sdl, resolvers }]) => [
      `/${name}`,
      buildSubgraphSchema({ typeDefs: parse(sdl), resolvers }),
    ]),
  );
  const server = createServer(async (request, response) => {
    served += 1;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding is set
    const { query, variables, operationName } = JSON.parse(Buffer.concat(chunks).toString("utf8"));
    const schema = schemas.get(request.url ?? "");
    const answer =
      schema === undefined
        ? { errors: [{ message: "no such subgraph" }] }
        : await graphql({ schema, source: query, variableValues: variables, operationName });
    response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served: () => served,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
