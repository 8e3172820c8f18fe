import { describe, expect, it, vi } from "vitest";
import { userReference } from "../../../src/credentials/user-directory.js";
import { DEFAULT_TENANT, type UserId, userId } from "../../../src/domain/brand.js";
import { FaultError } from "../../../src/domain/errors.js";
import type { DomainEvent } from "../../../src/domain/events.js";
import { DEFAULT_SESSION_POLICY } from "../../../src/domain/policy.js";
import { mappedTokensOf } from "../../../src/domain/revocation.js";
import { partitionOf, publicSessionId } from "../../../src/domain/session.js";
import { systemClock } from "../../../src/domain/time.js";
import type { Promised } from "../../../src/sessions/keep-promise.js";
import { createPendingRevocations } from "../../../src/sessions/pending-revocations.js";
import type { SharedPromise, Siblings } from "../../../src/sessions/siblings.js";
import type { SessionStore } from "../../../src/sessions/store.js";
import { createMemoryStores } from "../../../src/stores/memory/index.js";
import { eventually } from "../../support/eventually.js";
import { createFakeClock } from "../../support/fake-clock.js";
import { aRequestOrigin, createSessionBench, PASSWORD } from "../../support/session-bench.js";

const id = (index: number) => publicSessionId(5, Buffer.alloc(16, index));
const logout = (user: UserId, index: number): Promised => ({
  kind: "session",
  tenant: DEFAULT_TENANT,
  userId: user,
  id: id(index),
  verifiedUntil: 2_000_000_000,
});
const partition = (user: UserId) =>
  partitionOf(Buffer.from(userReference(DEFAULT_TENANT, user), "base64url"));

/** A store in which the partitions of some users are down. */
function aStore(isDown: (user: UserId) => boolean) {
  const { sessions } = createMemoryStores();
  const taken: string[] = [];
  const asked: string[] = [];
  const store: SessionStore = {
    ...sessions,
    async revoke(command) {
      asked.push(command.id);
      if (isDown(command.userId)) throw new FaultError("SERVICE_UNAVAILABLE", "down");
      taken.push(command.id);
      return { kind: "revoked", revoked: 1, confirmed: true };
    },
  };
  return { store, taken, asked };
}

function pendingOn(store: SessionStore, options: { readonly capacity?: number } = {}) {
  const events: DomainEvent[] = [];
  const pending = createPendingRevocations({
    store,
    policy: DEFAULT_SESSION_POLICY,
    emit: (event) => void events.push(event),
    firstRetryMs: 5,
    longestRetryMs: 40,
    ...options,
  });
  return { pending, events };
}

describe("revocations that are pending", () => {
  const dead = userId("dead");
  const others = ["a", "b", "c", "d"].map((name) => userId(name));

  it("of one part of the store that is down hold up nobody else's", async () => {
    expect(new Set([dead, ...others].map(partition)).size).toBe(5);
    const { store, taken } = aStore((user) => user === dead);
    const { pending } = pendingOn(store);
    pending.add(logout(dead, 0));
    for (const [index, user] of others.entries()) pending.add(logout(user, index + 1));
    await eventually(async () => expect(taken).toHaveLength(4));
    expect(pending.size).toBe(1);
    await pending.close(0);
  });

  it("are tried less and less often while the store stays away, and at once reported when it is back", async () => {
    let isDown = true;
    const { store, asked, taken } = aStore(() => isDown);
    const { pending, events } = pendingOn(store);
    pending.add(logout(dead, 0));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(asked.length).toBeGreaterThan(3);
    // Without longer pauses there would be sixty.
    expect(asked.length).toBeLessThan(20);
    isDown = false;
    await eventually(async () => expect(taken).toEqual([id(0)]));
    expect(events).toContainEqual(
      expect.objectContaining({ type: "session.revoked", reason: "pending", sessionId: id(0) }),
    );
    await pending.close(0);
  });

  it("send the revocation of outside tokens that are mapped to the user, too", async () => {
    const { sessions, revocations } = createMemoryStores();
    let isDown = true;
    const store: SessionStore = {
      ...sessions,
      async revokeOutside(entry, policy) {
        if (isDown) throw new FaultError("SERVICE_UNAVAILABLE", "down");
        return sessions.revokeOutside(entry, policy);
      },
    };
    const now = Math.floor(Date.now() / 1000);
    const { pending } = pendingOn(store);
    const owner = { tenant: DEFAULT_TENANT, userId: dead };
    pending.add({
      ...{ kind: "signOut", ...owner, epoch: 1, at: now, verifiedUntil: now + 300 },
      mapped: mappedTokensOf(dead, now, 3600),
    });
    const token = {
      issuer: "https://idp",
      subject: "x",
      tenant: DEFAULT_TENANT,
      localUser: dead,
      issuedAt: now,
    };
    expect(revocations.isRevoked(token)).toBe(false);
    isDown = false;
    await eventually(async () => expect(revocations.isRevoked(token)).toBe(true));
    await eventually(async () => expect(pending.size).toBe(0));
    await pending.close(0);
  });

  it("refuse an entry when they are full", async () => {
    const { store } = aStore(() => true);
    const { pending } = pendingOn(store, { capacity: 1 });
    expect(pending.add(logout(dead, 0))).toBe(true);
    expect(pending.add(logout(others[0] ?? dead, 1))).toBe(false);
    expect(pending.add(logout(dead, 0))).toBe(true);
    await pending.close(0);
  });

  it("are all tried at the end, and those left are reported by id", async () => {
    const { store, taken } = aStore((user) => user === dead);
    const { pending, events } = pendingOn(store);
    pending.add(logout(dead, 0));
    for (const [index, user] of others.entries()) pending.add(logout(user, index + 1));
    await pending.close(100);
    expect(taken).toHaveLength(4);
    expect(events.filter(({ type }) => type === "revocation.lost")).toEqual([
      expect.objectContaining({ userId: "dead", sessionId: id(0) }),
    ]);
  });
});

describe("workers on one port, while the store is away", () => {
  /** Processes that receive what the others send, as passed on by a supervisor. */
  function workers(count: number) {
    const listeners: ((shared: SharedPromise) => void)[] = [];
    const siblings = (index: number): Siblings => ({
      send: (shared) => {
        for (const [each, listener] of listeners.entries())
          if (each !== index) listener(JSON.parse(JSON.stringify(shared)));
      },
      listen: (listener) => {
        listeners[index] = listener;
      },
    });
    const stores = createMemoryStores();
    let isDown = false;
    const away = new FaultError("SERVICE_UNAVAILABLE", "down");
    const sessions: SessionStore = {
      ...stores.sessions,
      revoke: async (...args) => (isDown ? Promise.reject(away) : stores.sessions.revoke(...args)),
      revokeAll: async (...args) => (isDown ? Promise.reject(away) : stores.sessions.revokeAll(...args)),
      list: async (...args) => (isDown ? Promise.reject(away) : stores.sessions.list(...args)),
    };
    const all = Array.from({ length: count }, (_, index) => {
      const revocations = createMemoryStores().revocations;
      const bench = createSessionBench({ ...stores, sessions, revocations }, systemClock, {
        siblings: siblings(index),
      });
      return { ...bench, revocations };
    });
    return {
      all,
      setDown: (down: boolean) => {
        isDown = down;
      },
    };
  }

  it.each([
    ["a logout", "revoke"],
    ["a sign-out everywhere", "revokeAll"],
  ] as const)(
    "all know of %s that one of them answered PENDING, and each can bring it to the store",
    async (_, verb) => {
      const { all, setDown } = workers(3);
      const [one, two, three] = all as [(typeof all)[0], (typeof all)[0], (typeof all)[0]];
      const grant = await one.service.login({ username: "ada", password: PASSWORD }, aRequestOrigin());
      const principal = one.issuer.principal(grant.pair.accessToken);
      setDown(true);
      const answer = await one.service[verb](principal, undefined, aRequestOrigin());
      expect(answer.status).toBe("PENDING");
      for (const each of all) {
        expect(each.revocations.isRevoked(principal)).toBe(true);
        expect(each.service.pendingRevocations).toBe(1);
      }
      await one.service.close(0);
      setDown(false);
      await Promise.all([two.service.close(1000), three.service.close(1000)]);
      const refreshToken = grant.pair.refreshToken ?? "";
      await expect(two.service.refresh({ refreshToken }, aRequestOrigin())).rejects.toMatchObject({
        code: "INVALID_GRANT",
      });
      expect(two.service.pendingRevocations).toBe(0);
    },
  );
});

describe("a sign-out everywhere answered PENDING, and a later login at another gateway", () => {
  it("ends what was there, and goes on with the login wherever that refreshes", async () => {
    const clock = createFakeClock();
    const stores = createMemoryStores({ clock });
    let isDown = false;
    const away = new FaultError("SERVICE_UNAVAILABLE", "down");
    const cutOff: SessionStore = {
      ...stores.sessions,
      revokeAll: async (...args) => (isDown ? Promise.reject(away) : stores.sessions.revokeAll(...args)),
      list: async (...args) => (isDown ? Promise.reject(away) : stores.sessions.list(...args)),
    };
    const gateway = (sessions: SessionStore) =>
      createSessionBench(
        { ...stores, sessions, revocations: createMemoryStores({ clock }).revocations },
        clock,
      );
    const [here, there] = [gateway(cutOff), gateway(stores.sessions)];
    const login = (each: typeof here) =>
      each.service.login({ username: "ada", password: PASSWORD }, aRequestOrigin());
    const refreshAt = (each: typeof here, grant: Awaited<ReturnType<typeof login>>) =>
      each.service.refresh({ refreshToken: grant.pair.refreshToken ?? "" }, aRequestOrigin());

    const old = await login(here);
    isDown = true;
    const caller = here.issuer.principal(old.pair.accessToken);
    await expect(here.service.revokeAll(caller, undefined, aRequestOrigin())).resolves.toMatchObject({
      status: "PENDING",
    });
    clock.advanceMs(2000);
    const later = await login(there);
    await expect(refreshAt(here, later)).resolves.toMatchObject({ mode: "bearer" });
    isDown = false;
    await here.service.close(1000);
    await expect(refreshAt(here, later)).resolves.toMatchObject({ mode: "bearer" });
    await expect(refreshAt(here, old)).rejects.toMatchObject({ code: "INVALID_GRANT" });
  });
});

describe("what is pending, while tokens of other gateways live longer than this one's", () => {
  it.each(["revoke", "revokeAll"] as const)(
    "is in force here until the store has taken it: %s",
    async (verb) => {
      const stores = createMemoryStores();
      const away = async () => Promise.reject(new FaultError("SERVICE_UNAVAILABLE", "down"));
      const sessions: SessionStore = { ...stores.sessions, revoke: away, revokeAll: away, list: away };
      const { revocations } = createMemoryStores();
      const bench = createSessionBench({ ...stores, sessions, revocations }, systemClock);
      const { pair } = await bench.service.login({ username: "ada", password: PASSWORD }, aRequestOrigin());
      const caller = bench.issuer.principal(pair.accessToken);
      vi.useFakeTimers();
      try {
        await expect(bench.service[verb](caller, undefined, aRequestOrigin())).resolves.toMatchObject({
          status: "PENDING",
        });
        await vi.advanceTimersByTimeAsync(3_600_000);
        expect(revocations.isRevoked(caller)).toBe(true);
      } finally {
        vi.useRealTimers();
      }
      await bench.service.close(0);
    },
  );
});
