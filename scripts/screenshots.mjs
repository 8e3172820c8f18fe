// Makes the pictures of the page in docs/images from a real run: the demo, signed in as Alice, whose login is no longer
// fresh. Run it after `npm run build`, with a Chromium at $CHROMIUM (default /usr/bin/chromium): node scripts/screenshots.mjs
import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const folder = join(root, "docs", "images");
const WIDTH = 1280;
const HEIGHT = 720;

const demo = spawn(process.execPath, [join(root, "dist", "main.js"), "demo", "--json", "--port", "0"], {
  stdio: ["ignore", "pipe", "inherit"],
});
const url = await new Promise((resolve, reject) => {
  demo.stdout.once("data", (line) => resolve(JSON.parse(String(line)).page));
  demo.once("close", (code) => reject(new Error(`the demo ended with ${code}`)));
});
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});
try {
  mkdirSync(folder, { recursive: true });
  const state = await (await fetch(new URL("/_cardea/state.json", url))).json();
  const page = await browser.newPage({
    viewport: { width: WIDTH, height: HEIGHT },
    deviceScaleFactor: 1.5,
    reducedMotion: "reduce",
  });
  await page.goto(url);
  await page.getByRole("link", { name: "You", exact: true }).click();
  await page.getByRole("button", { name: "Fill in alice" }).click();
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor({ state: "detached" });
  await page.waitForTimeout((state.freshSeconds + 1) * 1000);
  await page.getByRole("link", { name: "Operation", exact: true }).click();
  await page.locator(".operation-picker select").selectOption({ label: "query Account" });
  // The operation that runs is the one that is seen.
  await page.locator(".cm-content").first().click();
  await page.keyboard.press("Control+End");
  await page.getByRole("button", { name: "Run" }).click();
  await page
    .getByRole("button", { name: /step up/i })
    .first()
    .waitFor();
  for (const theme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: theme });
    await page.screenshot({ path: join(folder, `page-${theme}.png`) });
  }
} finally {
  await browser.close();
  demo.kill("SIGINT");
}
