import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../../../src/domain/time.js";
import { json } from "../../../src/http/answer.js";
import { withCors, withOpenCors } from "../../../src/http/cors.js";
import { createListener, type Listener } from "../../../src/http/listener.js";
import { createRouter } from "../../../src/http/router.js";

const APP = "https://app.example.com";
let listener: Listener;
let url: string;

beforeAll(async () => {
  const router = createRouter([
    withCors(
      {
        name: "endpoint",
        path: "/endpoint",
        methods: ["POST"],
        handle: () => json(401, {}, [["vary", "Authorization, Cookie"]]),
      },
      { origins: new Set([APP]), headers: ["X-Tenant", "content-type"] },
    ),
    withOpenCors({ name: "keys", path: "/keys", methods: ["GET", "HEAD"], handle: () => json(200, {}) }),
  ]);
  listener = createListener({
    host: "127.0.0.1",
    port: 0,
    clock: systemClock,
    router: () => router,
    headersTimeoutMs: 1_000,
    requestTimeoutMs: 1_000,
    drainTimeoutMs: 0,
    trustIds: false,
    failed: () => undefined,
  });
  url = `http://127.0.0.1:${await listener.listen()}/endpoint`;
});
afterAll(() => listener.drain());

const ask = (method: string, origin?: string) =>
  fetch(url, { method, headers: origin === undefined ? {} : { origin } });

describe("browser applications of other origins", () => {
  it("may call when listed, and read the challenge", async () => {
    const preflight = await ask("OPTIONS", APP);
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe(APP);
    expect(preflight.headers.get("access-control-allow-headers")).toBe(
      "accept, authorization, content-type, dpop, x-tenant",
    );
    expect(preflight.headers.get("access-control-allow-methods")).toBe("POST");
    const answer = await ask("POST", APP);
    expect(answer.headers.get("access-control-allow-origin")).toBe(APP);
    expect(answer.headers.get("access-control-expose-headers")).toBe(
      "www-authenticate, retry-after, x-request-id, dpop-nonce",
    );
    expect(answer.headers.get("vary")).toBe("Authorization, Cookie, Origin");
    expect(answer.headers.get("access-control-allow-credentials")).toBeNull();
  });

  it("may read what is public wherever they come from, and ask beforehand", async () => {
    for (const method of ["OPTIONS", "GET", "HEAD"]) {
      const answer = await fetch(url.replace("/endpoint", "/keys"), {
        method,
        headers: { origin: "https://anybody.example", "access-control-request-headers": "x-own" },
      });
      expect(answer.ok).toBe(true);
      expect(answer.headers.get("access-control-allow-origin")).toBe("*");
      if (method === "OPTIONS") expect(answer.headers.get("access-control-allow-headers")).toBe("*");
    }
  });

  it.each([
    "https://evil.example.com",
    "https://app.example.com.evil.org",
    "http://app.example.com",
    "https://APP.example.com",
    "null",
  ])("may not when they come from %s", async (origin) => {
    for (const method of ["OPTIONS", "POST"]) {
      const answer = await ask(method, origin);
      expect(answer.headers.get("access-control-allow-origin")).toBeNull();
      expect(answer.headers.get("vary")).toContain("Origin");
    }
  });
});
