import { afterEach, describe, expect, it, vi } from "vitest";
import { clientId } from "../../../src/domain/brand.js";
import { FaultError } from "../../../src/domain/errors.js";
import type { Siblings } from "../../../src/sessions/siblings.js";
import type { SessionStore } from "../../../src/sessions/store.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { aRequestOrigin, createSessionBench, PASSWORD } from "../../support/session-bench.js";

const bench = (siblings?: Siblings) => {
  const clock = createFakeClock();
  const memory = createMemoryStores({ clock });
  let isDown = false;
  // Every command of the store fails while it is down.
  const sessions = new Proxy(memory.sessions, {
    get: (store, verb: keyof SessionStore) => {
      if (!isDown) return store[verb].bind(store);
      return () => Promise.reject(new FaultError("SERVICE_UNAVAILABLE", "the store is down"));
    },
  });
  const stores = { ...memory, sessions };
  const made = createSessionBench(stores, clock, siblings === undefined ? {} : { siblings });
  const login = async (username = "ada") => {
    const { pair } = await made.service.login({ username, password: PASSWORD }, aRequestOrigin());
    return { refreshToken: pair.refreshToken ?? "", principal: made.issuer.principal(pair.accessToken) };
  };
  const refresh = (refreshToken: string) => made.service.refresh({ refreshToken }, aRequestOrigin());
  const isRevoked = (principal: Awaited<ReturnType<typeof login>>["principal"]) =>
    memory.revocations.isRevoked(principal);
  const down = (value: boolean): void => {
    isDown = value;
  };
  return { clock, ...made, login, refresh, isRevoked, down };
};

describe("a login while a sign-out everywhere waits for the store", () => {
  afterEach(() => void vi.useRealTimers());

  it("begins a session after the sign-out that waits, not one that it would end", async () => {
    const { service, login, refresh, isRevoked, down, clock } = bench();
    const { principal } = await login();
    // What waits is not tried again by itself in the meantime.
    vi.useFakeTimers({ toFake: ["setTimeout", "setInterval"] });
    down(true);
    expect(await service.revokeAll(principal, undefined, aRequestOrigin())).toMatchObject({
      status: "PENDING",
    });
    down(false);
    clock.advanceSeconds(1);
    const after = await login();
    expect(service.pendingRevocations).toBe(0);
    expect(isRevoked(after.principal)).toBe(false);
    await expect(refresh(after.refreshToken)).resolves.toBeDefined();
  });
});

describe("signing out by refresh token", () => {
  it("ends the session and its live access tokens, however long the presented access token is over", async () => {
    const { service, login, refresh, isRevoked, clock, events } = bench();
    const { refreshToken, principal } = await login();
    clock.advanceSeconds(3600);
    const { pair } = await refresh(refreshToken);
    const result = await service.signOut({ refreshToken: pair.refreshToken ?? "" }, aRequestOrigin());
    expect(result).toEqual({ status: "DONE", revoked: 1 });
    expect(isRevoked(principal)).toBe(true);
    await expect(refresh(pair.refreshToken ?? "")).rejects.toMatchObject({
      code: "INVALID_GRANT",
      details: { reason: "SESSION_REVOKED" },
    });
    expect(events.filter(({ type }) => type === "session.revoked")).toHaveLength(1);
  });

  it("takes an older token of the session as well, and is the same when repeated", async () => {
    const { service, login, refresh } = bench();
    const { refreshToken } = await login();
    const { pair } = await refresh(refreshToken);
    expect((await service.signOut({ refreshToken }, aRequestOrigin())).revoked).toBe(1);
    expect((await service.signOut({ refreshToken }, aRequestOrigin())).revoked).toBe(0);
    await expect(refresh(pair.refreshToken ?? "")).rejects.toMatchObject({ code: "INVALID_GRANT" });
  });

  it("leaves everybody else alone: other sessions of the user, other users, other clients", async () => {
    const { service, login, refresh } = bench();
    const [mine, other, bob] = [await login(), await login(), await login("bob")];
    const wrongClient = { refreshToken: mine.refreshToken, clientId: clientId("stranger") };
    expect((await service.signOut(wrongClient, aRequestOrigin())).revoked).toBe(0);
    await service.signOut({ refreshToken: mine.refreshToken }, aRequestOrigin());
    for (const { refreshToken } of [other, bob]) await expect(refresh(refreshToken)).resolves.toBeDefined();
  });

  it.each([
    ["nothing", undefined],
    ["garbage", "crt_garbage"],
    ["a token with another session id and no MAC for it", "forged"],
  ])("is no error for %s, and ends nothing", async (_, given) => {
    const { service, login, refresh } = bench();
    const { refreshToken } = await login();
    const bytes = Buffer.from(refreshToken.slice(4), "base64url");
    bytes[25] = (bytes[25] ?? 0) ^ 1;
    const presented = given === "forged" ? `crt_${bytes.toString("base64url")}` : given;
    const command = presented === undefined ? {} : { refreshToken: presented };
    await expect(service.signOut(command, aRequestOrigin())).resolves.toEqual({ status: "DONE", revoked: 0 });
    await expect(refresh(refreshToken)).resolves.toBeDefined();
  });

  it("is in force here at once while the store is down, and everywhere when it is back", async () => {
    const { service, login, refresh, isRevoked, down } = bench();
    const { refreshToken, principal } = await login();
    down(true);
    expect(await service.signOut({ refreshToken }, aRequestOrigin())).toEqual({
      status: "PENDING",
      revoked: 1,
    });
    expect(isRevoked(principal)).toBe(true);
    down(false);
    await expect.poll(() => service.pendingRevocations).toBe(0);
    await expect(refresh(refreshToken)).rejects.toMatchObject({ code: "INVALID_GRANT" });
  });

  it("is sent to the other processes of this gateway while the store is down", async () => {
    const told: unknown[] = [];
    const { service, login, down } = bench({ send: (shared) => void told.push(shared), listen: () => {} });
    const { refreshToken } = await login();
    down(true);
    await service.signOut({ refreshToken }, aRequestOrigin());
    expect(told).toEqual([
      expect.objectContaining({
        promised: expect.objectContaining({ kind: "session" }),
        mark: expect.objectContaining({ kind: "session" }),
      }),
    ]);
  });

  it("does nothing for another client while the store is down, either", async () => {
    const { service, login, down, isRevoked } = bench();
    const { refreshToken, principal } = await login();
    down(true);
    await expect(
      service.signOut({ refreshToken, clientId: clientId("stranger") }, aRequestOrigin()),
    ).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
    expect(isRevoked(principal)).toBe(false);
  });

  it("ends the access tokens of a session the store has forgotten", async () => {
    const first = bench();
    const { refreshToken, principal } = await first.login();
    const empty = createMemoryStores({ clock: first.clock });
    const { service } = createSessionBench(empty, first.clock);
    expect((await service.signOut({ refreshToken }, aRequestOrigin())).status).toBe("DONE");
    expect(empty.revocations.isRevoked(principal)).toBe(true);
  });

  it("is limited by address", async () => {
    const { service } = bench();
    const attempts = Array.from({ length: 2000 }, () =>
      service.signOut({ refreshToken: "x" }, aRequestOrigin()),
    );
    const results = await Promise.allSettled(attempts);
    expect(results.some((one) => one.status === "rejected" && one.reason.code === "RATE_LIMITED")).toBe(true);
  });
});
