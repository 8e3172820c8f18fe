import { describe, expect, it } from "vitest";
import { userReference } from "../../../src/credentials/user-directory.js";
import { type ClientId, clientId, DEFAULT_TENANT, userId } from "../../../src/domain/brand.js";
import { nowSeconds } from "../../../src/domain/time.js";
import type { ClientSettings } from "../../../src/sessions/dependencies.js";
import { UNKNOWN_USER_SECONDS } from "../../../src/sessions/unknown-here.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import type { RenewableTokens } from "../../../src/tokens/renewable.js";
import { createFakeClock } from "../../support/fake-clock.js";
import {
  aRequestOrigin,
  aUser,
  createDirectory,
  createSessionBench,
  PASSWORD,
} from "../../support/session-bench.js";

const ADA = userReference(DEFAULT_TENANT, userId("ada"));
const LATER = { code: "SERVICE_UNAVAILABLE", details: { retryAfter: 5 } };
const ENDED = { code: "INVALID_GRANT", details: { reason: "SESSION_REVOKED" } };
const renewal = { windowSeconds: 30, limitSeconds: 10_000 };
const DEFAULT_CLIENTS: readonly (readonly [ClientId, ClientSettings])[] = [
  [clientId("default"), { delivery: "bearer" }],
  [clientId("silent"), { delivery: "bearer", refresh: false, renewal }],
];

/** Gateway A with a signed-in user, and gateway B with another configuration on the same store. */
async function anInstallation(client = "mobile") {
  const clock = createFakeClock();
  const stores = createMemoryStores({ clock });
  const here = new Map([...DEFAULT_CLIENTS, [clientId("mobile"), { delivery: "bearer" as const }]]);
  const a = createSessionBench(stores, clock, { clients: here });
  const login = await a.service.login(
    { username: "ada", password: PASSWORD, clientId: clientId(client) },
    aRequestOrigin(),
  );
  const principal = a.issuer.principal(login.pair.accessToken);
  const renewable: RenewableTokens = { read: () => principal };
  const startB = (clients = here, users = [aUser("ada")]) => {
    const removed = new Set<string>();
    const directory = { ...createDirectory(users), wasRemoved: (it: string) => removed.has(it) };
    const { service } = createSessionBench(stores, clock, { clients, directory, renewable });
    return {
      service,
      directory,
      removed,
      refresh: () => service.refresh({ refreshToken: login.pair.refreshToken ?? "" }, aRequestOrigin()),
      renew: () => service.renew({ accessToken: "read above" }, aRequestOrigin()),
      stepUp: () => service.reauthenticate(principal, PASSWORD, aRequestOrigin()),
    };
  };
  const session = () => stores.sessions.find(login.session.id);
  return { clock, stores, a, login, principal, startB, session };
}

describe("a client another gateway has and this one has not", () => {
  it("gets 503 for a refresh, and its session is left as it is", async () => {
    const { a, clock, startB, session, login } = await anInstallation();
    const before = await session();
    const b = startB(new Map(DEFAULT_CLIENTS));
    await expect(b.refresh()).rejects.toMatchObject(LATER);
    await expect(b.refresh()).rejects.toThrow('client "mobile" is not in clients of this gateway');
    expect(await session()).toEqual(before);
    clock.advanceSeconds(3600);
    const next = await a.service.refresh({ refreshToken: login.pair.refreshToken ?? "" }, aRequestOrigin());
    expect(next.session.id).toBe(login.session.id);
  });

  it("gets 503 for a step-up and for a renewal, and nothing has changed", async () => {
    const mobile = await anInstallation();
    const before = await mobile.session();
    await expect(mobile.startB(new Map(DEFAULT_CLIENTS)).stepUp()).rejects.toMatchObject(LATER);
    expect(await mobile.session()).toEqual(before);

    const silent = await anInstallation("silent");
    silent.clock.setMs(silent.principal.expiresAt * 1000);
    await expect(silent.startB(new Map()).renew()).rejects.toMatchObject(LATER);
    await expect(silent.startB().renew()).resolves.toMatchObject({ mode: "bearer" });
  });

  it("is signed out where it is configured not to refresh", async () => {
    const { startB } = await anInstallation();
    const clients = new Map<ClientId, ClientSettings>(DEFAULT_CLIENTS);
    clients.set(clientId("mobile"), { delivery: "bearer", refresh: false });
    await expect(startB(clients).refresh()).rejects.toMatchObject(ENDED);
  });
});

describe("a user another gateway has and this one has not", () => {
  it.each(["refresh", "renew", "stepUp"] as const)(
    "gets 503 for a %s, and is not signed out",
    async (verb) => {
      const { clock, principal, startB, session } = await anInstallation(
        verb === "renew" ? "silent" : "mobile",
      );
      if (verb === "renew") clock.setMs(principal.expiresAt * 1000);
      const before = await session();
      const b = startB(undefined, []);
      await expect(b[verb]()).rejects.toMatchObject(LATER);
      expect(await session()).toEqual(before);
      b.directory.put(aUser("ada"));
      await expect(b[verb]()).resolves.toMatchObject({ mode: "bearer" });
    },
  );

  it("is gone at once where this process saw them removed", async () => {
    const { startB } = await anInstallation();
    const b = startB();
    b.directory.remove(userId("ada"));
    b.removed.add(ADA);
    await expect(b.refresh()).rejects.toMatchObject(ENDED);
  });

  it("is gone when they are still unknown a quarter of an hour after the start", async () => {
    const { clock, startB } = await anInstallation();
    clock.advanceSeconds(5000);
    const b = startB(undefined, []);
    clock.advanceSeconds(UNKNOWN_USER_SECONDS - 1);
    await expect(b.refresh()).rejects.toMatchObject(LATER);
    clock.advanceSeconds(1);
    await expect(b.refresh()).rejects.toMatchObject(ENDED);
  });

  it("is waited for as long after their login, by a gateway that runs for days", async () => {
    const { a, clock, startB } = await anInstallation();
    a.directory.put(aUser("new"));
    const b = startB(undefined, []);
    clock.advanceSeconds(86_400);
    const { pair } = await a.service.login({ username: "new", password: PASSWORD }, aRequestOrigin());
    const refresh = () => b.service.refresh({ refreshToken: pair.refreshToken ?? "" }, aRequestOrigin());
    await expect(refresh()).rejects.toMatchObject(LATER);
    clock.advanceSeconds(UNKNOWN_USER_SECONDS);
    await expect(refresh()).rejects.toMatchObject(ENDED);
  });

  it("is gone at once when the session is over anyway", async () => {
    const { a, principal, startB, stores } = await anInstallation();
    await a.service.revoke(principal, undefined, aRequestOrigin());
    stores.revocations.isRevoked = () => false;
    await expect(startB(undefined, []).refresh()).rejects.toMatchObject(ENDED);
  });

  it("is gone at once where the directory is the same everywhere", async () => {
    const { a, clock, login } = await anInstallation();
    a.directory.remove(userId("ada"));
    expect(nowSeconds(clock) - login.session.createdAt).toBe(0);
    await expect(
      a.service.refresh({ refreshToken: login.pair.refreshToken ?? "" }, aRequestOrigin()),
    ).rejects.toMatchObject(ENDED);
  });
});
