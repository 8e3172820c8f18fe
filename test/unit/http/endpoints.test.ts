import { createServer, type IncomingMessage } from "node:http";
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { DomainEvent } from "../../../src/domain/events.js";
import { systemClock } from "../../../src/domain/time.js";
import { json } from "../../../src/http/answer.js";
import { clientAddress, reportsForwarded } from "../../../src/http/client-address.js";
import { createListener, type Listener } from "../../../src/http/listener.js";
import { opsRoutes } from "../../../src/http/ops.js";
import { createRouter, type Route } from "../../../src/http/router.js";

const open: Listener[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((listener) => listener.drain()));
});

async function serve(
  routes: readonly Route[] | undefined,
  options: {
    readonly trustIds?: boolean;
    readonly drainTimeoutMs?: number;
    readonly headersTimeoutMs?: number;
    readonly requestTimeoutMs?: number;
  } = {},
) {
  const failures: unknown[] = [];
  const finished: string[] = [];
  const router = routes === undefined ? undefined : createRouter(routes);
  const listener = createListener({
    host: "127.0.0.1",
    port: 0,
    clock: systemClock,
    router: () => router,
    headersTimeoutMs: options.headersTimeoutMs ?? 500,
    requestTimeoutMs: options.requestTimeoutMs ?? 1_000,
    drainTimeoutMs: options.drainTimeoutMs ?? 200,
    trustIds: options.trustIds ?? false,
    finished: (route, method, status) => finished.push(`${method} ${route} ${status}`),
    failed: (error) => failures.push(error),
  });
  open.push(listener);
  const port = await listener.listen();
  return { listener, port, url: `http://127.0.0.1:${port}`, failures, finished };
}

/** Sends bytes and collects everything until the other side closes. */
const raw = (port: number, text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    socket.on("data", (chunk: Buffer) => {
      answer += chunk.toString("utf8");
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });

const hello: Route = {
  name: "hello",
  path: "/hello",
  methods: ["GET"],
  handle: () => json(200, { hi: true }),
};

describe("the listener", () => {
  it("masks the error of a route, and reports its inner text", async () => {
    const { url, failures, finished } = await serve([
      {
        ...hello,
        handle: () => {
          throw new Error("inner secret text");
        },
      },
    ]);
    const response = await fetch(`${url}/hello`);
    const text = await response.text();
    expect([response.status, text.includes("inner")]).toEqual([500, false]);
    expect(String(failures[0])).toContain("inner secret text");
    expect(finished).toEqual(["GET hello 500"]);
  });

  it("answers 503 with Retry-After before its routes are set", async () => {
    const { url } = await serve(undefined);
    const response = await fetch(`${url}/hello`);
    expect([response.status, response.headers.get("retry-after")]).toEqual([503, "1"]);
  });

  it.each([
    ["no HTTP at all", "NONSENSE\r\n\r\n", 400],
    [
      "two lengths of one body",
      "POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
      400,
    ],
    [
      "a length beside chunks",
      "POST /hello HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
    ],
    ["headers without end", `GET /hello HTTP/1.1\r\nHost: x\r\nX: ${"y".repeat(20_000)}\r\n\r\n`, 431],
  ])("refuses %s in JSON and closes", async (_, bytes, status) => {
    const { port } = await serve([hello]);
    const answer = await raw(port, bytes);
    expect(answer).toContain(`HTTP/1.1 ${status}`);
    expect(answer).toContain('{"errors":[');
  });

  it("closes the connection of a client that does not finish its headers in time", async () => {
    const { port } = await serve([hello], { headersTimeoutMs: 300 });
    const answer = await raw(port, "GET /hello HTTP/1.1\r\nHost: x\r\n");
    expect(answer).toContain("HTTP/1.1 408");
  });

  it("goes on accepting once its end is announced, and has every connection close", async () => {
    const { port, url, listener } = await serve([hello]);
    listener.announceEnd();
    for (const _ of [1, 2]) {
      const response = await fetch(`${url}/hello`);
      expect([response.status, response.headers.get("connection")]).toEqual([200, "close"]);
    }
    expect(await raw(port, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n")).toContain("HTTP/1.1 200");
  });

  it.each([
    ["sends nothing", ""],
    ["sends half a header", "POST /hello HTTP/1.1\r\nHost: x\r\n"],
    ["sends no HTTP", "\u0016\u0003\u0001nonsense\r\n\r\n"],
    ["sends half a body", "PUT /body HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{"],
    ["never reads a long answer", "GET /long HTTP/1.1\r\nHost: x\r\n\r\n"],
  ])("lets go of the connection of a client that %s and never hangs up", async (_, bytes) => {
    const reading: Route = {
      ...hello,
      name: "body",
      path: "/body",
      methods: ["PUT"],
      handle: async ({ request }) => {
        await request.resume().toArray();
        return json(200, {});
      },
    };
    const long: Route = { ...hello, path: "/long", handle: () => json(200, "x".repeat(32 * 1024 * 1024)) };
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;
    await expect.poll(sockets, { timeout: 5_000 }).toBe(0);
    const { port } = await serve([hello, reading, long], { headersTimeoutMs: 300, requestTimeoutMs: 600 });
    const client = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    client.on("error", () => undefined);
    client.write(bytes);
    // One end is the client's own.
    await expect.poll(sockets).toBe(2);
    await expect.poll(sockets, { timeout: 4_000 }).toBeLessThan(2);
    client.destroy();
  });

  /** A route that resolves `inside` when it is called and answers when it is released. */
  function waitingRoute(name: string) {
    let entered: () => void = () => undefined;
    let answer: () => void = () => undefined;
    const inside = new Promise<void>((resolve) => {
      entered = resolve;
    });
    const released = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const route: Route = {
      name,
      path: `/${name}`,
      methods: ["GET"],
      handle: async () => {
        entered();
        await released;
        return json(200, {});
      },
    };
    return { route, inside, answer };
  }

  it("drains: a running request finishes, and one that never ends is closed at the deadline", async () => {
    const [slow, stuck] = [waitingRoute("slow"), waitingRoute("stuck")];
    const { url, listener } = await serve([slow.route, stuck.route], { drainTimeoutMs: 400 });
    const finishing = fetch(`${url}/slow`).then((response) => [
      response.status,
      response.headers.get("connection"),
    ]);
    const never = fetch(`${url}/stuck`).catch(() => "closed");
    await Promise.all([slow.inside, stuck.inside]);
    const started = performance.now();
    const drained = listener.drain();
    slow.answer();
    expect(await finishing).toEqual([200, "close"]);
    await drained;
    expect(performance.now() - started).toBeGreaterThanOrEqual(390);
    expect(await never).toBe("closed");
  });

  it("ends a drain as soon as the last running request has its answer, keep-alive or not", async () => {
    const slow = waitingRoute("slow");
    const { url, listener } = await serve([slow.route], { drainTimeoutMs: 20_000 });
    const answer = fetch(`${url}/slow`);
    await slow.inside;
    const started = performance.now();
    const drained = listener.drain();
    slow.answer();
    await drained;
    expect(performance.now() - started).toBeLessThan(10_000);
    expect((await answer).status).toBe(200);
  });

  it("answers a request whose body is not read, and keeps the connection", async () => {
    const { port } = await serve([hello]);
    const body = "x".repeat(200_000);
    const answer = await raw(
      port,
      `PUT /nowhere HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n\r\n${body}GET /hello HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/HTTP\/1\.1 404[\s\S]*HTTP\/1\.1 200/);
  });

  it("makes request ids of its own, and believes foreign ones only behind a proxy of ours", async () => {
    const idFrom = async (url: string) =>
      (await fetch(`${url}/hello`, { headers: { "x-request-id": "client-chosen-id" } })).headers.get(
        "x-request-id",
      );
    expect(await idFrom((await serve([hello])).url)).toMatch(/^[0-9a-f-]{36}$/);
    const behind = await serve([hello], { trustIds: true });
    expect(await idFrom(behind.url)).toBe("client-chosen-id");
    const broken = await fetch(`${behind.url}/hello`, { headers: { "x-request-id": '"><script>' } });
    expect(broken.headers.get("x-request-id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("answers HEAD without a body and other methods with Allow", async () => {
    const { url } = await serve([{ ...hello, methods: ["GET", "HEAD"] }]);
    const head = await fetch(`${url}/hello`, { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const wrong = await fetch(`${url}/hello`, { method: "DELETE" });
    expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });
});

describe("the client's address", () => {
  const seen = async (trustedProxies: number, forwarded?: string): Promise<string> => {
    const server = createServer((request: IncomingMessage, response) =>
      response.end(clientAddress(request, trustedProxies)),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as { port: number };
    const headers = forwarded === undefined ? {} : { "x-forwarded-for": forwarded };
    const text = await (await fetch(`http://127.0.0.1:${port}`, { headers })).text();
    server.close();
    return text;
  };

  it.each([
    [0, "6.6.6.6", "127.0.0.1"],
    [1, "6.6.6.6, 198.51.100.7", "198.51.100.7"],
    [2, "6.6.6.6, 198.51.100.7, 10.0.0.1", "198.51.100.7"],
    [1, "::ffff:198.51.100.7", "198.51.100.7"],
    [3, "198.51.100.7", "198.51.100.7"],
    [1, "6.6.6.6, 198.51.100.7:40001", "198.51.100.7"],
    [1, "[2001:DB8::7]:40001", "2001:db8::7"],
    [1, "fe80::7%eth1", "fe80::7"],
    [1, "6.6.6.6, unknown", "unknown"],
    [1, "6.6.6.6, <script>", "unknown"],
    [1, undefined, "127.0.0.1"],
  ])("with %i trusted proxies and %j is %s", async (proxies, forwarded, expected) => {
    expect(await seen(proxies, forwarded)).toBe(expected);
  });
});

describe("a forwarded address without a trusted proxy", () => {
  const ask = async (trustedProxies: number, headers: readonly Record<string, string>[]) => {
    const events: DomainEvent[] = [];
    const reports = reportsForwarded(trustedProxies, (event) => events.push(event));
    const { url } = await serve([reports(hello), reports({ ...hello, name: "other", path: "/other" })]);
    for (const each of headers)
      for (const path of ["/hello", "/other"]) await fetch(`${url}${path}`, { headers: each });
    return events.map(({ type }) => type);
  };

  it.each(["x-forwarded-for", "forwarded"])("is reported once: %s", async (name) => {
    expect(await ask(0, [{}, { [name]: "for=198.51.100.7" }, { [name]: "for=198.51.100.8" }])).toEqual([
      "forwarded.ignored",
    ]);
  });

  it("is no news where proxies are configured, or without the header", async () => {
    expect(await ask(1, [{ "x-forwarded-for": "198.51.100.7" }])).toEqual([]);
    expect(await ask(0, [{}])).toEqual([]);
  });
});

describe("readiness", () => {
  const ready = async (
    checks: Parameters<typeof opsRoutes>[0]["checks"],
    draining = false,
    starting = false,
  ) => {
    const routes = opsRoutes({
      checks,
      starting: () => starting,
      draining: () => draining,
      metrics: async () => ({ contentType: "text/plain", text: "m 1\n" }),
    });
    const { url } = await serve(routes);
    const response = await fetch(`${url}/readyz`);
    return { status: response.status, body: await response.json() };
  };
  const ok = () => ({ ok: true });

  it("is per check", async () => {
    expect(await ready({ supergraph: ok, store: ok })).toEqual({
      status: 200,
      body: { status: "ready", checks: { supergraph: { ok: true }, store: { ok: true } } },
    });
  });

  it("stays in rotation while the store is down, since ordinary reads still work, and reports degraded", async () => {
    const { status, body } = await ready({
      supergraph: ok,
      store: () => Promise.reject(new Error("redis at 10.1.1.1")),
    });
    expect([status, body.status, body.checks.store]).toEqual([
      200,
      "degraded",
      { ok: false, detail: "failed" },
    ]);
  });

  it("is unready until clients are served, whatever the checks return", async () => {
    const { status, body } = await ready({ supergraph: ok }, false, true);
    expect([status, body.status]).toEqual([503, "unready"]);
  });

  it("leaves rotation without a supergraph, with a check that hangs, and while draining", async () => {
    expect((await ready({ supergraph: () => ({ ok: false }) })).status).toBe(503);
    const hung = await ready({ keys: () => new Promise(() => undefined) });
    expect([hung.status, hung.body.checks.keys.detail]).toEqual([503, "no answer in time"]);
    const draining = await ready({ supergraph: ok }, true);
    expect([draining.status, draining.body.status]).toEqual([503, "draining"]);
  });
});
