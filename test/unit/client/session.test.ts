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

  it("tells a wrong password by its code and stays signed out", async () => {
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
    const session = await aSignedInSession();
    gateway.accepted.clear();
    gateway.refreshMode = mode;
    await expect(session.request(HELLO)).rejects.toBeInstanceOf(GatewayUnavailableError);
    expect(signedOut).toEqual([]);
    expect(session.signedIn()).toBe(true);
    gateway.refreshMode = "rotate";
    expect((await session.request(HELLO)).data).toMatchObject({ hello: "at2" });
  });

  it("tells how long to wait when the gateway says so", async () => {
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
    expect(gateway.revoked).toEqual(["at1"]);
    expect(signedOut).toHaveLength(1);
  });

  it("takes the tokens another tab stored, even when its own refresh was refused", async () => {
    const storage = memoryStorage();
    const session = await aSignedInSession({ storage });
    gateway.refreshMode = "refuse";
    gateway.refreshDelayMs = 50;
    const refreshing = session.refresh("at1");
    storage.set({ accessToken: "other", refreshToken: "other-rt", expiresAtSeconds: 4_000_000_000 });
    expect(await refreshing).toBe("other");
    expect(signedOut).toEqual([]);
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
    expect(answer.data).toEqual({ wallet: null });
    expect(gateway.refreshes).toEqual([]);
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
