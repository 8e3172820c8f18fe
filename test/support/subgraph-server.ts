import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface SubgraphCall {
  readonly headers: IncomingHttpHeaders;
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
}

export type Answering = (call: SubgraphCall, response: ServerResponse, request: IncomingMessage) => unknown;

/** A subgraph on a real socket: records the requests, and answers as configured. */
export interface SubgraphServer {
  readonly url: string;
  readonly calls: SubgraphCall[];
  /** Replaces the way it answers. A returned value is sent as JSON; `undefined`: the function writes itself. */
  answering: Answering;
  readonly connections: () => number;
  stop(): Promise<void>;
}

export const startSubgraphServer = async (answering: Answering): Promise<SubgraphServer> => {
  const calls: SubgraphCall[] = [];
  let connections = 0;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = JSON.parse(Buffer.concat(chunks).toString("utf8")) as {
        query: string;
        operationName?: string;
        variables?: Record<string, unknown>;
      };
      const call = {
        headers: request.headers,
        query: body.query,
        operationName: body.operationName,
        variables: body.variables ?? {},
      };
      calls.push(call);
      void (async () => {
        const answer = await subgraph.answering(call, response, request);
        if (answer === undefined) return;
        response.setHeader("content-type", "application/json");
        response.end(JSON.stringify(answer));
      })();
    });
  });
  server.on("connection", () => {
    connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const subgraph: SubgraphServer = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    calls,
    answering,
    connections: () => connections,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return subgraph;
};
