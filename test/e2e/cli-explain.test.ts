import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runInProcess } from "../support/command-in-process.js";
import { runCommand, withFolder } from "../support/command-line.js";

const example = (name: string) =>
  fileURLToPath(new URL(`../../schema/examples/${name}.graphql`, import.meta.url));
const SUBGRAPHS = ["members", "loans"].flatMap((name) => [
  "--subgraph",
  `${name}=http://127.0.0.1:1/=${example(name)}`,
]);

let folder: Awaited<ReturnType<typeof withFolder>>;
beforeAll(async () => {
  folder = await withFolder();
  await writeFile(
    join(folder.path, "desk.graphql"),
    `query Desk($withdrawn: Boolean) {
       titles(includeWithdrawn: $withdrawn) { name }
       currentMember { name address loans { dueInDays } }
     }`,
  );
  await writeFile(join(folder.path, "move.graphql"), 'mutation { moveHouse(address: "elsewhere") { id } }');
});
afterAll(() => folder.remove());

const explain = (...args: string[]) =>
  runInProcess(["explain", ...SUBGRAPHS, ...args, "--json"], { cwd: folder.path });

type Selections = readonly {
  readonly coordinate: string;
  readonly verdict?: string;
  readonly askedBy: readonly { readonly source: string; readonly line: number }[];
}[];
const verdicts = (json: Readonly<Record<string, unknown>>): Record<string, string | undefined> =>
  Object.fromEntries(
    (json["selections"] as Selections).map(({ coordinate, verdict }) => [coordinate, verdict]),
  );

describe("cardea explain", () => {
  it("lists what an operation requires, and the subgraph and line that declares it", async () => {
    const result = await explain("--operation", "desk.graphql");
    expect(result.exitCode).toBe(0);
    const selections = result.json()["selections"] as Selections;
    const address = selections.find(({ coordinate }) => coordinate === "Member.address");
    expect(address?.askedBy).toEqual([
      expect.objectContaining({ source: "members", line: expect.any(Number) }),
    ]);
    expect(address?.verdict).toBeUndefined();
    expect(result.json()["decision"]).toBeUndefined();
  });

  it("decides for an anonymous caller, for scopes, and for a recent proof of identity", async () => {
    const visitor = (await explain("--operation", "desk.graphql", "--anonymous")).json();
    expect(verdicts(visitor)["Query.currentMember"]).toBe("UNAUTHENTICATED");

    const desk = (await explain("--operation", "desk.graphql", "--scopes", "desk loans:write")).json();
    expect(verdicts(desk)).toMatchObject({ "Query.currentMember": "GRANTED", "Member.address": "GRANTED" });
    expect(verdicts(desk)["Member.loans"]).toBe("FORBIDDEN");
    expect(String(desk["planned"])).not.toContain("loans");

    const stale = (await explain("--operation", "move.graphql", "--scopes", "")).json();
    expect(verdicts(stale)["Mutation.moveHouse"]).toBe("STEP_UP_REQUIRED");
    const fresh = (await explain("--operation", "move.graphql", "--auth-age", "10")).json();
    expect(fresh["decision"]).toBe("allowed");
  });

  it("decides by the served settings, the operator's policies included", async () => {
    const head = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@policy"])`;
    const sdl = `${head} type Query { vip: String @policy(policies: [["vip"]]) }`;
    const config = `export default {
      subgraphs: [{ name: "a", url: "http://127.0.0.1:1/", sdl: "vip-subgraph.graphql" }],
      authSubgraph: { enabled: false },
      auth: { policies: { vip: ({ principal }) => principal.scopes.has("vip") } },
    };`;
    await writeFile(join(folder.path, "vip-subgraph.graphql"), sdl);
    await writeFile(join(folder.path, "vip.config.mjs"), config);
    await writeFile(join(folder.path, "vip.graphql"), "{ vip }");
    const judged = async (scopes: string) => {
      const flags = [
        "--config",
        "vip.config.mjs",
        "--operation",
        "vip.graphql",
        "--scopes",
        scopes,
        "--json",
      ];
      return verdicts((await runInProcess(["explain", ...flags], { cwd: folder.path })).json());
    };
    expect(await judged("vip")).toEqual({ "Query.vip": "GRANTED" });
    expect(await judged("other")).toEqual({ "Query.vip": "FORBIDDEN" });
  });

  it("counts an argument only when it is provided", async () => {
    const without = (await explain("--operation", "desk.graphql", "--scopes", "")).json();
    expect(verdicts(without)["Query.titles"]).not.toBe("FORBIDDEN");
    const provided = await explain(
      "--operation",
      "desk.graphql",
      "--scopes",
      "",
      "--variables",
      '{"withdrawn":true}',
    );
    expect(verdicts(provided.json())["Query.titles"]).toBe("FORBIDDEN");
  });

  it("reads the claims of a token, without believing that it verified it", async () => {
    const claims = Buffer.from(JSON.stringify({ scope: "loans:read", auth_time: 1 })).toString("base64url");
    const result = await runCommand(
      ["explain", ...SUBGRAPHS, "--operation", "desk.graphql", "--token-stdin", "--json"],
      {
        cwd: folder.path,
        input: `e30.${claims}.sig\n`,
      },
    );
    expect(verdicts(result.json())["Member.loans"]).toBe("GRANTED");
    expect(result.stdout).not.toContain(claims);
  });

  it("reports what a scope opens, and what the schema leaves open", async () => {
    const scope = (await explain("--scope", "loans:read")).json();
    expect(scope["uses"]).toContainEqual(
      expect.objectContaining({ coordinate: "Loan.dueInDays", alone: true }),
    );
    const schema = (await explain("--schema")).json()["schema"] as Record<string, readonly string[]>;
    expect(schema["anonymous"]).toContain("Query.titles");
    expect(schema["anonymous"]).not.toContain("Query.members");
    expect(schema["freshOnly"]).toContain("Mutation.moveHouse");
  });

  it("writes the access map, by the compiled program", async () => {
    const flags = ["explain", ...SUBGRAPHS, "--schema", "--html", "access.html"];
    const result = await runCommand(flags, { cwd: folder.path });
    expect(result).toMatchObject({ exitCode: 0, stdout: "access map: access.html\n" });
    const page = await readFile(join(folder.path, "access.html"), "utf8");
    expect(page).toMatch(/^<!doctype html>[\s\S]*moveHouse[\s\S]*<\/html>\n$/);
  });

  it("shows the plan of an operation, with the query planner of the installation", async () => {
    const result = await explain("--operation", "desk.graphql", "--scopes", "", "--plan");
    expect(result.exitCode).toBe(0);
    expect(result.json()["plan"]).toMatchObject({
      judged: expect.stringContaining("=> FORBIDDEN"),
      parts: [{ prepared: expect.any(String), plan: { kind: "parallel" } }],
    });
  });

  it("prints tables for people", async () => {
    const result = await runCommand(["explain", ...SUBGRAPHS, "--operation", "desk.graphql", "--anonymous"], {
      cwd: folder.path,
    });
    expect(result.stdout).toMatch(/verdict +coordinate/);
    expect(result.stdout).toMatch(/UNAUTHENTICATED +Member\.address/);
  });

  it.each([
    [["--scope", "a", "--schema"], 2],
    [["--operation", "desk.graphql", "--anonymous", "--scopes", "a"], 2],
    [["--operation", "desk.graphql", "--operation-name", "Nobody"], 2],
    [["--operation", "desk.graphql", "--variables", "[]"], 2],
    [["--operation", "missing.graphql"], 1],
  ])("answers %j with exit code %i and one line", async (args, exitCode) => {
    const result = await explain(...args);
    expect(result.exitCode).toBe(exitCode);
    expect(result.stdout.trim().split("\n")).toHaveLength(1);
    expect(result.json()["ok"]).toBe(false);
  });
});
