import type { Locator, Page } from "playwright-core";
import { startCommand } from "./command-line.js";

/** The demo in a process of its own, as a visitor starts it. End it with `endCommands`. */
export interface DemoProcess {
  /** `http://localhost:<port>`, without a slash at the end. */
  readonly origin: string;
}

const START_TIMEOUT_MS = 60_000;

/** Runs `cardea demo` and waits until it serves. */
export const startDemoProcess = async (): Promise<DemoProcess> => {
  const child = startCommand(["demo", "--json", "--port", "0"]);
  const line = await new Promise<string>((resolve, reject) => {
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
  const { url } = JSON.parse(line) as { readonly url: string }; // the line that the demo documents
  return { origin: new URL(url).origin };
};

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

/** Opens a panel by its address, and waits until its view is there. */
export const openPanel = async (page: Page, origin: string, panel: string): Promise<Locator> => {
  const address = `${origin}/#/${panel}`;
  // The page is loaded once: another address of the same document would otherwise be a navigation within it.
  if (page.url().startsWith(`${origin}/`)) await page.evaluate(`location.hash = "#/${panel}"`);
  else await page.goto(address);
  const view = page.locator(`section.panel-${panel.split("/")[0]}`);
  await view.waitFor({ state: "visible" });
  await view.locator(".panel-wait").waitFor({ state: "detached" });
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
