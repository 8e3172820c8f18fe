import { request } from "node:http";
import { connect } from "node:net";

export interface RawReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

/** A request with exactly these headers, repeated ones included, as `[name, value, name, value …]`. */
export const rawRequest = (
  url: string,
  method: string,
  headers: readonly string[],
  body?: string,
): Promise<RawReply> =>
  new Promise((resolve, reject) => {
    const { host } = new URL(url);
    const sent = request(url, { method, headers: ["host", host, ...headers] as never }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString("utf8"),
        }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });

/** Bytes as they are on one connection, and everything that comes back until it closes or falls silent. */
export const rawBytes = (url: string, bytes: string, silenceMs = 500): Promise<string> =>
  new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    let received = "";
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    socket.setTimeout(silenceMs, () => socket.destroy());
    socket.setEncoding("utf8");
    socket.on("data", (text: string) => {
      received += text;
    });
    socket.on("error", reject);
    socket.on("close", () => resolve(received));
  });
