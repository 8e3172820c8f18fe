import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createSession, memoryStorage, type SessionOptions } from "../../../src/client/index.js";

const closers: (() => void)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});

/** A server with one answer. */
const answering = async (status: number, body: string, headers: Record<string, string> = {}) => {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(status, { "content-type": "application/json", ...headers }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`; // listening on TCP
};
const SIGNED_OUT = JSON.stringify({
  data: { session: null },
  errors: [{ message: "Sign in.", path: ["session"], extensions: { code: "UNAUTHENTICATED" } }],
});
const diagnosis = (url: string, options: Partial<SessionOptions> = {}): Promise<string> =>
  createSession({ url, ...options }).diagnose();

describe("diagnose", () => {
  it("finds nothing wrong where nothing is", async () => {
    expect(await diagnosis(await answering(200, SIGNED_OUT))).toMatch(/^Nothing wrong was found/);
  });

  it("names a gateway that cannot be reached", async () => {
    expect(await diagnosis("http://127.0.0.1:9/graphql")).toContain("cannot be reached");
  });

  it("names an answer that is not GraphQL", async () => {
    expect(await diagnosis(await answering(200, "<title>Welcome</title>"))).toContain("but not GraphQL");
  });

  it("names an overload and a store that is down", async () => {
    const body = JSON.stringify({
      errors: [{ message: "Later.", extensions: { code: "SERVICE_UNAVAILABLE" } }],
    });
    expect(await diagnosis(await answering(503, body))).toContain("HTTP 503");
  });

  it("names a clock that is off by more than a minute, and in which direction", async () => {
    const url = await answering(200, SIGNED_OUT, { date: new Date(1_000_000_000_000).toUTCString() });
    const at = (seconds: number): Promise<string> =>
      diagnosis(url, { now: () => 1_000_000_000_000 + seconds * 1000 });
    expect(await at(61)).toContain("61 seconds ahead of");
    expect(await at(-90)).toContain("90 seconds behind");
    expect(await at(59)).toMatch(/^Nothing wrong/);
  });

  it("names a storage that throws", async () => {
    const storage = {
      get: () => undefined,
      set: () => {
        throw new DOMException("The operation is insecure.", "SecurityError");
      },
    };
    expect(await diagnosis(await answering(200, SIGNED_OUT), { storage })).toContain("storage is blocked");
  });

  it("names cookies that do not arrive", async () => {
    const storage = memoryStorage();
    storage.set({ accessToken: "cookies", expiresAtSeconds: 4_000_000_000 });
    const url = await answering(200, SIGNED_OUT);
    expect(await diagnosis(url, { storage, delivery: "cookie" })).toContain("cookies are blocked");
  });

  it("never contains a token", async () => {
    const storage = memoryStorage();
    storage.set({ accessToken: "canary", refreshToken: "canary", expiresAtSeconds: 4_000_000_000 });
    expect(await diagnosis("http://127.0.0.1:9/graphql", { storage })).not.toContain("canary");
  });
});
