import { describe, expect, it } from "vitest";
import { clientId } from "../../../src/domain/brand.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { aRequestOrigin, aUser, createSessionBench, PASSWORD } from "../../support/session-bench.js";

function bench(options: Parameters<typeof createSessionBench>[2] = {}) {
  const clock = createFakeClock();
  return { clock, ...createSessionBench(createMemoryStores({ clock }), clock, options) };
}
const ada = { username: "ada", password: PASSWORD };

describe("login", () => {
  it("grants everything the user and the client may have when nothing is asked for", async () => {
    const { service } = bench();
    await expect(service.login(ada, aRequestOrigin())).resolves.toMatchObject({
      scope: "orders:read orders:write profile",
    });
    await expect(
      service.login({ ...ada, clientId: clientId("narrow") }, aRequestOrigin()),
    ).resolves.toMatchObject({
      scope: "orders:read",
    });
  });

  it("grants no more than is asked for", async () => {
    const { service } = bench();
    const { session, scope } = await service.login({ ...ada, scope: "profile" }, aRequestOrigin());
    expect(scope).toBe("profile");
    expect(session.scopes).toEqual(["profile"]);
  });

  it.each([
    ["the user does not have", "admin", "default"],
    ["the client may not have", "profile", "narrow"],
    ["is no scope token", 'a"b', "default"],
  ])("refuses a scope %s", async (_, scope, client) => {
    const { service } = bench();
    await expect(
      service.login({ ...ada, scope, clientId: clientId(client) }, aRequestOrigin()),
    ).rejects.toMatchObject({
      code: "INVALID_SCOPE",
    });
  });

  it("drops a directory scope that would read as two", async () => {
    const { service } = bench({ users: [aUser("ada", { scopes: ["profile", "x cardea:sessions:admin"] })] });
    await expect(service.login(ada, aRequestOrigin())).resolves.toMatchObject({ scope: "profile" });
  });

  it("gives unknown user, wrong password, locked and disabled one face", async () => {
    const { service, events } = bench({
      users: [aUser("ada"), aUser("lock", { status: "locked" }), aUser("dis", { status: "disabled" })],
    });
    const faces: unknown[] = [];
    for (const command of [
      { username: "nobody", password: PASSWORD },
      { username: "ada", password: "wrong" },
      { username: "lock", password: PASSWORD },
      { username: "dis", password: PASSWORD },
    ])
      await service
        .login(command, aRequestOrigin())
        .catch((error) => faces.push({ code: error.code, details: error.details }));
    expect(faces).toEqual(Array.from({ length: 4 }, () => ({ code: "INVALID_CREDENTIALS", details: {} })));
    expect(events.map((event) => ("reason" in event ? event.reason : ""))).toEqual([
      "unknown user",
      "wrong password",
      "locked",
      "disabled",
    ]);
  });

  it("refuses an unknown client, and a cookie client because no endpoint supports it, with the reason only in the log", async () => {
    const { service } = bench();
    await expect(
      service.login({ ...ada, clientId: clientId("nobody") }, aRequestOrigin()),
    ).rejects.toMatchObject({
      code: "INVALID_CREDENTIALS",
      message: expect.stringMatching(/not configured/),
    });
    await expect(
      service.login({ ...ada, clientId: clientId("browser") }, aRequestOrigin()),
    ).rejects.toMatchObject({
      code: "INVALID_CREDENTIALS",
      message: expect.stringMatching(/delivery: cookie/),
    });
  });

  it("gives a client without refresh no refresh token", async () => {
    const { service } = bench();
    const { pair } = await service.login({ ...ada, clientId: clientId("brief") }, aRequestOrigin());
    expect(pair).not.toHaveProperty("refreshToken");
  });

  it("keeps a device label short and free of control characters", async () => {
    const { service } = bench();
    const { session } = await service.login(
      { ...ada, device: `my\u0000 phone\u202e${"x".repeat(500)}` },
      aRequestOrigin(),
    );
    expect(session.device).toMatch(/^my phonex+$/);
    expect(session.device).toHaveLength(128);
  });

  it("issues an access token that ends with its session at the latest", async () => {
    const { service, clock } = bench({
      policy: { accessTtlSeconds: 300, idleSeconds: 400, absoluteSeconds: 400, graceSeconds: 30 },
    });
    const { pair } = await service.login(ada, aRequestOrigin());
    clock.advanceSeconds(300);
    const late = await service.refresh({ refreshToken: pair.refreshToken ?? "" }, aRequestOrigin());
    expect(late.pair.accessExpiresAt).toBe(pair.sessionExpiresAt);
  });
});
