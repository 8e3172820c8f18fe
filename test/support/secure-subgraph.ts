import type { IncomingMessage, ServerResponse } from "node:http";
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from "node:http2";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { SecureContextOptions, TLSSocket } from "node:tls";

export interface SecureCall {
  readonly query: string;
  /** `1.1` or `2.0`. */
  readonly httpVersion: string;
  /** TLS protocol, e.g. `TLSv1.3`. */
  readonly tls: string | null;
  /** Common name of the client's certificate; empty without one. */
  readonly client: string;
}

type Request = IncomingMessage | Http2ServerRequest;
/** With HTTP/2 it is node's compatible form of the same. */
export type SecureAnswering = (call: SecureCall, response: ServerResponse) => unknown;

export interface SecureSubgraph {
  readonly url: string;
  readonly port: number;
  readonly calls: SecureCall[];
  answering: SecureAnswering;
  /** TLS connections made so far. */
  readonly connections: () => number;
  /** Ends every connection, as a restart would. */
  disconnect(): void;
  stop(): Promise<void>;
}

export interface SecureSettings extends SecureContextOptions {
  /** `h2`: HTTP/2 and 1.1 by ALPN. Default `http/1.1` alone. */
  readonly protocol?: "h2" | "http/1.1";
  readonly requestCert?: boolean;
}

/** A subgraph behind real TLS. A returned value is sent as JSON; `undefined`: the function writes itself. */
export async function startSecureSubgraph(
  { protocol = "http/1.1", ...options }: SecureSettings,
  answering: SecureAnswering,
): Promise<SecureSubgraph> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const calls: SecureCall[] = [];
  const handle = async (request: Request, response: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { query } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { readonly query: string };
    const socket = request.socket as TLSSocket; // nobody connects without TLS
    const call = {
      query,
      httpVersion: request.httpVersion,
      tls: socket.getProtocol(),
      client: String(socket.getPeerCertificate().subject?.CN ?? ""),
    };
    calls.push(call);
    const answer = await subgraph.answering(call, response);
    if (answer === undefined) return;
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(answer));
  };
  const onRequest = (request: Request, response: ServerResponse | Http2ServerResponse): void =>
    void handle(request, response as ServerResponse).catch(() => request.destroy()); // the compatible form
  const server =
    protocol === "h2"
      ? createSecureServer({ ...options, allowHTTP1: true, rejectUnauthorized: true }, onRequest)
      : createServer({ ...options, rejectUnauthorized: true }, onRequest);
  server.on("secureConnection", () => {
    connections += 1;
  });
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  server.on("tlsClientError", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP
  const disconnect = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const subgraph: SecureSubgraph = {
    url: `https://127.0.0.1:${port}/graphql`,
    port,
    calls,
    answering,
    connections: () => connections,
    disconnect,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        disconnect();
      }),
  };
  return subgraph;
}
