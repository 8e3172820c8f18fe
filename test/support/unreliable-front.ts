import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";

/** How the front treats the next requests. */
export type FrontMode = "pass" | "offline" | "busy" | "down" | "captive portal";

export interface UnreliableFront {
  readonly url: string;
  mode: FrontMode;
  /** The gateway behind it. */
  target: string;
  /** Bodies of the requests that came, the newest last. */
  readonly bodies: string[];
  stop(): Promise<void>;
}

const read = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // node:http gives buffers by default
  return Buffer.concat(chunks);
};

/** What can stand between a client and a gateway, with a handle on what goes wrong: it forwards, or answers itself. */
export async function startUnreliableFront(target: string): Promise<UnreliableFront> {
  const server = createServer(async (request, response) => {
    const body = await read(request);
    front.bodies.push(body.toString("utf8"));
    switch (front.mode) {
      case "offline":
        return void request.socket.destroy();
      case "busy":
        return void response.writeHead(429, { "retry-after": "1" }).end("Too many requests");
      case "down":
        return void response.writeHead(503, { "content-type": "text/plain" }).end("Service unavailable");
      case "captive portal":
        return void response.writeHead(200, { "content-type": "text/html" }).end("<title>Welcome</title>");
      case "pass": {
        const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
        const answer = await fetch(front.target, {
          method: request.method ?? "POST",
          headers: headers as Record<string, string>, // GraphQL requests repeat no header
          body: new Uint8Array(body),
        }).catch(() => undefined);
        if (answer === undefined) return void request.socket.destroy();
        const {
          "content-encoding": ____,
          "transfer-encoding": _____,
          ...kept
        } = Object.fromEntries(answer.headers);
        response.writeHead(answer.status, kept).end(Buffer.from(await answer.arrayBuffer()));
      }
    }
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP, so an AddressInfo
  const front: UnreliableFront = {
    url: `http://127.0.0.1:${port}/graphql`,
    mode: "pass",
    target,
    bodies: [],
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return front;
}
