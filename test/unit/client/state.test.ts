import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createSession, memoryStorage, type SessionOptions } from "../../../src/client/index.js";
import { type ClientGateway, startClientGateway } from "../../support/client-gateway.js";

let gateway: ClientGateway;
const ALICE = { username: "alice", password: "right" };
const HELLO = { query: "{ hello }" };

/** A session and the list of the states that a listener saw. */
const aWatchedSession = (options: Partial<SessionOptions> = {}) => {
  const session = createSession({ url: gateway.url, ...options });
  const seen: unknown[] = [];
  const stop = session.subscribe(() => seen.push(session.getState()));
  return { session, seen, stop };
};

beforeEach(async () => {
  gateway = await startClientGateway();
});
afterEach(() => gateway.stop());

describe("the state of a session", () => {
  it("reports each change once: sign-in, refreshes are none, sign-out", async () => {
    const { session, seen } = aWatchedSession();
    expect(session.getState()).toEqual({ kind: "signedOut", gateway: "reachable" });
    await session.login(ALICE);
    await session.refresh("at1");
    await session.request(HELLO);
    await session.logout();
    await session.logout();
    expect(seen).toEqual([
      { kind: "signedIn", gateway: "reachable" },
      { kind: "signedOut", gateway: "reachable" },
    ]);
  });

  it("is the same object as long as nothing changed", async () => {
    const { session } = aWatchedSession();
    const before = session.getState();
    expect(session.getState()).toBe(before);
    await session.login(ALICE);
    const signedIn = session.getState();
    await session.refresh("at1");
    expect(session.getState()).toBe(signedIn);
  });

  it("is ended with its reason when the gateway refuses the refresh, until the next sign-in", async () => {
    const { session, seen } = aWatchedSession();
    await session.login(ALICE);
    gateway.refreshMode = "refuse";
    await session.refresh("at1").catch(() => undefined);
    expect(session.getState()).toEqual({ kind: "ended", reason: "SESSION_REUSED", gateway: "reachable" });
    await session.login(ALICE);
    expect(seen.map((state) => (state as { kind: string }).kind)).toEqual(["signedIn", "ended", "signedIn"]);
  });

  it.each(["outage", "garbage", "hang up"] as const)(
    "is unreachable and signed in after %s, and reachable again after an answer",
    async (mode) => {
      const { session, seen } = aWatchedSession();
      await session.login(ALICE);
      gateway.refreshMode = mode;
      await session.refresh("at1").catch(() => undefined);
      await session.request(HELLO);
      expect(seen.slice(1)).toEqual([
        { kind: "signedIn", gateway: "unreachable" },
        { kind: "signedIn", gateway: "reachable" },
      ]);
    },
  );

  it("follows a storage that another tab changed", async () => {
    const storage = memoryStorage();
    const { session } = aWatchedSession({ storage });
    storage.set({ accessToken: "other", expiresAtSeconds: 4_000_000_000 });
    expect(session.getState().kind).toBe("signedIn");
  });

  it("is reported no more to a listener that has left, and to the others still", async () => {
    const { session, seen, stop } = aWatchedSession();
    let others = 0;
    session.subscribe(() => {
      others += 1;
    });
    stop();
    stop();
    await session.login(ALICE);
    expect([seen.length, others]).toEqual([0, 1]);
  });
});
