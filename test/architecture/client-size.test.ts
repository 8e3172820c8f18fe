import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { bundleForBrowser } from "../support/browser-bundle.js";
import { ROOT } from "./source-files.js";

const client = (file: string): string => JSON.stringify(join(ROOT, "src/client", file));

describe("the size of the client", () => {
  it("is at most 5 kB at once, and 8.5 kB with every part that is loaded when it is needed", async () => {
    const { firstBytes, allBytes } = await bundleForBrowser(
      `export { createSession } from ${client("index.ts")};`,
    );
    expect(firstBytes).toBeLessThanOrEqual(5000);
    expect(allBytes).toBeLessThanOrEqual(8500);
  });

  it("is at most 1 kB for the hooks, without React and the session", async () => {
    const { firstBytes } = await bundleForBrowser(`export * from ${client("react.ts")};`, ["react"]);
    expect(firstBytes).toBeLessThanOrEqual(1000);
  });

  it.each(["axios", "fetch", "link", "relay", "urql"])(
    "is at most 2 kB for the adapter %s: it does not pull in the session or another adapter",
    async (name) => {
      const { firstBytes } = await bundleForBrowser(`export * from ${client(`${name}.ts`)};`);
      expect(firstBytes).toBeLessThanOrEqual(2000);
    },
  );
});
