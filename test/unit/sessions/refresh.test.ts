import { describe, expect, it } from "vitest";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { aRequestOrigin, aUser, createSessionBench, PASSWORD } from "../../support/session-bench.js";

async function signedIn(options: Parameters<typeof createSessionBench>[2] = {}) {
  const clock = createFakeClock();
  const stores = createMemoryStores({ clock });
  const bench = createSessionBench(stores, clock, options);
  const grant = await bench.service.login({ username: "ada", password: PASSWORD }, aRequestOrigin());
  const first = grant.pair.refreshToken ?? "";
  const refresh = (refreshToken: string, scope?: string) =>
    bench.service.refresh({ refreshToken, ...(scope === undefined ? {} : { scope }) }, aRequestOrigin());
  return { clock, stores, ...bench, grant, first, refresh };
}

describe("refresh", () => {
  it("answers with a new pair and retires the old refresh token", async () => {
    const { first, refresh, events } = await signedIn();
    const next = await refresh(first);
    expect(next.pair.refreshToken).not.toBe(first);
    expect(next.scope).toBe("orders:read orders:write profile");
    expect(events).toContainEqual(expect.objectContaining({ type: "session.refreshed", reason: "rotated" }));
  });

  it("gives ten parallel callers one successor", async () => {
    const { first, refresh } = await signedIn();
    const grants = await Promise.all(Array.from({ length: 10 }, () => refresh(first)));
    expect(new Set(grants.map(({ pair }) => pair.refreshToken)).size).toBe(1);
    expect(new Set(grants.map(({ pair }) => pair.accessToken)).size).toBe(10);
  });

  it("ends the session when a retired token comes back after the grace window", async () => {
    const { first, refresh, clock, events } = await signedIn();
    const second = await refresh(first);
    clock.advanceMs(30_001);
    await expect(refresh(first)).rejects.toMatchObject({
      code: "INVALID_GRANT",
      details: { reason: "SESSION_REUSED" },
    });
    await expect(refresh(second.pair.refreshToken ?? "")).rejects.toMatchObject({
      code: "INVALID_GRANT",
      details: { reason: "SESSION_REUSED" },
    });
    expect(events).toContainEqual(expect.objectContaining({ type: "session.reused" }));
  });

  it("hands out one token while gateways change to a new pepper", async () => {
    const { first, stores, clock, service } = await signedIn();
    const [old, young] = [
      { id: 1, secret: "p".repeat(32) },
      { id: 2, secret: "q".repeat(32) },
    ];
    const changed = createSessionBench(stores, clock, { peppers: [young, old] });
    const refreshAt = async (each: typeof service, refreshToken: string) =>
      (await each.refresh({ refreshToken }, aRequestOrigin())).pair.refreshToken ?? "";
    const second = await refreshAt(changed.service, first);
    // This gateway has the new pepper, but it is not the active one yet.
    const late = createSessionBench(stores, clock, { peppers: [old, young] });
    await expect(refreshAt(late.service, first)).resolves.toBe(second);
    // A gateway without it cannot answer, and changes nothing.
    await expect(refreshAt(service, first)).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
    const third = await refreshAt(late.service, second);
    await expect(refreshAt(changed.service, second)).resolves.toBe(third);
  });

  it.each([-1, 256, 1.5])(
    "refuses at start to count %d retries, which no record has room for",
    (maxReuse) => {
      const clock = createFakeClock();
      const policy = {
        accessTtlSeconds: 300,
        idleSeconds: 3600,
        absoluteSeconds: 7200,
        graceSeconds: 30,
        maxReuse,
      };
      expect(() => createSessionBench(createMemoryStores({ clock }), clock, { policy })).toThrow(TypeError);
    },
  );

  it("never moves auth_time", async () => {
    const { first, refresh, clock, grant, issuer } = await signedIn();
    clock.advanceSeconds(1000);
    const next = await refresh(first);
    expect(next.session.authTime).toBe(grant.session.authTime);
    expect(issuer.principal(next.pair.accessToken).authTime).toBe(grant.session.authTime);
  });

  it("narrows this access token and leaves the grant as it is", async () => {
    const { first, refresh } = await signedIn();
    const narrowed = await refresh(first, "orders:read");
    expect(narrowed.scope).toBe("orders:read");
    const wide = await refresh(narrowed.pair.refreshToken ?? "");
    expect(wide.scope).toBe("orders:read orders:write profile");
  });

  it("refuses more than the grant without spending the token", async () => {
    const { first, refresh, clock } = await signedIn();
    await expect(refresh(first, "orders:read admin")).rejects.toMatchObject({ code: "INVALID_SCOPE" });
    clock.advanceSeconds(3600);
    await expect(refresh(first)).resolves.toMatchObject({ mode: "bearer" });
  });

  it("drops a scope the user has lost since", async () => {
    const { first, refresh, directory } = await signedIn();
    directory.put(aUser("ada", { scopes: ["profile"] }));
    await expect(refresh(first)).resolves.toMatchObject({ scope: "profile" });
  });

  it.each(["locked", "disabled"] as const)("refuses a user who is %s by now", async (status) => {
    const { first, refresh, directory } = await signedIn();
    directory.put(aUser("ada", { status }));
    await expect(refresh(first)).rejects.toMatchObject({
      code: "INVALID_GRANT",
      details: { reason: "SESSION_REVOKED" },
    });
  });

  it("works with a directory that cannot be asked by reference", async () => {
    const { first, refresh } = await signedIn({ indexed: false });
    await expect(refresh(first)).resolves.toMatchObject({ session: { userId: "ada" } });
  });
});
