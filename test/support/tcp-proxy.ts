import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";

/** A proxy between a client and a server that can be made to misbehave. */
export interface TcpProxy {
  readonly port: number;
  /** Sends new connections to another port, and closes the current ones. */
  target(port: number): void;
  /** Closes every connection now; new ones are served. */
  cut(): void;
  /** Forwards requests and drops the replies, then closes the connections. */
  dropReplies(on: boolean): void;
  /** Swallows requests. */
  dropRequests(on: boolean): void;
  /** Holds requests back; `false` delivers them, even if the sender has disconnected. */
  holdRequests(on: boolean): void;
  /** Keeps each reply for so long, as a network would. */
  delayReplies(ms: number): void;
  /** Replaces a text in replies by another of the same length, so that every length sent before stays correct. */
  rewriteReplies(from: string, to: string): void;
  close(): Promise<void>;
}

export async function startProxy(first: number): Promise<TcpProxy> {
  let port = first;
  let repliesDropped = false;
  let requestsDropped = false;
  let holding = false;
  let delayMs = 0;
  let rewrite = (chunk: Buffer): Buffer => chunk;
  const held: (() => void)[] = [];
  const sockets = new Set<Socket>();
  const cut = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    for (const [from, to, dropped] of [
      [client, upstream, () => requestsDropped],
      [upstream, client, () => repliesDropped],
    ] as const) {
      sockets.add(from);
      from.on("data", (chunk) => {
        if (holding && from === client) held.push(() => to.write(chunk));
        else if (dropped()) return;
        else if (from === client) to.write(chunk);
        else if (delayMs === 0) to.write(rewrite(chunk));
        else setTimeout(() => to.write(rewrite(chunk)), delayMs);
      });
      from.on("error", () => from.destroy());
      from.on("close", () => {
        sockets.delete(from);
        if (!(holding && from === client)) to.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return {
    port: address.port,
    target(next) {
      port = next;
      cut();
    },
    cut,
    dropReplies(on) {
      repliesDropped = on;
    },
    dropRequests(on) {
      requestsDropped = on;
    },
    holdRequests(on) {
      holding = on;
      if (!on) for (const deliver of held.splice(0)) deliver();
    },
    delayReplies(ms) {
      delayMs = ms;
    },
    rewriteReplies(from, to) {
      if (from.length !== to.length) throw new TypeError("replaced by a text of another length");
      rewrite = (chunk) => Buffer.from(chunk.toString("latin1").replaceAll(from, to), "latin1");
    },
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}
