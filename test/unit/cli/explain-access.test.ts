import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AccessMap } from "../../../src/access-map/index.js";
import { runInProcess } from "../../support/command-in-process.js";
import { withFolder } from "../../support/command-line.js";
import { elementsOf } from "../../support/static-page.js";
import { HEAD, supergraphOf } from "../authorization/support.js";

const example = (name: string) =>
  fileURLToPath(new URL(`../../../schema/examples/${name}.graphql`, import.meta.url));
const SUBGRAPHS = ["members", "loans"].flatMap((name) => [
  "--subgraph",
  `${name}=http://127.0.0.1:1/=${example(name)}`,
]);

let folder: Awaited<ReturnType<typeof withFolder>>;
beforeAll(async () => {
  folder = await withFolder();
  await writeFile(
    join(folder.path, "old.graphql"),
    supergraphOf({ a: "type Query { a: Int @auth b: Int }" }),
  );
  await writeFile(join(folder.path, "new.graphql"), supergraphOf({ a: "type Query { a: Int b: Int }" }));
});
afterAll(() => folder.remove());

const explain = (...args: string[]) => runInProcess(["explain", ...args], { cwd: folder.path });
const page = () => readFile(join(folder.path, "access.html"), "utf8");

describe("cardea explain --schema", () => {
  it("writes the access map as one page, the same bytes each time", async () => {
    const first = await explain(...SUBGRAPHS, "--schema", "--html", "access.html");
    expect(first).toMatchObject({ exitCode: 0, stdout: "access map: access.html\n", stderr: "" });
    const written = await page();
    const { text, rows } = elementsOf(written);
    expect(text).toContain("What a compromised subgraph reaches");
    expect(text).toContain("members:21");
    // The auth subgraph is part of the gateway, and asks for something of its own.
    expect(rows).toContainEqual(expect.arrayContaining(["auth", "a call within the gateway", "nothing"]));
    expect(text).toMatch(/signed in, scopes cardea:sessions:admin — [^—]+ — auth:\d+/);
    await explain(...SUBGRAPHS, "--schema", "--html", "access.html");
    expect(await page()).toBe(written);
  });

  it("gives the map as JSON, without a file or beside it", async () => {
    const result = await explain("-s", "new.graphql", "--schema", "--json", "--no-auth");
    const { access, schema, html } = result.json() as Record<string, unknown> & { access: AccessMap };
    expect(html).toBeUndefined();
    expect(schema).toMatchObject({ anonymous: ["Query.a", "Query.b"] });
    expect(access).toMatchObject({ version: 1, subgraphs: [{ name: "a" }] });
    expect(access.changes).toBeUndefined();
    const both = await explain("-s", "new.graphql", "--schema", "--json", "--html", "access.html");
    expect(both.json()).toMatchObject({ ok: true, html: "access.html", access: { version: 1 } });
  });

  it("says against an older graph what was opened", async () => {
    const result = await explain(
      ...["-s", "new.graphql", "--schema", "--json", "--html", "access.html", "--against", "old.graphql"],
    );
    const { access } = result.json() as { access: AccessMap };
    expect(access.changes).toEqual({
      opened: [{ coordinate: "Query.a", before: "signed in", after: "no guard" }],
      closed: [],
      personas: [{ personas: ["visitor"], gained: ["Query.a"], lost: [] }],
    });
    expect(elementsOf(await page()).rows).toContainEqual(["Query.a", "signed in", "no guard"]);
  });

  it("judges an older graph by today's settings, but for positions it did not have", async () => {
    const nodes =
      "interface Node { id: ID! } type A implements Node { id: ID! @auth } type B implements Node { id: ID! }";
    await writeFile(join(folder.path, "a.graphql"), `${HEAD} type Query { b: Int nodes: Node } ${nodes}`);
    const config = `export default { authSubgraph: { enabled: false },
      identity: { subgraphs: { a: { mode: "header" } } }, auth: { positions: { "Query.nodes": "strict" } },
      subgraphs: [{ name: "a", url: "http://127.0.0.1:1/", sdl: "a.graphql" }] };`;
    await writeFile(join(folder.path, "positions.config.mjs"), config);
    const result = await explain(
      ...["--config", "positions.config.mjs", "--schema", "--json", "--against", "old.graphql"],
    );
    expect(result.exitCode).toBe(0);
    const { access } = result.json() as { access: AccessMap };
    expect(access.subgraphs).toMatchObject([{ name: "a", identity: "header" }]);
    expect(access.changes?.personas[0]?.gained).toContain("Query.nodes");
  });

  it.each([
    [["--html", "access.html", "--scope", "a"], 2, "--html requires --schema"],
    [["--against", "old.graphql", "--scope", "a"], 2, "--against requires --schema"],
    [["--schema", "--against", "old.graphql"], 2, "--against requires --html or --json"],
    [["--schema", "--json", "--against", "missing.graphql"], 1, "missing.graphql"],
    [["--schema", "--html", "old.graphql/access.html"], 1, "access.html"],
  ])("answers %j with exit code %i and what is wrong", async (args, exitCode, said) => {
    const result = await explain("-s", "new.graphql", ...args);
    expect(result.exitCode).toBe(exitCode);
    expect(result.stdout + result.stderr).toContain(said);
  });
});
