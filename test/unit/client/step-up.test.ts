import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createSession,
  memoryStorage,
  type Session,
  type SessionOptions,
  SignedOutError,
} from "../../../src/client/index.js";
import { type ClientGateway, startClientGateway } from "../../support/client-gateway.js";

let gateway: ClientGateway;

const BOB = { accessToken: "bob", refreshToken: "bob-rt", expiresAtSeconds: 4_000_000_000, session: "bob's" };

const aSession = (options: Partial<SessionOptions> = {}): Session =>
  createSession({ url: gateway.url, ...options });

/** A signed-in session and a second one on the same storage, like two tabs of one browser. */
async function twoTabs() {
  const storage = memoryStorage();
  const [one, two] = [aSession({ storage }), aSession({ storage })];
  await one.login({ username: "alice", password: "right" });
  return { storage, one, two };
}

const until = async (isSo: () => boolean): Promise<void> => {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 2));
};

/** The last pair of the gateway: the one that stays valid when another is used. */
const latest = (): unknown => [...gateway.accepted].at(-1);

beforeEach(async () => {
  gateway = await startClientGateway();
});
afterEach(() => gateway.stop());

describe("a step-up", () => {
  it("waits for the one before it, so that the gateway's last word is kept", async () => {
    const { storage, one } = await twoTabs();
    gateway.stepUpDelaysMs.push(80, 0);
    await Promise.all([one.reauthenticate("right"), one.reauthenticate("right")]);
    expect(gateway.stepUps).toEqual(["at1", "at2"]);
    expect(storage.get()?.accessToken).toBe(latest());
  });

  it("is made though the one before it failed", async () => {
    const storage = memoryStorage();
    let isAway = false;
    const session = aSession({
      storage,
      fetch: (url, init) => {
        if (!isAway) return fetch(url, init);
        isAway = false;
        return Promise.reject(new TypeError("no network"));
      },
    });
    await session.login({ username: "alice", password: "right" });
    isAway = true;
    const failing = session.reauthenticate("right").catch((error: unknown) => error);
    await session.reauthenticate("right");
    expect(await failing).toMatchObject({ name: "GatewayUnavailableError" });
    expect(storage.get()?.accessToken).toBe("at2");
  });

  it("does not wait for one of another session", async () => {
    const { storage, one } = await twoTabs();
    gateway.stepUpDelaysMs.push(3_000, 0);
    let isAnswered = false;
    const hanging = one.reauthenticate("right").catch(() => {
      isAnswered = true;
    });
    await until(() => gateway.stepUps.length === 1);
    gateway.accepted.add("bob");
    storage.set(BOB);
    await one.reauthenticate("right");
    expect(isAnswered).toBe(false);
    expect(gateway.stepUps).toEqual(["at1", "bob"]);
    await gateway.stop();
    await hanging;
  });

  it.each([
    ["the tab judged first is answered last", [120, 0]],
    ["the tab judged first is answered first", [60, 120]],
  ])("of two tabs ends with the pair that was given last: %s", async (_, delays) => {
    const { storage, one, two } = await twoTabs();
    gateway.stepUpDelaysMs.push(...delays);
    const first = one.reauthenticate("right");
    await until(() => gateway.stepUps.length === 1);
    await Promise.all([first, two.reauthenticate("right")]);
    expect(gateway.stepUps).toHaveLength(3);
    expect(storage.get()?.accessToken).toBe(latest());
  });

  it("ends after a few proofs when the stored pair changes during each", async () => {
    const { storage, one } = await twoTabs();
    const stored = storage.get();
    const proving = one.reauthenticate("right");
    for (let round = 1; round <= 5; round += 1) {
      gateway.stepUpDelaysMs.push(40);
      await until(() => gateway.stepUps.length === round);
      gateway.accepted.add(`tab${round}`);
      if (stored !== undefined) storage.set({ ...stored, accessToken: `tab${round}` });
    }
    await proving;
    expect(gateway.stepUps).toHaveLength(5);
    expect(storage.get()?.accessToken).toBe("at6");
  });

  it("outlives a refresh that was under way: its answer is dropped", async () => {
    const { storage, one } = await twoTabs();
    gateway.refreshDelayMs = 500;
    const refreshing = one.refresh("at1");
    await until(() => gateway.refreshes.length === 1);
    await one.reauthenticate("right");
    expect(storage.get()?.accessToken).toBe("at2");
    expect(await refreshing).toBe("at2");
    expect(storage.get()?.accessToken).toBe("at2");
  });

  it("is proven again after a refresh that was answered meanwhile", async () => {
    const { storage, one } = await twoTabs();
    gateway.stepUpDelaysMs.push(500);
    const proving = one.reauthenticate("right");
    await until(() => gateway.stepUps.length === 1);
    await one.refresh("at1");
    await proving;
    expect(gateway.stepUps).toEqual(["at1", "at3"]);
    expect(storage.get()?.accessToken).toBe(latest());
  });

  it("has its own pair refreshed, whatever is under way with the one before", async () => {
    const { storage, one } = await twoTabs();
    gateway.refreshDelayMs = 500;
    const refreshing = one.refresh("at1");
    await until(() => gateway.refreshes.length === 1);
    await one.reauthenticate("right");
    const fresh = await one.refresh("at2");
    await refreshing;
    expect(gateway.refreshes).toEqual(["rt1", "rt2"]);
    expect(storage.get()?.accessToken).toBe(fresh);
    expect(fresh).toBe(latest());
  });

  it("changes nothing when another session is held at its answer, and sends no password for that one", async () => {
    const { storage, one } = await twoTabs();
    gateway.stepUpDelaysMs.push(60);
    const proving = one.reauthenticate("right").catch((error: unknown) => error);
    const waiting = one.reauthenticate("right").catch((error: unknown) => error);
    await until(() => gateway.stepUps.length === 1);
    gateway.accepted.add(BOB.accessToken);
    storage.set(BOB);
    expect(await proving).toBeInstanceOf(SignedOutError);
    expect(await waiting).toBeInstanceOf(SignedOutError);
    expect(storage.get()).toEqual(BOB);
    expect(gateway.stepUps).toEqual(["at1"]);
  });

  it("changes nothing when the user signed out meanwhile, and asks nothing without a session", async () => {
    const { storage, one } = await twoTabs();
    gateway.stepUpDelaysMs.push(60);
    const proving = one.reauthenticate("right").catch((error: unknown) => error);
    await until(() => gateway.stepUps.length === 1);
    await one.logout();
    expect(await proving).toBeInstanceOf(SignedOutError);
    await expect(one.reauthenticate("right")).rejects.toBeInstanceOf(SignedOutError);
    expect(storage.get()).toBeUndefined();
    expect(gateway.stepUps).toHaveLength(1);
    expect(gateway.signedOut).toEqual(["rt1"]);
  });

  it("is asked for anew when another user signed in while the prompt was open", async () => {
    const storage = memoryStorage();
    const open: ((outcome: boolean) => void)[] = [];
    const session = aSession({ storage, onStepUp: () => new Promise((resolve) => open.push(resolve)) });
    await session.login({ username: "alice", password: "right" });
    const alices = [
      session.stepUp({ code: "STEP_UP_REQUIRED" }),
      session.stepUp({ code: "STEP_UP_REQUIRED" }),
    ];
    storage.set(BOB);
    const bobs = session.stepUp({ code: "STEP_UP_REQUIRED" });
    await until(() => open.length === 2);
    open[0]?.(true);
    open[1]?.(false);
    expect(await Promise.all([...alices, bobs])).toEqual([true, true, false]);
  });
});
