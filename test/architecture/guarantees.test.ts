import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT, readText } from "./source-files.js";

const ROW = /^\| (.+?) \| `(test\/[\w/.-]+\.test\.ts)`(?: "(.+)")?(?: \(.+\))? \|$/gm;

const rows = [...readText("docs/reference/guarantees.md").matchAll(ROW)].map(
  ([, promise = "", file = "", name]) => ({
    promise,
    file,
    name,
  }),
);

describe("the guarantees", () => {
  it("are each attacked by a test that exists, under that name", () => {
    expect(rows.length).toBeGreaterThan(30);
    const missing = rows.filter(
      ({ file, name }) =>
        !existsSync(join(ROOT, file)) || (name !== undefined && !readText(file).includes(`"${name}"`)),
    );
    expect(missing).toEqual([]);
  });

  it("are all in rows the check can read", () => {
    const written = readText("docs/reference/guarantees.md")
      .split("\n")
      .filter((line) => line.startsWith("| ") && !line.startsWith("| promise"));
    expect(written).toHaveLength(rows.length);
  });
});
