import type { ChildProcess } from "node:child_process";
import type { Locator, Page } from "playwright-core";
import { startCommand } from "./command-line.js";

/** The demo in a process of its own, as a visitor starts it. End it with `endCommands`. */
export interface DemoProcess {
  /** `http://localhost:<port>`, without a slash at the end. */
  readonly origin: string;
}

const START_TIMEOUT_MS = 60_000;

const MAX_ATTEMPTS = 3;

/** Runs `cardea demo` and waits until it serves. */
export const startDemoProcess = async (): Promise<DemoProcess> => {
  let refusal = "";
  // Free ports are found before they are used: another test may take one in between.
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt += 1) {
    const line = await firstLineOf(startCommand(["demo", "--json", "--port", "0"]));
    const started = JSON.parse(line) as { readonly page?: string }; // the line that the demo documents
    if (started.page !== undefined) return { origin: new URL(started.page).origin };
    refusal = line;
  }
  throw new Error(`the demo does not start: ${refusal}`);
};

const firstLineOf = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("the demo did not start in time")), START_TIMEOUT_MS);
    let text = "";
    child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      if (!text.includes("\n")) return;
      clearTimeout(timer);
      resolve(text.slice(0, text.indexOf("\n")));
    });
    child.once("close", (code) => reject(new Error(`the demo ended with ${code}`)));
  });

/** All panels of the demo. */
export const PANELS = [
  "operation",
  "documentation",
  "you",
  "access",
  "live",
  "subgraphs",
  "plan",
  "tour",
] as const;

export type PanelId = (typeof PANELS)[number];

/** What a panel shows when it has read what it is about. */
const READY: Readonly<Record<PanelId, string>> = {
  operation: "text=/^Schema: \\d+ types/",
  documentation: "text=/^\\d+ types/",
  you: "h2",
  access: ".reading",
  live: "text=Connected.",
  subgraphs: "h2",
  plan: "h1",
  tour: "h2",
};

/** Opens a panel by its address, and waits until it is ready. */
export const openPanel = async (page: Page, origin: string, panel: string): Promise<Locator> => {
  const address = `${origin}/#/${panel}`;
  // The page is loaded once: another address of the same document would otherwise be a navigation within it.
  if (page.url().startsWith(`${origin}/`)) await page.evaluate(`location.hash = "#/${panel}"`);
  else await page.goto(address);
  const id = PANELS.find((each) => each === panel.split("/", 1)[0]) ?? "operation";
  const view = page.locator(`section.panel-${id}`);
  await view.waitFor({ state: "visible" });
  await view.locator(".panel-wait").waitFor({ state: "detached" });
  await view.locator(READY[id]).first().waitFor({ state: "attached" });
  return view;
};

/** Signs in through the panel *You*, by the one-click fill of the demo. */
export const signIn = async (page: Page, origin: string, username: "alice" | "bob"): Promise<Locator> => {
  const view = await openPanel(page, origin, "you");
  await view.getByRole("button", { name: `Fill in ${username}` }).click();
  await view.getByRole("button", { name: "Sign in", exact: true }).click();
  await view.getByRole("button", { name: "Sign out" }).waitFor();
  return view;
};
