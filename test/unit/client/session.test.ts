import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  createAuthFetch,
  createSession,
  GatewayUnavailableError,
  memoryStorage,
  RefusedError,
  type Session,
  type SessionOptions,
  SignedOutError,
} from "../../../src/client/index.js";
import { type ClientGateway, startClientGateway } from "../../support/client-gateway.js";

let gateway: ClientGateway;
let signedOut: (string | undefined)[];
const HELLO = { query: "{ hello }" };

const aSession = (options: Partial<SessionOptions> = {}): Session =>
  createSession({ url: gateway.url, onSignedOut: (reason) => signedOut.push(reason), ...options });

const aSignedInSession = async (options: Partial<SessionOptions> = {}): Promise<Session> => {
  const session = aSession(options);
  await session.login({ username: "alice", password: "right" });
  return session;
};

beforeEach(async () => {
  gateway = await startClientGateway();
  signedOut = [];
});
afterEach(() => gateway.stop());

describe("a client session", () => {
  it("sends nothing before login and the access token after it", async () => {
    const session = aSession();
    expect((await session.request(HELLO)).data).toMatchObject({ hello: "nobody" });
    await session.login({ username: "alice", password: "right" });
    expect((await session.request(HELLO)).data).toMatchObject({ hello: "at1" });
    expect(session.signedIn()).toBe(true);
  });

  it("is known by its device at the next login of the same user, after a sign-out and a failure too", async () => {
    const session = await aSignedInSession();
    await session.logout();
    await session.login({ username: "alice", password: "wrong" }).catch(() => undefined);
    await session.login({ username: "bob", password: "right" });
    gateway.givesDeviceTokens = false;
    await session.login({ username: "alice", password: "right" });
    await session.login({ username: "alice", password: "right" });
    expect(gateway.logins).toEqual([
      ["alice", undefined],
      ["alice", "cdt1"],
      ["bob", undefined],
      ["alice", "cdt1"],
      ["alice", "cdt1"],
    ]);
  });

  it("keeps the device tokens of two gateways apart", async () => {
    const { devices } = memoryStorage();
    const other = await startClientGateway();
    for (const { url } of [gateway, other, gateway]) {
      const { get, set } = memoryStorage();
      await aSignedInSession({ url, storage: { get, set, ...(devices === undefined ? {} : { devices }) } });
    }
    await other.stop();
    expect(gateway.logins.map(([, token]) => token)).toEqual([undefined, "cdt1"]);
    expect(other.logins.map(([, token]) => token)).toEqual([undefined]);
  });

  it("keeps device tokens where its storage keeps them, and in memory where that has no place", async () => {
    const known = new Map<string, string>([["alice", "from before"]]);
    const { get, set } = memoryStorage();
    const devices = {
      get: (name: string) => known.get(name),
      set: (name: string, token: string) => void known.set(name, token),
    };
    await aSignedInSession({ storage: { get, set, devices } });
    expect([gateway.logins[0], known.get("alice")]).toEqual([["alice", "from before"], "cdt1"]);
    const placeless = await aSignedInSession({ storage: { get, set } });
    await placeless.login({ username: "alice", password: "right" });
    expect(gateway.logins.slice(1)).toEqual([
      ["alice", undefined],
      ["alice", "cdt2"],
    ]);
  });

  it("reports a wrong password by its code and stays signed out", async () => {
    const session = aSession();
    const refused = await session
      .login({ username: "alice", password: "wrong" })
      .catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(RefusedError);
    expect(refused).toMatchObject({ code: "INVALID_CREDENTIALS" });
    expect(session.signedIn()).toBe(false);
  });

  it("refreshes once for fifty calls that were refused together, and repeats each", async () => {
    const session = await aSignedInSession();
    gateway.accepted.clear();
    gateway.refreshDelayMs = 50;
    const answers = await Promise.all(Array.from({ length: 50 }, () => session.request(HELLO)));
    expect(gateway.refreshes).toEqual(["rt1"]);
    expect(answers.map((answer) => answer.data)).toEqual(
      Array.from({ length: 50 }, () => ({ hello: "at2", wallet: 1 })),
    );
  });

  it("does not refresh again for a refusal that was on its way while another call refreshed", async () => {
    const session = await aSignedInSession();
    expect(await session.refresh("at1")).toBe("at2");
    expect(await session.refresh("at1")).toBe("at2");
    expect(gateway.refreshes).toEqual(["rt1"]);
  });

  it("refreshes ahead of a token that is about to end, once", async () => {
    let nowMs = 1_000_000;
    const session = await aSignedInSession({ now: () => nowMs, refreshAheadSeconds: 10 });
    nowMs += 289_000;
    expect(await session.accessToken()).toBe("at1");
    nowMs += 2_000;
    expect(await Promise.all([session.accessToken(), session.accessToken()])).toEqual(["at2", "at2"]);
    expect(gateway.refreshes).toEqual(["rt1"]);
  });

  it("fails all waiting calls and signs out once when the refresh is refused", async () => {
    const session = await aSignedInSession();
    gateway.accepted.clear();
    gateway.refreshMode = "refuse";
    gateway.refreshDelayMs = 30;
    const failures = await Promise.all(
      Array.from({ length: 8 }, () => session.request(HELLO).catch((error: unknown) => error)),
    );
    expect(failures.every((failure) => failure instanceof SignedOutError)).toBe(true);
    expect(signedOut).toEqual(["SESSION_REUSED"]);
    expect(gateway.refreshes).toHaveLength(1);
    expect(session.signedIn()).toBe(false);
  });

  it.each(["outage", "garbage", "hang up"] as const)("signs nobody out on %s, and recovers", async (mode) => {
    let nowMs = 1_000_000;
    const session = await aSignedInSession({ now: () => nowMs });
    gateway.accepted.clear();
    gateway.refreshMode = mode;
    await expect(session.request(HELLO)).rejects.toBeInstanceOf(GatewayUnavailableError);
    expect(signedOut).toEqual([]);
    expect(session.signedIn()).toBe(true);
    gateway.refreshMode = "rotate";
    nowMs += 2000;
    expect((await session.request(HELLO)).data).toMatchObject({ hello: "at2" });
  });

  it("does not ask again before the time that the gateway named", async () => {
    let nowMs = 1_000_000;
    const session = await aSignedInSession({ now: () => nowMs });
    gateway.refreshMode = "outage";
    await session.refresh("at1").catch(() => undefined);
    gateway.refreshMode = "rotate";
    nowMs += 1900;
    await expect(session.refresh("at1")).rejects.toMatchObject({ code: "SERVICE_UNAVAILABLE" });
    expect(gateway.refreshes).toHaveLength(1);
    nowMs += 100;
    expect(await session.refresh("at1")).toBe("at2");
  });

  it("reports how long to wait when the gateway sends it", async () => {
    const session = await aSignedInSession();
    gateway.refreshMode = "outage";
    await expect(session.refresh("at1")).rejects.toMatchObject({
      code: "SERVICE_UNAVAILABLE",
      retryAfterSeconds: 2,
    });
  });

  it("drops the answer of a refresh when the user signed out meanwhile", async () => {
    const session = await aSignedInSession();
    gateway.refreshDelayMs = 50;
    const refreshing = session.refresh("at1").catch((error: unknown) => error);
    await session.logout();
    expect(await refreshing).toBeInstanceOf(SignedOutError);
    expect(session.signedIn()).toBe(false);
    expect(gateway.signedOut).toEqual(["rt1"]);
    expect(signedOut).toHaveLength(1);
  });

  it("ends the session at the gateway though the access token is over", async () => {
    const session = await aSignedInSession();
    gateway.accepted.clear();
    expect(await session.logout()).toEqual({ confirmed: true });
    expect(gateway.signedOut).toEqual(["rt1"]);
    expect(gateway.refreshes).toEqual([]);
  });

  it.each([
    ["a session without a refresh token", { givesRefreshTokens: false }],
    ["a gateway that does not offer signOut", { offersSignOut: false }],
  ])("ends by its access token: %s", async (_, manners) => {
    Object.assign(gateway, manners);
    const session = await aSignedInSession();
    await session.logout();
    expect(gateway.revoked).toEqual(["at1"]);
  });

  it("reports when the gateway could not confirm the end", async () => {
    const session = await aSignedInSession();
    await gateway.stop();
    expect(await session.logout()).toEqual({ confirmed: false });
    expect(session.signedIn()).toBe(false);
  });

  it("takes the tokens another tab stored, even when its own refresh was refused", async () => {
    const storage = memoryStorage();
    const session = await aSignedInSession({ storage });
    gateway.refreshMode = "refuse";
    gateway.refreshDelayMs = 50;
    const refreshing = session.refresh("at1");
    const mine = storage.get();
    storage.set({ ...mine, accessToken: "other", refreshToken: "o", expiresAtSeconds: 4_000_000_000 });
    expect(await refreshing).toBe("other");
    expect(signedOut).toEqual([]);
  });

  const BOB = {
    accessToken: "bob",
    refreshToken: "bob-rt",
    expiresAtSeconds: 4_000_000_000,
    session: "bob's",
  };

  it.each(["rotate", "refuse"] as const)(
    "keeps another session out of the answer to a refresh: %s",
    async (mode) => {
      const storage = memoryStorage();
      const session = await aSignedInSession({ storage });
      gateway.refreshMode = mode;
      gateway.refreshDelayMs = 50;
      const refreshing = session.refresh("at1").catch((error: unknown) => error);
      storage.set(BOB);
      expect(await refreshing).toBeInstanceOf(SignedOutError);
      expect(storage.get()).toEqual(BOB);
      expect(signedOut).toEqual([]);
    },
  );

  it("never repeats what began under one session under another", async () => {
    const storage = memoryStorage();
    const session = await aSignedInSession({ storage });
    const token = (await session.accessToken()) ?? "";
    gateway.accepted.clear();
    gateway.accepted.add("bob");
    storage.set(BOB);
    await expect(session.refresh(token)).rejects.toBeInstanceOf(SignedOutError);
    expect(storage.get()).toEqual(BOB);
  });

  it("reports to a late call why its own session ended, not why one before it did", async () => {
    const session = await aSignedInSession();
    const first = (await session.accessToken()) ?? "";
    gateway.refreshMode = "refuse";
    await session.refresh(first).catch(() => undefined);
    await session.login({ username: "alice", password: "right" });
    const second = (await session.accessToken()) ?? "";
    await session.logout();
    await expect(session.refresh(first)).rejects.toMatchObject({ reason: "SESSION_REUSED" });
    await expect(session.refresh(second)).rejects.toMatchObject({ reason: undefined });
  });

  it("lets the login called last win, and ends the other's session", async () => {
    gateway.loginDelaysMs.push(120, 0);
    const storage = memoryStorage();
    const session = aSession({ storage });
    const first = session.login({ username: "alice", password: "right" }).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await session.login({ username: "alice", password: "right" });
    const kept = storage.get();
    expect(await first).toMatchObject({ name: "SignedOutError", reason: "SUPERSEDED" });
    expect(storage.get()).toEqual(kept);
    expect(gateway.signedOut).toHaveLength(1);
    expect(gateway.signedOut[0]).not.toBe(kept?.refreshToken);
  });

  it("does not sign in who signed out while the login was on its way", async () => {
    gateway.loginDelaysMs.push(60);
    const session = aSession();
    const login = session.login({ username: "alice", password: "right" }).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await session.logout();
    expect(await login).toBeInstanceOf(SignedOutError);
    expect(session.signedIn()).toBe(false);
    expect(gateway.signedOut).toEqual(["rt1"]);
  });

  it("ends with its access token when it was given no refresh token", async () => {
    gateway.givesRefreshTokens = false;
    const session = await aSignedInSession();
    gateway.accepted.clear();
    await expect(session.request(HELLO)).rejects.toBeInstanceOf(SignedOutError);
    expect(gateway.refreshes).toEqual([]);
    expect(signedOut).toEqual([undefined]);
  });

  it("renews the access token by itself where the gateway allows it, once for all who wait", async () => {
    gateway.givesRefreshTokens = false;
    const session = await aSignedInSession({ renewal: true });
    gateway.accepted.clear();
    const answers = await Promise.all([session.request(HELLO), session.request(HELLO)]);
    expect(answers.map(({ data }) => data)).toEqual([
      { hello: "at2", wallet: 1 },
      { hello: "at2", wallet: 1 },
    ]);
    expect(gateway.refreshes).toEqual(["at1"]);
  });

  it("steps up once when asked to and returns the answer of the repeated operation", async () => {
    gateway.stale = true;
    const asked: unknown[] = [];
    const session: Session = await aSignedInSession({
      onStepUp: async (challenge) => {
        asked.push(challenge);
        await session.reauthenticate("right");
        return true;
      },
    });
    expect((await session.request({ query: "{ wallet }" })).data).toMatchObject({ wallet: 1 });
    expect(asked).toEqual([{ code: "STEP_UP_REQUIRED", maxAge: 60 }]);
  });

  it("returns the partial answer when the user declines to step up", async () => {
    gateway.stale = true;
    const session = await aSignedInSession({ onStepUp: async () => false });
    const answer = await session.request({ query: "{ wallet }" });
    expect(answer.data).toEqual({ hello: "at1", wallet: null });
    expect(gateway.refreshes).toEqual([]);
  });

  it.each([
    ["mutation M { hello wallet }", 1],
    ["mutation M { hello wallet nothing }", 2],
    ["# mutation\nquery Q { hello wallet mutation }", 2],
    ['query Q { hello(text: "mutation {") wallet }', 2],
    ["fragment F on Q { a } mutation M { wallet }", 1],
  ])("repeats after a step-up only what has not run: %s", async (query, times) => {
    gateway.stale = true;
    const session: Session = await aSignedInSession({
      onStepUp: async () => {
        await session.reauthenticate("right");
        return true;
      },
    });
    await session.request({ query });
    expect(gateway.served).toHaveLength(times);
  });

  it("prompts once for all who are challenged together", async () => {
    gateway.stale = true;
    let prompts = 0;
    const session: Session = await aSignedInSession({
      onStepUp: async () => {
        prompts += 1;
        await new Promise((resolve) => setTimeout(resolve, 50));
        await session.reauthenticate("right");
        return true;
      },
    });
    const answers = await Promise.all([1, 2, 3].map(() => session.request({ query: "{ wallet }" })));
    expect(answers.map(({ data }) => data?.["wallet"])).toEqual([1, 1, 1]);
    expect(prompts).toBe(1);
  });
});

describe("the fetch that carries a session", () => {
  const post = (body: string): RequestInit => ({ method: "POST", body });

  it("repeats a refused request once with the new token", async () => {
    const session = await aSignedInSession();
    gateway.accepted.clear();
    const response = await createAuthFetch(session)(gateway.url, post(JSON.stringify(HELLO)));
    expect(await response.json()).toMatchObject({ data: { hello: "at2" } });
    expect(gateway.served).toEqual(["at2"]);
  });

  it("is a fetch: whatever takes one takes it, and it takes what a fetch takes", async () => {
    const session = await aSignedInSession();
    const fetch: typeof globalThis.fetch = createAuthFetch(session);
    gateway.accepted.clear();
    const request = new Request(gateway.url, post(JSON.stringify(HELLO)));
    expect(await (await fetch(request)).json()).toMatchObject({ data: { hello: "at2" } });
    const url = new URL(gateway.url);
    expect(await (await fetch(url, post(JSON.stringify(HELLO)))).json()).toMatchObject({
      data: { hello: "at2" },
    });
  });

  it("refreshes for a batch that was refused as a whole", async () => {
    const session = await aSignedInSession();
    gateway.accepted.clear();
    const response = await createAuthFetch(session)(gateway.url, post(JSON.stringify([HELLO, HELLO])));
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual([{ data: { hello: "at2" } }, { data: { hello: "at2" } }]);
  });

  it.each([
    ["{ wallet }", 2],
    ["mutation M { hello wallet }", 1],
    ["mutation M { wallet nothing }", 2],
  ])("asks for a fresh sign-in and repeats what may be: %s", async (query, times) => {
    gateway.stale = true;
    const session: Session = await aSignedInSession({
      onStepUp: async () => {
        await session.reauthenticate("right");
        return true;
      },
    });
    await createAuthFetch(session)(gateway.url, post(JSON.stringify({ query })));
    expect(gateway.served).toHaveLength(times);
  });

  it("repeats nothing under the session of who signed in while the prompt was open", async () => {
    gateway.stale = true;
    const storage = memoryStorage();
    const session = await aSignedInSession({
      storage,
      onStepUp: async () => {
        gateway.stale = false;
        gateway.accepted.add("bob");
        storage.set({ accessToken: "bob", expiresAtSeconds: 4_000_000_000, session: "bob's" });
        return true;
      },
    });
    const response = await createAuthFetch(session)(
      gateway.url,
      post(JSON.stringify({ query: "{ wallet }" })),
    );
    expect(await response.json()).toMatchObject({ data: { hello: "at1", wallet: null } });
    expect(gateway.served).toEqual(["at1"]);
  });

  it("hands back the refusal when the new token is refused as well, without a circle", async () => {
    const session = await aSignedInSession();
    gateway.accepted.clear();
    const original = gateway.accepted.add.bind(gateway.accepted);
    gateway.accepted.add = () => gateway.accepted;
    const response = await createAuthFetch(session)(gateway.url, post(JSON.stringify(HELLO)));
    gateway.accepted.add = original;
    expect(response.status).toBe(401);
    expect(gateway.refreshes).toHaveLength(1);
  });
});
