import { describe, expect, it } from "vitest";
import { DEFAULT_TENANT } from "../../../src/domain/brand.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { aRequestOrigin, createSessionBench, PASSWORD } from "../../support/session-bench.js";

const policy = {
  accessTtlSeconds: 300,
  idleSeconds: 7 * 86_400,
  absoluteSeconds: 30 * 86_400,
  graceSeconds: 30,
  maxPerUser: 2,
};

function anInstallation() {
  const clock = createFakeClock();
  const stores = createMemoryStores({ clock });
  const bench = createSessionBench(stores, clock, { policy });
  const login = async (username = "ada") => {
    clock.advanceSeconds(600);
    return bench.service.login({ username, password: PASSWORD }, aRequestOrigin());
  };
  const refresh = (refreshToken = "") => bench.service.refresh({ refreshToken }, aRequestOrigin());
  return { stores, ...bench, login, refresh };
}

describe("a login beyond sessions.maxPerUser", () => {
  it("ends the oldest session of the user, with an event, and no session of others", async () => {
    const { login, refresh, events, stores, issuer } = anInstallation();
    const other = await login("bob");
    const [first, second, third] = [await login(), await login(), await login()];
    await expect(refresh(first.pair.refreshToken)).rejects.toMatchObject({
      details: { reason: "SESSION_REVOKED" },
    });
    expect(stores.revocations.isRevoked(issuer.principal(first.pair.accessToken))).toBe(true);
    expect(events).toContainEqual({
      type: "session.revoked",
      tenant: "default",
      userId: "ada",
      sessionId: first.session.id,
      reason: "more than sessions.maxPerUser",
    });
    for (const { pair } of [other, second, third])
      await expect(refresh(pair.refreshToken)).resolves.toMatchObject({ mode: "bearer" });
    expect(events.filter(({ type }) => type === "session.revoked")).toHaveLength(1);
  });

  it("is let in although the store does not take the end of the old one; the next login ends both", async () => {
    const { login, stores } = anInstallation();
    const { revoke } = stores.sessions;
    const first = await login();
    await login();
    stores.sessions.revoke = async () => {
      throw new Error("away");
    };
    await login();
    stores.sessions.revoke = revoke;
    expect((await stores.sessions.find(first.session.id))?.live).toBe(true);
    await login();
    expect((await stores.sessions.find(first.session.id))?.live).toBe(false);
    expect(await stores.sessions.list(DEFAULT_TENANT, first.session.userId)).toHaveLength(2);
  });
});
