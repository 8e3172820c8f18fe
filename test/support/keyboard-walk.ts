import type { Page } from "playwright-core";

const MAX_PRESSES = 400;

/** The element with the focus, also within a shadow root, as a number of its own and a description. */
const FOCUSED = `(() => {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
  if (at === null || at === document.body || at === document.documentElement) return null;
  const known = (globalThis.walked ??= new Map());
  if (!known.has(at)) known.set(at, known.size);
  const name = at.getAttribute("aria-label") ?? at.labels?.[0]?.textContent ?? at.textContent ?? "";
  return known.get(at) + " " + at.localName + " " + name.trim().slice(0, 40);
})()`;

/** Visible controls that the Tab key has to reach, in the document itself. Of a group of radio buttons it reaches one. */
const CONTROLS = `[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }) && !one.disabled && one.tabIndex >= 0)
  .filter((one) => one.type !== "radio" || one.checked)
  .map((one) => {
    const known = (globalThis.walked ??= new Map());
    if (!known.has(one)) known.set(one, known.size);
    return String(known.get(one));
  })`;

/**
 * Presses the key until a control gets the focus for the second time. Between the last control and the first one the focus is
 * in the browser's own window.
 *
 * @returns the controls in the order in which they got the focus: number and description
 */
export const walkByKeyboard = async (page: Page, key: "Tab" | "Shift+Tab"): Promise<readonly string[]> => {
  const visited: string[] = [];
  for (let presses = 0; presses < MAX_PRESSES; presses += 1) {
    await page.keyboard.press(key);
    const at = await page.evaluate<string | null>(FOCUSED);
    if (at === null) continue;
    if (visited.includes(at)) return visited;
    visited.push(at);
  }
  throw new Error(`the focus did not come round; it went to ${visited.slice(-5).join(", ")}`);
};

/** Controls that a walk did not reach, by their numbers: something on the way keeps the focus, or passes them over. */
export const unreached = async (page: Page, visited: readonly string[]): Promise<readonly string[]> => {
  const reached = new Set(visited.map((one) => one.split(" ", 1)[0]));
  return (await page.evaluate<string[]>(CONTROLS)).filter((one) => !reached.has(one));
};
