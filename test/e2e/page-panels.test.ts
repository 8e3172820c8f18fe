import { mkdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { axeFindings, prepareAxe } from "../support/axe.js";
import { NO_FAULTS, startBrowser, watchedPage } from "../support/chromium.js";
import { endCommands } from "../support/command-line.js";
import { type DemoProcess, openPanel, PANELS, signIn, startDemoProcess } from "../support/demo-page.js";
import { unreached, walkByKeyboard } from "../support/keyboard-walk.js";

/** Pictures of each panel, for people to look at. */
const ARTEFACTS = fileURLToPath(new URL("../artefacts/page/", import.meta.url));

let browser: Browser;
let demo: DemoProcess;

beforeAll(async () => {
  await mkdir(ARTEFACTS, { recursive: true });
  [browser, demo] = await Promise.all([startBrowser(), startDemoProcess()]);
});
afterAll(async () => {
  // First, so that no process outlives a start that failed.
  await endCommands();
  await browser?.close();
});

describe("every panel of the page", { timeout: 60_000 }, () => {
  it.each(["light", "dark"] as const)(
    "keeps the content policy, asks nobody else, and has no serious finding of axe in the %s theme",
    async (colorScheme) => {
      const { page, faults, close } = await watchedPage(browser, demo.origin, { colorScheme });
      await prepareAxe(page);
      const findings: Record<string, readonly string[]> = {};
      const look = async (name: string): Promise<void> => {
        findings[name] = await axeFindings(page);
        await page.screenshot({ path: `${ARTEFACTS}${name}-${colorScheme}.png` });
      };
      await openPanel(page, demo.origin, "you");
      await page.getByRole("button", { name: "Fill in alice" }).waitFor();
      await look("you-signed-out");
      const you = await signIn(page, demo.origin, "alice");
      await you.getByText("this session").waitFor();
      const operation = await openPanel(page, demo.origin, "operation");
      await operation.getByRole("button", { name: "Run" }).click();
      await operation
        .getByText(/^\d{3} [A-Z]/)
        .first()
        .waitFor();
      for (const panel of PANELS) {
        await openPanel(page, demo.origin, panel);
        await look(panel);
      }
      for (const picture of ["thief", "changes", "subgraphs"]) {
        const access = await openPanel(page, demo.origin, `access/${picture}`);
        await access.locator(".reading").waitFor();
        await look(`access-${picture}`);
      }
      await openPanel(page, demo.origin, "you");
      await page.getByRole("button", { name: "Step up" }).click();
      await page.getByRole("dialog").waitFor();
      await look("step-up");
      expect(findings).toEqual(Object.fromEntries(Object.keys(findings).map((name) => [name, []])));
      expect(faults).toEqual(NO_FAULTS);
      await close();
    },
  );

  it("is reached and left by keyboard, forwards and backwards", async () => {
    const { page, close } = await watchedPage(browser, demo.origin);
    await signIn(page, demo.origin, "alice");
    const missed: Record<string, readonly string[]> = {};
    const numbers = (walk: readonly string[]) =>
      walk.map((one) => Number.parseInt(one, 10)).sort((a, b) => a - b);
    for (const panel of PANELS) {
      await openPanel(page, demo.origin, panel);
      const forwards = await walkByKeyboard(page, "Tab");
      const backwards = await walkByKeyboard(page, "Shift+Tab");
      missed[panel] = [...(await unreached(page, forwards)), ...(await unreached(page, backwards))];
      expect(numbers(backwards), panel).toEqual(numbers(forwards));
    }
    expect(missed).toEqual(Object.fromEntries(PANELS.map((panel) => [panel, []])));
    await close();
  });

  it.each([
    ["320 pixels", { width: 320, height: 720 }, 1],
    ["1280 pixels at a zoom of 200 %", { width: 640, height: 450 }, 2],
  ])("needs no horizontal scrolling at %s", async (name, viewport, deviceScaleFactor) => {
    const { page, close } = await watchedPage(browser, demo.origin, { viewport, deviceScaleFactor });
    await signIn(page, demo.origin, "alice");
    const wide: string[] = [];
    for (const panel of PANELS) {
      await openPanel(page, demo.origin, panel);
      const width = await page.evaluate<number>("document.scrollingElement.scrollWidth");
      if (width > viewport.width) wide.push(`${panel}: ${width}`);
      await page.screenshot({ path: `${ARTEFACTS}${panel}-${name.split(" ")[0]}.png`, fullPage: true });
    }
    expect(wide).toEqual([]);
    await close();
  });

  it("moves nothing for those who prefer reduced motion", async () => {
    const { page, close } = await watchedPage(browser, demo.origin, { reducedMotion: "reduce" });
    await signIn(page, demo.origin, "alice");
    await page.getByRole("button", { name: "Renew now" }).hover();
    const longest = await page.evaluate<number>(
      `Math.max(...document.getAnimations().map((one) => Number(one.effect.getComputedTiming().duration)), 0)`,
    );
    expect(longest).toBeLessThanOrEqual(1);
    const transition = await page.evaluate<string>(
      `getComputedStyle(document.querySelector(".button")).transitionDuration`,
    );
    expect(Number.parseFloat(transition)).toBeLessThanOrEqual(0.001);
    await close();
  });
});
