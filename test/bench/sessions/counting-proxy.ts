import { connect, createServer, type Socket } from "node:net";

/** A relay before Redis that counts, per connection, how often a client spoke and had to wait for the answer. */
export interface CountingProxy {
  readonly port: number;
  /** Turns so far, by connection. */
  turns(): ReadonlyMap<number, number>;
  close(): Promise<void>;
}

/** What is written before the first byte of the answer is one turn: a pipeline counts once. */
export function startCountingProxy(targetPort: number): Promise<CountingProxy> {
  const counts = new Map<number, number>();
  const sockets = new Set<Socket>();
  let opened = 0;
  const server = createServer((client) => {
    const connection = opened++;
    const upstream = connect(targetPort, "127.0.0.1");
    let waiting = false;
    client.setNoDelay(true);
    upstream.setNoDelay(true);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    client.on("data", (chunk) => {
      if (!waiting) counts.set(connection, (counts.get(connection) ?? 0) + 1);
      waiting = true;
      upstream.write(chunk);
    });
    upstream.on("data", (chunk) => {
      waiting = false;
      client.write(chunk);
    });
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve({
        port: typeof address === "object" && address !== null ? address.port : 0,
        turns: () => new Map(counts),
        close: () =>
          new Promise((done) => {
            for (const socket of sockets) socket.destroy();
            server.close(() => done());
          }),
      });
    });
  });
}
