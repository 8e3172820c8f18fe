import { describe, expect, it } from "vitest";
import { sessionId, userId } from "../../../src/domain/brand.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { aRequestOrigin, createSessionBench, PASSWORD } from "../../support/session-bench.js";

function bench() {
  const clock = createFakeClock();
  const stores = createMemoryStores({ clock });
  const made = createSessionBench(stores, clock);
  const login = async (username: string) => {
    const grant = await made.service.login({ username, password: PASSWORD }, aRequestOrigin());
    return { grant, principal: made.issuer.principal(grant.pair.accessToken) };
  };
  const isRevoked = (principal: Awaited<ReturnType<typeof login>>["principal"]) =>
    stores.revocations.isRevoked(principal);
  return { clock, stores, ...made, login, isRevoked };
}

describe("revoke", () => {
  it("ends the caller's session: its refresh and its live access token", async () => {
    const { service, login, isRevoked } = bench();
    const { grant, principal } = await login("ada");
    expect(isRevoked(principal)).toBe(false);
    await expect(service.revoke(principal, undefined, aRequestOrigin())).resolves.toEqual({
      status: "DONE",
      revoked: 1,
    });
    expect(isRevoked(principal)).toBe(true);
    await expect(
      service.refresh({ refreshToken: grant.pair.refreshToken ?? "" }, aRequestOrigin()),
    ).rejects.toMatchObject({ code: "INVALID_GRANT", details: { reason: "SESSION_REVOKED" } });
  });

  it("answers foreign, unknown and malformed ids alike, and does nothing", async () => {
    const { service, login, isRevoked } = bench();
    const { principal } = await login("ada");
    const bob = await login("bob");
    for (const id of [bob.grant.session.id, sessionId("A".repeat(23)), sessionId("?")])
      await expect(service.revoke(principal, id, aRequestOrigin())).resolves.toEqual({
        status: "DONE",
        revoked: 0,
      });
    expect(isRevoked(bob.principal)).toBe(false);
  });

  it("ends the other sessions of the user and keeps the caller's", async () => {
    const { service, login, isRevoked } = bench();
    const [first, second, bob] = [await login("ada"), await login("ada"), await login("bob")];
    await expect(service.revokeOthers(first.principal)).resolves.toEqual({ status: "DONE", revoked: 1 });
    expect([first, second, bob].map(({ principal }) => isRevoked(principal))).toEqual([false, true, false]);
  });

  it("ends everything of one user, and lets them sign in again", async () => {
    const { service, login, isRevoked } = bench();
    const [first, second, bob] = [await login("ada"), await login("ada"), await login("bob")];
    await expect(service.revokeAll(first.principal, undefined, aRequestOrigin())).resolves.toEqual({
      status: "DONE",
      revoked: 2,
    });
    expect([first, second, bob].map(({ principal }) => isRevoked(principal))).toEqual([true, true, false]);
    expect(isRevoked((await login("ada")).principal)).toBe(false);
  });

  it("lets an administrator sign another user out", async () => {
    const { service, login, isRevoked } = bench();
    const [ada, bob] = [await login("ada"), await login("bob")];
    await service.revokeAll(ada.principal, userId("bob"), aRequestOrigin());
    expect([ada, bob].map(({ principal }) => isRevoked(principal))).toEqual([false, true]);
  });

  it("touches nothing for a caller of an outside issuer whose name is that of a local user", async () => {
    const { service, login, isRevoked } = bench();
    const { principal, grant } = await login("ada");
    const outside = { ...principal, issuer: "https://issuer.example" };
    await expect(service.revoke(outside, grant.session.id, aRequestOrigin())).resolves.toEqual({
      status: "DONE",
      revoked: 0,
    });
    await expect(service.revokeAll(outside, undefined, aRequestOrigin())).rejects.toMatchObject({
      code: "FORBIDDEN",
    });
    await expect(service.revokeOthers(outside)).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(service.list(outside, { first: 100 })).resolves.toEqual([]);
    await expect(service.current(outside)).resolves.toBeUndefined();
    expect(isRevoked(principal)).toBe(false);
  });

  it("clears the client's delivery on logout and not on revoking another session", async () => {
    const { service, login } = bench();
    const [first, second] = [await login("ada"), await login("ada")];
    const cleared: string[] = [];
    const origin = aRequestOrigin();
    const counting = {
      ...origin,
      delivery: { ...origin.delivery, clear: () => void cleared.push("cleared") },
    };
    await service.revoke(first.principal, second.grant.session.id, counting);
    expect(cleared).toHaveLength(0);
    await service.revoke(first.principal, undefined, counting);
    expect(cleared).toHaveLength(1);
  });
});

describe("the caller's sessions", () => {
  it("are listed with the current one marked, and nobody else's", async () => {
    const { service, login, clock } = bench();
    const first = await login("ada");
    clock.advanceSeconds(1);
    const second = await login("ada");
    await login("bob");
    const list = await service.list(second.principal, { first: 100 });
    expect(list?.map(({ id, current }) => [id, current])).toEqual([
      [first.grant.session.id, false],
      [second.grant.session.id, true],
    ]);
  });

  it("show nothing a store needs and an owner does not", async () => {
    const { service, login } = bench();
    const { principal } = await login("ada");
    const view = await service.current(principal);
    expect(Object.keys(view ?? {}).sort()).toEqual([
      "amr",
      "authTime",
      "createdAt",
      "current",
      "expiresAt",
      "id",
      "ip",
      "lastSeenAt",
      "scopes",
      "timeline",
      "userId",
    ]);
  });
});
