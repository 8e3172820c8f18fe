import { describe, expect, it } from "vitest";
import { filesBelow, readText } from "./source-files.js";

const guides = filesBelow("docs/guides/clients").filter((path) => path.endsWith(".md"));

describe("the guides of client set-ups", () => {
  // The examples themselves run against a real gateway: test/e2e/client-setups.test.ts.
  it("show exactly the code that is tested, each example on one page", () => {
    const pagesOf = (example: string): string[] =>
      guides.filter((page) => readText(page).includes(`\`\`\`ts\n${readText(example).trim()}\n\`\`\``));
    const examples = filesBelow("examples/clients");
    expect(examples.length).toBeGreaterThanOrEqual(8);
    expect(examples.map((example) => [example, pagesOf(example).length])).toEqual(
      examples.map((example) => [example, 1]),
    );
  });

  it("have code of ten lines or less for each set-up, imports left out", () => {
    const long = filesBelow("examples/clients").filter(
      (example) =>
        readText(example)
          .split("\n")
          .filter((line) => line.trim() !== "" && !/^(import|\/[/*])/.test(line)).length > 10,
    );
    expect(long).toEqual([]);
  });
});
