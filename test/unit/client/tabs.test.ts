import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import {
  createSession,
  memoryStorage,
  type PageLike,
  type Session,
  type SessionOptions,
} from "../../../src/client/index.js";
import { createBrowserTabs, type TestPage } from "../../support/browser-tabs.js";
import { type ClientGateway, startClientGateway } from "../../support/client-gateway.js";
import { eventually } from "../../support/eventually.js";

const ALICE = { username: "alice", password: "right" };
const BOB = { username: "bob", password: "right" };

let gateway: ClientGateway;
let sessions: Session[];
let browser: ReturnType<typeof createBrowserTabs>;

beforeEach(async () => {
  gateway = await startClientGateway();
  sessions = [];
  browser = createBrowserTabs();
});
afterEach(() => {
  for (const session of sessions) session.close();
  return gateway.stop();
});

const openTab = (options: Partial<SessionOptions> = {}, page: PageLike = browser.open()): Session => {
  const session = createSession({ url: gateway.url, page, ...options });
  sessions.push(session);
  return session;
};
const until = (isSo: () => boolean): Promise<void> => eventually(async () => expect(isSo()).toBe(true));

/** Two tabs, signed in together: the second found the session of the first. */
const twoTabs = async (options: Partial<SessionOptions> = {}): Promise<[Session, Session]> => {
  const first = openTab(options);
  await first.login(ALICE);
  const second = openTab(options);
  await until(() => second.signedIn());
  return [first, second];
};

describe("the tabs of one origin", () => {
  it("share a session that none of them stores", async () => {
    const [first, second] = await twoTabs();
    expect(await second.accessToken()).toBe(await first.accessToken());
    expect(gateway.logins).toHaveLength(1);
  });

  it("sign in together", async () => {
    const [first, second] = [openTab(), openTab()];
    await first.login(ALICE);
    await until(() => second.signedIn());
    expect(second.getState().kind).toBe("signedIn");
  });

  it("refresh once when both are refused at the same time", async () => {
    const [first, second] = await twoTabs();
    gateway.accepted.clear();
    gateway.refreshDelayMs = 40;
    const answers = await Promise.all(
      [first, second, first].map((tab) => tab.request({ query: "{ hello }" })),
    );
    expect(answers.map(({ data }) => data?.["hello"])).toEqual(["at2", "at2", "at2"]);
    expect(gateway.refreshes).toEqual(["rt1"]);
  });

  it("look for newer tokens before they refresh, when they heard nothing for a while", async () => {
    const first = openTab();
    await first.login(ALICE);
    const page = browser.open();
    const second = openTab({}, page);
    await until(() => second.signedIn());
    page.freeze();
    await first.refresh("at1");
    page.thaw();
    expect(await second.refresh("at1")).toBe("at2");
    expect(gateway.refreshes).toEqual(["rt1"]);
  });

  it("take nothing of a session that has ended here, however late it comes", async () => {
    const storage = memoryStorage();
    const first = openTab({ storage });
    await first.login(ALICE);
    const tokens = storage.get();
    await first.logout();
    const { BroadcastChannel: Channel } = browser.open();
    const channel = Channel === undefined ? undefined : new Channel(`cardea:${gateway.url}:default`);
    channel?.postMessage({ kind: "tokens", tokens: { ...tokens, generation: 99 } });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(first.getState().kind).toBe("signedOut");
  });

  it("step up and refresh one after the other", async () => {
    const [first, second] = await twoTabs();
    gateway.stepUpDelaysMs.push(60);
    const proving = first.reauthenticate("right");
    await until(() => gateway.stepUps.length === 1);
    const refreshed = await second.refresh("at1");
    await proving;
    expect(refreshed).toBe("at2");
    expect(gateway.refreshes).toEqual([]);
  });

  it("hear of a sign-out within 200 ms, and call onSignedOut once each", async () => {
    const calls: (string | undefined)[] = [];
    const [first, second] = await twoTabs({ onSignedOut: (reason) => calls.push(reason) });
    const began = performance.now();
    void first.logout();
    await until(() => !second.signedIn());
    expect(performance.now() - began).toBeLessThan(200);
    expect(second.getState()).toEqual({ kind: "signedOut", gateway: "reachable" });
    await until(() => gateway.signedOut.length === 1);
    expect(calls).toEqual([undefined, undefined]);
  });

  it("hear why the gateway ended their session", async () => {
    const [first, second] = await twoTabs();
    gateway.refreshMode = "refuse";
    await first.refresh("at1").catch(() => undefined);
    await until(() => second.getState().kind === "ended");
    expect(second.getState()).toMatchObject({ reason: "SESSION_REUSED" });
  });

  it("take nothing of another session, nor of one that has ended here", async () => {
    const [first, second] = await twoTabs();
    await second.logout();
    await first.login(BOB);
    await until(() => second.signedIn());
    const third = openTab();
    await until(() => third.signedIn());
    await third.login(ALICE);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await first.accessToken()).toBe(await second.accessToken());
    expect(await third.accessToken()).not.toBe(await first.accessToken());
  });

  it("with cookies, a page that a server rendered takes part without the id of its session", async () => {
    const signedOut: unknown[] = [];
    const cookies = { delivery: "cookie", onSignedOut: () => signedOut.push(1) } as const;
    const first = openTab(cookies);
    await first.login(ALICE);
    const second = openTab(cookies);
    second.hydrate({ kind: "signedIn", gateway: "reachable" });
    expect(second.getState().kind).toBe("signedIn");
    const used = (await second.accessToken()) ?? "";
    await second.refresh(used);
    await until(() => first.signedIn() && second.signedIn());
    expect(signedOut).toEqual([]);
    await first.logout();
    await until(() => !second.signedIn());
    expect(signedOut).toHaveLength(2);
  });

  it("with cookies, a sign-in of somebody else ends what the other tabs show", async () => {
    const signedOut: string[] = [];
    const first = openTab({ delivery: "cookie", onSignedOut: () => signedOut.push("first") });
    await first.login(ALICE);
    const second = openTab({ delivery: "cookie", onSignedOut: () => signedOut.push("second") });
    await second.accessToken();
    expect(second.signedIn()).toBe(true);
    await second.login(BOB);
    await until(() => signedOut.length > 0);
    expect(signedOut).toEqual(["first"]);
    expect(first.getState().kind).toBe("signedIn");
  });

  it("are told apart by gateway and client", async () => {
    await twoTabs();
    const other = openTab({ clientId: "other" });
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(await other.accessToken()).toBeUndefined();
  });

  it("with a storage that they share hear of a sign-out, too", async () => {
    const { get, set } = memoryStorage();
    const calls: (string | undefined)[] = [];
    const [first, second] = await twoTabs({
      storage: { get, set },
      onSignedOut: (reason) => calls.push(reason),
    });
    const seen: string[] = [];
    second.subscribe(() => seen.push(second.getState().kind));
    await first.logout();
    await until(() => calls.length === 2);
    expect(seen).toEqual(["signedOut"]);
  });

  it("do without Web Locks, by the grace of the gateway", async () => {
    const open = (): PageLike => {
      const { navigator: _, ...page } = browser.open();
      return page;
    };
    const first = openTab({}, open());
    const second = openTab({}, open());
    await first.login(ALICE);
    await until(() => second.signedIn());
    await first.refresh("at1");
    await eventually(async () => expect(await second.accessToken()).toBe("at2"));
  });

  it("work alone where the browser refuses locks and channels, as in a sandbox", async () => {
    const refuse = () => Promise.reject(new DOMException("No origin.", "SecurityError"));
    const { BroadcastChannel: Channel } = browser.open();
    const pages: PageLike[] = [
      {
        document: { visibilityState: "visible" },
        navigator: { locks: { request: refuse, query: refuse } },
        ...(Channel === undefined ? {} : { BroadcastChannel: Channel }),
      },
      {
        document: { visibilityState: "visible" },
        BroadcastChannel: class {
          readonly onmessage = null;
          constructor() {
            throw new DOMException("No origin.", "SecurityError");
          }
          postMessage(): void {}
          close(): void {}
        },
      },
    ];
    for (const page of pages) {
      const tab = openTab({}, page);
      await tab.login(ALICE);
      const token = (await tab.accessToken()) ?? "";
      expect(await tab.refresh(token)).not.toBe(token);
      expect(await tab.logout()).toEqual({ confirmed: true });
    }
  });

  it("are not held up for ever by a tab that died with the lock", async () => {
    const [first] = await twoTabs();
    const name = browser.locked.at(-1) ?? `cardea:${gateway.url}:default`;
    const page = browser.open();
    void page.navigator?.locks?.request(name, {}, () => new Promise(() => undefined));
    await new Promise((resolve) => setTimeout(resolve, 5));
    const quick = AbortSignal.timeout(50);
    const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValueOnce(quick);
    expect(await first.refresh("at1")).toBe("at2");
    expect(timeout.mock.calls[0]).toEqual([10_000]);
    timeout.mockRestore();
  });
});

describe("a refresh ahead of expiry", () => {
  const tokenLivesMs = 300_000;

  /** A signed-in tab whose clock the test moves. */
  const aTab = async () => {
    let nowMs = 1_000_000_000_000;
    const page: TestPage = browser.open();
    const session = openTab({ now: () => nowMs }, page);
    await session.login(ALICE);
    return { session, page, advance: (ms: number) => (nowMs += ms) };
  };
  const pauseForTimers = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 40));

  it("waits until 70 % of the life of the token has passed", async () => {
    const { page, advance } = await aTab();
    advance(tokenLivesMs * 0.69);
    page.show();
    await pauseForTimers();
    expect(gateway.refreshes).toEqual([]);
    advance(tokenLivesMs * 0.22);
    page.show();
    await until(() => gateway.refreshes.length === 1);
  });

  it("does not take place while the page is hidden, unless a stream is open", async () => {
    const { session, page, advance } = await aTab();
    page.hide();
    advance(tokenLivesMs);
    page.connect();
    await pauseForTimers();
    expect(gateway.refreshes).toEqual([]);
    const release = session.keepFresh();
    await until(() => gateway.refreshes.length === 1);
    release();
  });

  it("takes place when the page becomes visible, and when the network is back", async () => {
    const { page, advance } = await aTab();
    page.hide();
    advance(tokenLivesMs);
    page.show();
    await until(() => gateway.refreshes.length === 1);
    advance(tokenLivesMs);
    page.connect();
    await until(() => gateway.refreshes.length === 2);
  });

  it("goes on after an outage, and signs nobody out", async () => {
    const { session, page, advance } = await aTab();
    gateway.refreshMode = "hang up";
    advance(tokenLivesMs);
    page.show();
    await until(() => session.getState().gateway === "unreachable");
    const failed = gateway.refreshes.length;
    page.show();
    await pauseForTimers();
    expect(gateway.refreshes).toHaveLength(failed);
    gateway.refreshMode = "rotate";
    page.connect();
    await until(() => session.getState().gateway === "reachable");
    expect(session.getState().kind).toBe("signedIn");
  });

  it("is not sent for a session that cannot be refreshed", async () => {
    gateway.givesRefreshTokens = false;
    const { session, page, advance } = await aTab();
    advance(tokenLivesMs);
    page.show();
    await pauseForTimers();
    expect(gateway.refreshes).toEqual([]);
    expect(session.signedIn()).toBe(true);
  });
});

describe("a sign-out that could not be sent", () => {
  it("is sent when the network is back", async () => {
    const page = browser.open();
    let isOnline = false;
    const session = openTab(
      {
        fetch: (input, init) =>
          isOnline || !String(init.body).includes("signOut(")
            ? fetch(input, init)
            : Promise.reject(new TypeError("offline")),
      },
      page,
    );
    await session.login(ALICE);
    expect(await session.logout()).toEqual({ confirmed: false });
    expect(session.getState().kind).toBe("signedOut");
    isOnline = true;
    page.connect();
    await until(() => gateway.signedOut.length === 1);
    expect(gateway.signedOut).toEqual(["rt1"]);
  });
});
