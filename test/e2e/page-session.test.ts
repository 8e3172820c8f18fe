import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { NO_FAULTS, startBrowser, type WatchedPage, watchedPage } from "../support/chromium.js";
import { endCommands } from "../support/command-line.js";
import { type DemoProcess, openPanel, signIn, startDemoProcess } from "../support/demo-page.js";

const HOSTILE = "<img src=x onerror=document.title='broken'>";
const PASSWORD = "wonderland";

let browser: Browser;
let demo: DemoProcess;
let watched: WatchedPage;
let page: Page;

beforeAll(async () => {
  [browser, demo] = await Promise.all([startBrowser(), startDemoProcess()]);
});
afterAll(async () => {
  // First, so that no process outlives a start that failed.
  await endCommands();
  await browser?.close();
});
beforeEach(async () => {
  watched = await watchedPage(browser, demo.origin);
  page = watched.page;
});
afterEach(async () => {
  const { faults } = watched;
  await watched.close();
  expect(faults).toEqual(NO_FAULTS);
});

/** Signs in as another device of the user, in a session of its own. */
const loginElsewhere = async (device: string): Promise<string> => {
  const response = await fetch(`${demo.origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({
      query:
        "mutation Login($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken } } }",
      variables: { input: { username: "alice", password: PASSWORD, device } },
    }),
  });
  const body = (await response.json()) as { data: { login: { accessToken: string } } };
  return body.data.login.accessToken;
};

const statusOf = async (accessToken: string): Promise<number> => {
  const response = await fetch(`${demo.origin}/graphql`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${accessToken}` },
    body: JSON.stringify({ query: "{ session { id } }" }),
  });
  return response.status;
};

/** Everything that outlives the page: storages, cookies, databases, caches. */
const stored = async (): Promise<string> => {
  const inPage = await page.evaluate<string>(`(async () => JSON.stringify([
    { ...localStorage }, { ...sessionStorage }, document.cookie,
    (await indexedDB.databases()).map(({ name }) => name), await caches.keys(), history.state, location.href, window.name,
  ]))()`);
  return inPage + JSON.stringify(await page.context().cookies());
};

describe("the panel You", { timeout: 60_000 }, () => {
  it("refuses a wrong password in words, signs in, shows claims and lives, and signs out at the gateway", async () => {
    const you = await openPanel(page, demo.origin, "you");
    await you.getByLabel("User name").fill("alice");
    await you.getByLabel("Password").fill("wrong");
    await page.keyboard.press("Enter");
    await you.getByRole("alert").getByText("The user name or the password is wrong.").waitFor();

    await you.getByRole("button", { name: "Fill in alice" }).click();
    await page.keyboard.press("Enter");
    await you.getByText("Signed in as").waitFor();
    await you.getByText(/^Valid for \d/).waitFor();
    await you.getByText(/^Fresh for \d/).waitFor();
    await expect.poll(() => you.locator(".claims dt").allTextContents()).toContain("auth_time");

    await you.getByRole("button", { name: "Renew now" }).click();
    await you.getByText(/^Renewed once, last at/).waitFor();
    await you.getByText("Tokens refreshed").waitFor();

    await you.getByRole("button", { name: "Sign out" }).click();
    await you.getByRole("heading", { name: "Sign in" }).waitFor();
    // What had the focus is gone: the panel has it now, and not the top of the page.
    expect(await page.evaluate("document.activeElement.closest('.panel-you') !== null")).toBe(true);
  });

  it("lists other devices by what they call themselves, as text, and ends one or all of them", async () => {
    const you = await signIn(page, demo.origin, "alice");
    const first = await loginElsewhere(HOSTILE);
    await you.getByText(HOSTILE).first().waitFor();
    expect(await statusOf(first)).toBe(200);
    await you.getByRole("button", { name: `End it: the session ${HOSTILE}` }).click();
    await you.getByRole("heading", { name: "Ended just now" }).waitFor();
    await you.getByText("Ended by its user, or by a newer login").waitFor();
    expect(await statusOf(first)).toBe(401);

    const others = await Promise.all([loginElsewhere("one"), loginElsewhere("two")]);
    await you.getByText("two", { exact: true }).waitFor();
    await you.getByRole("button", { name: "End all others" }).click();
    await you.getByRole("button", { name: "End all others" }).waitFor({ state: "detached" });
    expect(await Promise.all(others.map(statusOf))).toEqual([401, 401]);
    await you.getByText("this session").waitFor();
    expect(await page.title()).not.toBe("broken");
  });

  it("steps up in a dialog that keeps and returns the focus, and can be refused and cancelled", async () => {
    const you = await signIn(page, demo.origin, "alice");
    const opener = you.getByRole("button", { name: "Step up" });
    const dialog = page.getByRole("dialog", { name: "Prove who you are" });
    await opener.focus();
    await page.keyboard.press("Enter");
    await dialog.waitFor();
    expect(await page.evaluate("document.activeElement.type")).toBe("password");
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
    expect(await page.evaluate("document.activeElement.textContent")).toBe("Step up");

    await page.keyboard.press("Enter");
    await dialog.getByLabel("Password").fill("wrong");
    await page.keyboard.press("Enter");
    await dialog.getByRole("alert").getByText("is wrong").waitFor();
    await dialog.getByRole("button", { name: "Fill in alice’s" }).click();
    await page.keyboard.press("Enter");
    await dialog.waitFor({ state: "hidden" });
    await you.getByText("Proved identity again (step-up)").waitFor();
  });

  it("says why a session ended when its stolen refresh token is used, and how old a login is", async () => {
    const you = await signIn(page, demo.origin, "alice");
    await openPanel(page, demo.origin, "tour");
    await page.getByRole("button", { name: "Age my login" }).click();
    await openPanel(page, demo.origin, "you");
    await you.getByText(/^Not fresh: the last proof of identity was/).waitFor();

    await openPanel(page, demo.origin, "tour");
    await page.getByRole("button", { name: "Replay the stolen refresh token" }).click();
    await openPanel(page, demo.origin, "you");
    await you.getByText("a used refresh token came back").waitFor();
    await you.getByRole("heading", { name: "Sign in" }).waitFor();
  });

  it("leaves nothing in any storage but texts of operations and the layout", async () => {
    await signIn(page, demo.origin, "alice");
    await page.getByRole("button", { name: "Renew now" }).click();
    await page.getByText(/^Renewed once/).waitFor();
    const operation = await openPanel(page, demo.origin, "operation");
    const editor = operation.getByRole("textbox", { name: /^Operation, GraphQL/ });
    await editor.press("Control+a");
    await page.keyboard.type("query Kept($word: String!) { me { name email } __type(name: $word) { name } }");
    await operation.getByRole("textbox", { name: /^Variables, JSON/ }).click();
    await page.keyboard.press("Control+a");
    await page.keyboard.type('{ "word": "variable-of-mine" }');
    await operation.getByRole("button", { name: "Run" }).click();
    await operation.getByText("alice@shop.example").waitFor();
    await openPanel(page, demo.origin, "you");
    const token = await loginElsewhere("x");
    const claims = await page.locator(".claims code").allTextContents();
    const kept = await stored();
    for (const secret of [PASSWORD, token, "eyJ", "Bearer", "variable-of-mine", "alice@shop.example"])
      expect(kept).not.toContain(secret);
    for (const claim of claims.filter((one) => one.length > 12 && !one.startsWith("http")))
      expect(kept).not.toContain(claim);
    // What is kept is kept: otherwise this test would see nothing.
    expect(kept).toContain("query Kept");
    const names = await page.evaluate<string[]>("Object.keys(localStorage)");
    expect(names.filter((name) => !name.startsWith("cardea.page."))).toEqual([]);
  });
});

describe("the next user of a page", { timeout: 60_000 }, () => {
  it("finds neither variables nor operation of the one before, not by undo either, and sends none", async () => {
    const plans: string[] = [];
    page.on("request", (request) => {
      if (request.url().endsWith("/_cardea/plan.json")) plans.push(request.postData() ?? "");
    });
    await signIn(page, demo.origin, "alice");
    const operation = await openPanel(page, demo.origin, "operation");
    const editor = operation.getByRole("textbox", { name: /^Operation, GraphQL/ });
    const variables = operation.getByRole("textbox", { name: /^Variables, JSON/ });
    await editor.press("Control+a");
    await page.keyboard.insertText(
      'query Hers($v: String!) { a: __type(name: $v) { name } b: __type(name: "word-of-alice") { name } }',
    );
    await variables.click();
    await page.keyboard.insertText('{ "v": "variable-of-alice" }');
    await page.keyboard.press("Control+Enter");
    await operation.locator(".status-line").waitFor();
    await openPanel(page, demo.origin, "plan");
    await expect.poll(() => plans.join()).toContain("variable-of-alice");
    const you = await openPanel(page, demo.origin, "you");
    await you.getByRole("button", { name: "Sign out" }).click();
    await you.getByRole("heading", { name: "Sign in" }).waitFor();
    plans.length = 0;

    await signIn(page, demo.origin, "bob");
    await openPanel(page, demo.origin, "plan");
    await page.getByText("No operation yet").waitFor();
    await openPanel(page, demo.origin, "operation");
    for (const one of [variables, editor]) {
      await one.click();
      await page.keyboard.press("Control+z");
      expect(await one.textContent()).not.toMatch(/variable-of-alice|word-of-alice/);
    }
    expect(await editor.textContent()).toContain("query Hers");
    expect(plans).toEqual([]);
  });
});

describe("many tabs of one browser", { timeout: 60_000 }, () => {
  it("do not stop each other, and each hears the events, also when the first one closes", async () => {
    await openPanel(page, demo.origin, "live");
    const tabs: Page[] = [];
    for (let count = 0; count < 7; count += 1) {
      const tab = await page.context().newPage();
      await openPanel(tab, demo.origin, "live");
      tabs.push(tab);
    }
    const [second, last] = [tabs[0], tabs.at(-1)];
    if (second === undefined || last === undefined) throw new Error("no tabs");
    expect(await last.evaluate("fetch('/_cardea/state.json').then(({ status }) => status)")).toBe(200);
    const began = (tab: Page) =>
      tab.getByRole("list", { name: "Events, newest first" }).getByText("Session began");
    await loginElsewhere("first");
    await Promise.all([page, second, last].map((tab) => began(tab).first().waitFor()));
    await page.close();
    await second.getByText("Connected.").waitFor();
    const before = await began(last).count();
    await expect
      .poll(
        async () => {
          await loginElsewhere("again");
          return began(last).count();
        },
        { timeout: 20_000 },
      )
      .toBeGreaterThan(before);
    page = last;
  });
});

describe("the panels Live and Subgraphs", { timeout: 60_000 }, () => {
  it("show events as they come, by kind, and wait while they are paused", async () => {
    const subgraphs = await openPanel(page, demo.origin, "subgraphs");
    await subgraphs.getByText("The graph is serving.").waitFor();
    await loginElsewhere("watched");
    // What happened before the panel was opened is shown as well.
    const live = await openPanel(page, demo.origin, "live");
    const events = live.getByRole("list", { name: "Events, newest first" });
    await events.getByText("Session began").waitFor();

    await live.getByRole("checkbox", { name: /^sessions/ }).uncheck();
    await events.getByText("Session began").waitFor({ state: "detached" });
    await live.getByRole("checkbox", { name: /^sessions/ }).check();

    await live.getByRole("button", { name: "Pause" }).click();
    const before = await events.getByText("Session began").count();
    await loginElsewhere("unseen");
    await live.getByText(/[1-9]\d* waiting/).waitFor();
    expect(await events.getByText("Session began").count()).toBe(before);
    await live.getByRole("button", { name: "Resume" }).click();
    await expect.poll(() => events.getByText("Session began").count()).toBe(before + 1);
    expect(await live.textContent()).not.toContain(PASSWORD);
  });

  it("show a composition problem with the last good graph, until it is solved", async () => {
    const subgraphs = await openPanel(page, demo.origin, "subgraphs");
    await subgraphs.getByText("The graph is serving.").waitFor();
    await subgraphs.getByRole("button", { name: "Remove the @composeDirective" }).click();
    await subgraphs.getByText("operations work as before").waitFor();
    expect(await subgraphs.locator(".composition-problem").first().textContent()).toContain(
      "@composeDirective",
    );
    await subgraphs.getByRole("button", { name: "Put the @composeDirective back" }).click();
    await subgraphs.getByText("The graph is serving.").waitFor();
  });

  it("show what each subgraph received, and what a caller reaches around the gateway", async () => {
    await signIn(page, demo.origin, "alice");
    const token = await loginElsewhere("reader");
    const subgraphs = await openPanel(page, demo.origin, "subgraphs");
    await fetch(`${demo.origin}/graphql`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
      body: JSON.stringify({ query: "query Seen { me { name } }" }),
    });
    const received = subgraphs.getByRole("list", { name: "Requests, newest first" });
    await received
      .getByText(/user u1, by a token of .* for accounts/)
      .first()
      .waitFor();
    expect(await received.textContent()).not.toContain(token.slice(0, 20));

    await subgraphs.getByRole("button", { name: "Ask accounts directly, around the gateway" }).click();
    await subgraphs.getByText(/The answer was: HTTP \d{3}/).waitFor();
  });
});
