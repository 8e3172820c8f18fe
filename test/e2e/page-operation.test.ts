import { buildSchema } from "graphql";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { NO_FAULTS, startBrowser, type WatchedPage, watchedPage } from "../support/chromium.js";
import { type PageServer, startPageServer } from "../support/page-server.js";

const HOSTILE = `<img src=x onerror="window.attacked=1">`;
const SCHEMA = buildSchema(`
  """${HOSTILE}"""
  type Query {
    "${HOSTILE.replaceAll('"', "'")}"
    me: User
    thing(id: ID!, size: Int): String
    old: Int @deprecated(reason: "${HOSTILE.replaceAll('"', "'")}")
  }
  type User { id: ID! name: String email: String }
`);
const REFUSED = {
  errors: [
    { message: HOSTILE, path: ["me", "email"], extensions: { code: "STEP_UP_REQUIRED", reason: HOSTILE } },
    { message: "Sign in.", path: ["other", "name"], extensions: { code: "UNAUTHENTICATED" } },
  ],
  data: { me: { name: HOSTILE, email: null }, other: null },
  extensions: { challenge: { code: "STEP_UP_REQUIRED", maxAge: 300 } },
};
const LARGE = JSON.stringify({
  data: { list: Array.from({ length: 60_000 }, (_, at) => ({ id: at, name: "something to read" })) },
});

let browser: Browser;
let server: PageServer;
let watched: WatchedPage;

beforeAll(async () => {
  browser = await startBrowser();
  server = await startPageServer({
    schema: SCHEMA,
    answer: ({ operationName }) => {
      if (operationName === "Never") return undefined;
      return operationName === "Large" ? LARGE : JSON.stringify(REFUSED);
    },
  });
}, 60_000);
afterAll(async () => {
  await browser?.close();
  await server?.close();
});
beforeEach(async () => {
  watched = await watchedPage(browser, server.origin);
  await watched.page.goto(`${server.origin}/#/operation`);
  await watched.page
    .getByText("3 types, as you may see it")
    .or(watched.page.getByText(/\d+ types, as/))
    .waitFor();
});
afterEach(async () => {
  const attacked = await watched.page.evaluate("window.attacked");
  const { faults } = watched;
  await watched.close();
  expect(attacked).toBeUndefined();
  expect(faults).toEqual(NO_FAULTS);
});

const operationEditor = (page: Page) => page.getByRole("textbox", { name: /^Operation/ });
const variablesEditor = (page: Page) => page.getByRole("textbox", { name: /^Variables/ });

async function write(page: Page, text: string): Promise<void> {
  await operationEditor(page).click();
  await page.keyboard.press("Control+a");
  await page.keyboard.insertText(text);
  // Completion opens by itself; Escape closes it and leaves the rest alone.
  await page.keyboard.press("Escape");
}
const run = async (page: Page, text: string): Promise<void> => {
  await write(page, text);
  await page.keyboard.press("Control+Enter");
};
/** The label of what has the focus, through shadow roots. */
const focused = (page: Page) =>
  page.evaluate(`(() => {
    let active = document.activeElement;
    while (active?.shadowRoot?.activeElement) active = active.shadowRoot.activeElement;
    return active?.getAttribute("aria-label") ?? active?.textContent ?? "";
  })()`);

describe("the panel Operation", () => {
  it("lets Tab leave every editor, forwards and backwards", async () => {
    const { page } = watched;
    await operationEditor(page).click();
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Height of the operation editor");
    await page.keyboard.press("ArrowDown");
    expect(await page.getByRole("separator", { name: /^Height/ }).getAttribute("aria-valuenow")).toBe("76");
    await page.keyboard.press("Tab");
    expect(await focused(page)).toMatch(/^Variables/);
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Width of the editor");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    await page.keyboard.press("Shift+Tab");
    expect(await focused(page)).toMatch(/^Operation/);
    expect(await operationEditor(page).textContent()).not.toContain("\t");
  });

  it("completes and checks by the schema, and shows a hostile one as text", async () => {
    const { page } = watched;
    await write(page, "{ me { nam } }");
    await page.locator(".cm-lintRange-error").waitFor();
    await write(page, "{ m");
    await page.keyboard.press("Control+Space");
    const option = page.getByRole("option", { name: /^me/ });
    await option.waitFor();
    await page.getByText("<img src=x onerror='window.attacked=1'>").waitFor();
    await option.click();
    expect(await operationEditor(page).textContent()).toContain("{ me");
  });

  it("marks what was refused, in the answer and in a list, each with what would help", async () => {
    const { page } = watched;
    await run(page, "{ me { name email } }");
    const answer = page.getByRole("textbox", { name: "Answer" });
    const mark = answer.locator(".cm-line", { hasText: '"email": null' });
    await mark.getByRole("button", { name: "Step up and retry" }).waitFor();
    await answer
      .locator(".cm-line", { hasText: '"other": null' })
      .getByRole("button", { name: "Sign in" })
      .waitFor();
    expect(await answer.locator(".cm-line").nth(1).textContent()).toContain('"data"');
    const errors = page.getByRole("region", { name: "Errors of the answer" });
    await errors.getByRole("button", { name: "Step up and retry for me.email" }).waitFor();
    expect(await errors.textContent()).toContain(HOSTILE);
    await errors.getByRole("button", { name: "Sign in for other.name" }).click();
    expect(new URL(page.url()).hash).toBe("#/you");
  });

  it("runs the operation with the cursor, or the one that was chosen", async () => {
    const { page } = watched;
    const before = server.operations.length;
    await run(page, "query One { me { id } } query Two { me { name } }");
    await page.locator(".status-line").waitFor();
    await page.getByRole("combobox", { name: "Operation" }).selectOption("One");
    await page.getByRole("button", { name: "Run" }).click();
    await expect
      .poll(() => server.operations.slice(before).map(({ operationName }) => operationName))
      .toEqual(["Two", "One"]);
  });

  it("checks variables against the operation, and sends them", async () => {
    const { page } = watched;
    await write(page, "query Vars($id: ID!, $size: Int) { thing(id: $id, size: $size) }");
    await variablesEditor(page).click();
    await page.keyboard.insertText('{ "id": "1", "size": "large" }');
    await page.locator(".cm-lintRange-error", { hasText: '"size"' }).waitFor();
    await page.keyboard.press("Control+Enter");
    await expect
      .poll(() => server.operations.at(-1))
      .toMatchObject({ operationName: "Vars", variables: { id: "1", size: "large" } });
    await page.keyboard.press("Control+a");
    await page.keyboard.insertText("{ no JSON");
    await page.keyboard.press("Control+Enter");
    await page
      .getByRole("alert")
      .getByText(/no JSON/)
      .waitFor();
  });

  it("aborts", async () => {
    const { page } = watched;
    await run(page, "query Never { me { id } }");
    await page.getByRole("button", { name: "Abort" }).click();
    await page.getByText("Aborted", { exact: true }).waitFor();
    expect(await page.getByRole("button", { name: "Abort" }).count()).toBe(0);
  });

  it("shows the beginning of a large answer, and all of it when asked", async () => {
    const { page } = watched;
    await run(page, "query Large { me { id } }");
    await page.getByText("The first 400.0 kB of").waitFor();
    await page.getByRole("button", { name: "Show all" }).click();
    await page.getByRole("button", { name: "Show all" }).waitFor({ state: "detached" });
    const lines = await page.getByRole("textbox", { name: "Answer" }).locator(".cm-line").count();
    expect(lines).toBeLessThan(500);
  });

  it("keeps the text and the layout, and neither passwords, variables nor answers", async () => {
    const { page } = watched;
    await write(page, 'query Kept { thing(id: "plain-id") } mutation { login(password: "correct-horse") }');
    await variablesEditor(page).click();
    await page.keyboard.insertText('{ "id": "variable-value" }');
    await page.keyboard.press("Control+Enter");
    await page.locator(".status-line").waitFor();
    const stored = () =>
      page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie])");
    await expect.poll(stored).toContain("query Kept");
    expect(await stored()).not.toMatch(/plain-id|correct-horse|variable-value|onerror|STEP_UP/);
    await page.reload();
    await expect.poll(() => operationEditor(page).textContent()).toContain("query Kept");
    expect(await operationEditor(page).textContent()).not.toContain("correct-horse");
  });

  it("fits a width of 320 pixels", async () => {
    const { page } = watched;
    await run(page, "{ me { name email } }");
    await page.locator(".status-line").waitFor();
    await page.setViewportSize({ width: 320, height: 640 });
    const overflow = "document.scrollingElement.scrollWidth - document.documentElement.clientWidth";
    expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
    await page.evaluate('location.hash = "#/documentation/User.email"');
    await page.getByRole("heading", { name: "type User" }).waitFor();
    expect(await page.evaluate(overflow)).toBeLessThanOrEqual(0);
  });
});

describe("the panel Documentation", () => {
  it("shows types, members and hostile descriptions as text, and finds what is searched", async () => {
    const { page } = watched;
    await page.evaluate('location.hash = "#/documentation"');
    await page.getByRole("heading", { name: "type Query" }).waitFor();
    expect(await page.locator(".type-frame").textContent()).toContain(HOSTILE);
    await page.getByRole("searchbox", { name: "Search types and fields" }).fill("ema");
    await page.getByRole("link", { name: /User\.email/ }).click();
    await page.locator('[data-wanted="true"]', { hasText: "email" }).waitFor();
    await page.goBack();
    await page.getByRole("heading", { name: "type Query" }).waitFor();
    await page
      .locator(".type-member", { hasText: "thing" })
      .getByRole("button", { name: /^Use in the editor/ })
      .click();
    await page.locator(".cm-line", { hasText: "thing(id: $id)" }).waitFor();
    expect(await operationEditor(page).textContent()).toContain("query Start");
  });
});
