import { describe, expect, it } from "vitest";
import { withApi } from "../../scripts/api-tables.js";
import { readResults, withResults } from "../../scripts/results-table.js";
import { withSettings } from "../../scripts/settings-table.js";
import { runCommandLine } from "../../src/cli/program.js";
import { configJsonSchema } from "../../src/config/json-schema.js";
import { readText } from "./source-files.js";

/** What `--help` prints for a command line. */
async function help(...verb: string[]): Promise<string> {
  const lines: string[] = [];
  const line = (text: string): void => void lines.push(text);
  await runCommandLine([...verb, "--help"], { out: line, err: line }, {});
  return lines.join("\n");
}

const commandsOf = (text: string): string[] =>
  [...(/Commands:\n([\s\S]*)$/.exec(text)?.[1] ?? "").matchAll(/^ {2}([a-z][\w-]*)/gm)]
    .map(([, name = ""]) => name)
    .filter((name) => name !== "help");

const flagsOf = (text: string): string[] =>
  [...text.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)]
    .map(([, flag = ""]) => flag)
    .filter((flag) => flag !== "--help");

/** Every verb, groups opened: `serve`, `keys new`, … */
async function verbs(): Promise<string[][]> {
  const top = commandsOf(await help());
  const nested = await Promise.all(
    top.map(async (name) => {
      const inner = commandsOf(await help(name));
      return inner.length === 0 ? [[name]] : inner.map((each) => [name, each]);
    }),
  );
  return nested.flat();
}

const sectionOf = (verb: readonly string[]): string => {
  const heading = `## \`cardea ${verb.join(" ")}\``;
  const [, after = ""] = readText("docs/reference/cli.md").split(`${heading}\n`);
  return after.split("\n## ")[0] ?? "";
};

describe("the manual", () => {
  it("lists every setting as the schema has it", () => {
    const manual = readText("docs/reference/configuration.md");
    expect(manual).toContain("`tokens.accessTtlSeconds`");
    expect(withSettings(manual, configJsonSchema())).toBe(manual);
  });

  it("shows the results of the benchmarks as their files have them", () => {
    const results = readResults();
    const page = readText("docs/reference/performance.md");
    expect(results.length).toBeGreaterThan(2);
    expect(withResults(page, results)).toBe(page);
  });

  it("lists the API of the auth subgraph as its schema has it", () => {
    const page = readText("docs/reference/api.md");
    expect(page).toContain("`refreshToken(");
    expect(withApi(page, readText("schema/auth.graphql"))).toBe(page);
  });

  it("has a section for every verb, with each of its flags and its JSON", async () => {
    const found = await verbs();
    expect(found.map((verb) => verb.join(" "))).toEqual(
      expect.arrayContaining(["serve", "compose", "keys new"]),
    );
    const missing = await Promise.all(
      found.map(async (verb) => {
        const section = sectionOf(verb);
        const flags = flagsOf(await help(...verb));
        return [
          ...(section === "" ? [`cardea ${verb.join(" ")}: no section`] : []),
          ...(section.includes("```json") ? [] : [`cardea ${verb.join(" ")}: no JSON shape`]),
          ...flags
            .filter((flag) => flag !== "--json" && !section.includes(`\`${flag}`))
            .map((flag) => `cardea ${verb.join(" ")} ${flag}`),
        ];
      }),
    );
    expect(missing.flat()).toEqual([]);
  });

  it("describes no flag that does not exist", async () => {
    const stale = await Promise.all(
      (await verbs()).map(async (verb) => {
        const flags = flagsOf(await help(...verb));
        return [...sectionOf(verb).matchAll(/^\| `(--[\w-]+)/gm)]
          .map(([, flag = ""]) => flag)
          .filter((flag) => !flags.includes(flag))
          .map((flag) => `cardea ${verb.join(" ")} ${flag}`);
      }),
    );
    expect(stale.flat()).toEqual([]);
  });
});
