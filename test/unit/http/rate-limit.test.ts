import { afterEach, describe, expect, it } from "vitest";
import type { Clock } from "../../../src/domain/time.js";
import { json } from "../../../src/http/answer.js";
import { createListener, type Listener } from "../../../src/http/listener.js";
import { withRateLimit } from "../../../src/http/rate-limit.js";
import { createRouter } from "../../../src/http/router.js";
import { createLocalLimiter } from "../../../src/limits/local-limiter.js";

let listener: Listener;
let nowMs = 0;
const clock: Clock = { nowMs: () => nowMs, monotonicMs: () => nowMs };
afterEach(() => listener.drain());

async function serve(requestsPerAddress: number, trustedProxies: number) {
  const limit = { limiter: createLocalLimiter(clock), requestsPerAddress, trustedProxies };
  const router = createRouter([
    withRateLimit({ name: "endpoint", path: "/", methods: ["GET"], handle: () => json(200, {}) }, limit),
  ]);
  listener = createListener({
    host: "127.0.0.1",
    port: 0,
    clock,
    router: () => router,
    headersTimeoutMs: 1_000,
    requestTimeoutMs: 1_000,
    drainTimeoutMs: 0,
    trustIds: false,
    failed: () => undefined,
  });
  const url = `http://127.0.0.1:${await listener.listen()}/`;
  return (forwarded: string) => fetch(url, { headers: { "x-forwarded-for": forwarded } });
}

describe("the limit in front of an endpoint", () => {
  it("refuses an address beyond its share with Retry-After, and lets it in again after the window", async () => {
    const ask = await serve(2, 1);
    expect([(await ask("198.51.100.1")).status, (await ask("198.51.100.1")).status]).toEqual([200, 200]);
    const refused = await ask("198.51.100.1");
    expect([refused.status, refused.headers.get("retry-after")]).toEqual([429, "60"]);
    expect((await refused.json()).errors[0].extensions).toEqual({ code: "RATE_LIMITED", retryAfter: 60 });
    expect((await ask("198.51.100.2")).status).toBe(200);
    nowMs += 60_001;
    expect((await ask("198.51.100.1")).status).toBe(200);
  });

  it("takes a whole IPv6 host for one, and believes no address a client wrote itself", async () => {
    const ask = await serve(1, 1);
    expect((await ask("2001:db8::1")).status).toBe(200);
    expect((await ask("2001:db8::2")).status).toBe(429);
    expect((await ask("203.0.113.9, 2001:db8::3")).status).toBe(429);
    await listener.drain();
    const direct = await serve(1, 0);
    expect((await direct("198.51.100.1")).status).toBe(200);
    expect((await direct("198.51.100.2")).status).toBe(429);
  });
});
