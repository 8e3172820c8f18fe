import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A registry that serves one supergraph with an ETag, as a content store does. */
export interface SupergraphRegistry {
  readonly url: string;
  /** Replaces what it serves. */
  publish(supergraphSdl: string): void;
  /** Answers with the whole text, and answers 304, so far. */
  readonly served: { whole: number; unchanged: number };
  stop(): Promise<void>;
}

/** @param onPort - default any free port */
export async function startSupergraphRegistry(first: string, onPort = 0): Promise<SupergraphRegistry> {
  let text = first;
  const served = { whole: 0, unchanged: 0 };
  const server = createServer((request, response) => {
    const etag = `"${createHash("sha256").update(text).digest("hex")}"`;
    if (request.headers["if-none-match"] === etag) {
      served.unchanged += 1;
      response.writeHead(304).end();
      return;
    }
    served.whole += 1;
    response.writeHead(200, { etag }).end(text);
  });
  await new Promise<void>((resolve) => server.listen(onPort, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/supergraph`,
    served,
    publish(supergraphSdl) {
      text = supergraphSdl;
    },
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}
