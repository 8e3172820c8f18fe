import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";

const SOURCE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

/** The part of a result of axe that is read here. */
interface Finding {
  readonly id: string;
  readonly impact: string | null;
  readonly help: string;
  readonly nodes: readonly { readonly target: readonly unknown[]; readonly failureSummary?: string }[];
}

/** Makes axe available to a page that is opened afterwards. It runs as an init script, so no policy has to be bypassed. */
export const prepareAxe = (page: Page): Promise<unknown> => page.addInitScript(SOURCE);

/** Serious and critical findings, one line each: rule, what it is about, and the elements. */
export const axeFindings = async (page: Page): Promise<readonly string[]> => {
  const findings = (await page.evaluate(
    // `axe` is a global of the page only.
    `axe.run(document, { runOnly: ${JSON.stringify(TAGS)}, resultTypes: ["violations"] }).then(({ violations }) => violations)`,
  )) as readonly Finding[];
  return findings
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) =>
      nodes.map(
        ({ target, failureSummary }) => `${id}: ${help}: ${target.join(" ")} ${failureSummary ?? ""}`,
      ),
    );
};
