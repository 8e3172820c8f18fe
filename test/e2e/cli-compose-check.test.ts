import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSchema } from "graphql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runInProcess } from "../support/command-in-process.js";
import { runCommand, withFolder } from "../support/command-line.js";

const example = (name: string) =>
  fileURLToPath(new URL(`../../schema/examples/${name}.graphql`, import.meta.url));
const MEMBERS = await readFile(example("members"), "utf8");
const LOANS = await readFile(example("loans"), "utf8");

let folder: Awaited<ReturnType<typeof withFolder>>;
beforeEach(async () => {
  folder = await withFolder();
  await writeFile(join(folder.path, "members.graphql"), MEMBERS);
  await writeFile(join(folder.path, "loans.graphql"), LOANS);
});
afterEach(() => folder.remove());

const cardea = (...args: string[]) => runInProcess(args, { cwd: folder.path });
/** The compiled program, in a process of its own. */
const program = (...args: string[]) => runCommand(args, { cwd: folder.path });
const write = (name: string, text: string) => writeFile(join(folder.path, name), text);
const read = (name: string) => readFile(join(folder.path, name), "utf8");
const BOTH = [
  "--subgraph",
  "members=http://127.0.0.1:4101/graphql=members.graphql",
  "--subgraph",
  "loans=http://127.0.0.1:4102/graphql?a=b=loans.graphql",
];
const noStack = /\n\s+at \S+ \(/;

describe.each(["compose", "check"])("cardea %s", (verb) => {
  it("refuses what the query planner refuses, as `serve` does", async () => {
    await write(
      "shelves.graphql",
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@provides"])
       type Query { shelf: Shelf } type Shelf { pets: [Pet] @provides(fields: "__typename name") }
       type Pet @key(fields: "id") { id: ID! name: String @external }`,
    );
    await write(
      "pets.graphql",
      `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
       type Pet @key(fields: "id") { id: ID! name: String }`,
    );
    const named = ["shelves", "pets"].flatMap((name) => [
      "--subgraph",
      `${name}=http://127.0.0.1:4103=${name}.graphql`,
    ]);
    const result = await cardea(verb, "--no-auth", ...named, "--json");
    expect(result.exitCode).toBe(1);
    expect(result.json()).toMatchObject({ ok: false, problems: [{ kind: "SUPERGRAPH_UNPLANNABLE" }] });
  });
});

describe("cardea compose", () => {
  it("writes a supergraph with every guard, and the auth subgraph in it", async () => {
    const result = await program("compose", ...BOTH, "--out", "s.graphql", "--json");
    expect(result.exitCode).toBe(0);
    expect(result.json()).toEqual({
      ok: true,
      subgraphs: ["members", "loans", "auth"],
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      out: "s.graphql",
    });
    const sdl = await read("s.graphql");
    expect(sdl).toContain('@auth(scopes: ["loans:exceptions"])');
    expect(sdl).toContain('url: "cardea://auth"');
    expect(sdl).toContain('url: "http://127.0.0.1:4102/graphql?a=b"');
  });

  it("prints only the supergraph on standard output, and omits the auth subgraph with --no-auth", async () => {
    const result = await cardea("compose", ...BOTH, "--no-auth");
    expect(result.exitCode).toBe(0);
    expect(result.stdout).not.toContain("cardea://auth");
    expect(() => buildSchema(result.stdout, { assumeValidSDL: true })).not.toThrow();
  });

  it("reads subgraphs and the prefix of the auth subgraph from a configuration", async () => {
    await write(
      "cardea.config.yaml",
      [
        "subgraphs:",
        "  - { name: members, url: 'http://127.0.0.1:4101', sdl: members.graphql }",
        "  - { name: loans, url: 'http://127.0.0.1:4102', sdl: loans.graphql }",
        "authSubgraph: { prefix: library }",
      ].join("\n"),
    );
    const result = await cardea("compose", "--config", "cardea.config.yaml");
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toContain("libraryLogin");
  });

  it("asks a running subgraph for its schema", async () => {
    const server: Server = createServer((_request, response) =>
      response.end(JSON.stringify({ data: { _service: { sdl: MEMBERS } } })),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo; // listening on TCP
    const result = await cardea("compose", "--subgraph", `members=http://127.0.0.1:${port}`, "--no-auth");
    await new Promise((resolve) => server.close(resolve));
    expect(result.exitCode).toBe(0);
    expect(result.stdout).toContain("currentMember");
  });

  it.each([
    ["forgets @composeDirective", '@composeDirective(name: "@auth")', "", '@composeDirective(name: "@auth")'],
    [
      "forgets the link",
      '@link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])',
      "",
      "https://specs.cardea.dev/auth/v1.0",
    ],
    ["forgets repeatable", ") repeatable on", ") on", "repeatable"],
    ["guards with a scope that has a space", '"members:list"', '"members list"', "Query.members"],
    ["guards with an empty anyOf", "fresh: true", "anyOf: []", "Mutation.moveHouse"],
  ])("refuses a subgraph that %s, naming it and the fix", async (_name, from, to, named) => {
    await write("members.graphql", MEMBERS.replace(from, to));
    const result = await cardea("compose", ...BOTH, "--out", "s.graphql");
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("[members]");
    expect(result.stderr).toContain(named);
    expect(result.stderr).not.toMatch(noStack);
    await expect(read("s.graphql")).rejects.toThrow();
  });

  it("refuses a subgraph that would take a field of the auth subgraph", async () => {
    await write(
      "members.graphql",
      MEMBERS.replace("type Mutation {", "type Mutation {\n  login(name: String): String"),
    );
    const result = await cardea("compose", ...BOTH, "--json");
    expect(result.exitCode).toBe(1);
    expect(result.json()["ok"]).toBe(false);
    expect(result.stdout).toContain("login");
  });

  it("replaces the file atomically, and reports a path that it cannot write", async () => {
    await write("s.graphql", "old");
    expect((await cardea("compose", ...BOTH, "--out", "s.graphql")).exitCode).toBe(0);
    expect(await readdir(folder.path)).toEqual(["loans.graphql", "members.graphql", "s.graphql"]);
    const refused = await cardea("compose", ...BOTH, "--out", "members.graphql/s.graphql");
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain("cannot be written");
  });

  it("names every subgraph that does not answer, at once", async () => {
    const result = await cardea(
      "compose",
      "--subgraph",
      "a=http://127.0.0.1:1/",
      "--subgraph",
      "b=http://127.0.0.1:1/",
    );
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("[a]");
    expect(result.stderr).toContain("[b]");
  });

  it.each(["members", "members=ftp://x", "=http://x", "9=http://x"])(
    "calls --subgraph %s misuse",
    async (flag) => {
      const result = await cardea("compose", "--subgraph", flag, "--json");
      expect(result.exitCode).toBe(2);
      expect(result.json()).toEqual({ ok: false, usage: expect.stringContaining("name=url") });
    },
  );
});

describe("cardea check", () => {
  const compose = (out: string) => cardea("compose", ...BOTH, "--out", out);

  it("finds nothing wrong with a graph that keeps its guards", async () => {
    await compose("s.graphql");
    const result = await program("check", "--supergraph", "s.graphql", ...BOTH, "--json");
    expect(result.exitCode).toBe(0);
    expect(result.json()).toEqual({
      ok: true,
      checked: ["subgraphs", "supergraph"],
      subgraphs: ["members", "loans"],
      warnings: [],
    });
  });

  it("warns of lists one hidden item empties, and of credentials a stolen token may change", async () => {
    const risky = `${MEMBERS}
      extend type Query { notes: [Note!] }
      union Note = OpenNote | StaffNote
      type OpenNote { id: ID! }
      type StaffNote @auth(scopes: ["staff"]) { id: ID! }
      extend type Mutation { changePassword(to: String!): Boolean @auth }`;
    await write("members.graphql", risky);
    await compose("s.graphql");
    const result = await cardea("check", "--supergraph", "s.graphql", ...BOTH, "--json");
    expect(result.exitCode).toBe(0);
    const warnings = result.json()["warnings"] as readonly { readonly coordinate: string }[];
    expect(warnings.map(({ coordinate }) => coordinate).sort()).toEqual([
      "Mutation.changePassword",
      "Query.notes",
    ]);
    const checked = await cardea("check", "--supergraph", "s.graphql", ...BOTH);
    expect(checked.exitCode).toBe(0);
    expect(checked.stdout).toContain("warning: Query.notes: ");
  });

  it("refuses a supergraph composed elsewhere that has lost a guard", async () => {
    await compose("s.graphql");
    await write("s.graphql", (await read("s.graphql")).replace('@auth(scopes: ["members:list"])', ""));
    const alone = await cardea("check", "--supergraph", "s.graphql");
    expect(alone.exitCode).toBe(0);
    const result = await cardea("check", "--supergraph", "s.graphql", ...BOTH, "--json");
    expect(result.exitCode).toBe(1);
    expect(result.json()["problems"]).toEqual([
      expect.objectContaining({ kind: "LOST_GUARD", subgraph: "members", where: "Query.members" }),
    ]);
  });

  it("asks the running subgraphs a supergraph names, and refuses when one of them guards more", async () => {
    let sdl = MEMBERS;
    const server: Server = createServer((_request, response) =>
      response.end(JSON.stringify({ data: { _service: { sdl } } })),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo; // listening on TCP
    await cardea("compose", "--subgraph", `members=http://127.0.0.1:${port}/`, "--out", "s.graphql");
    const sound = await cardea("check", "--supergraph", "s.graphql", "--running", "--json");
    expect(sound.json()).toMatchObject({
      ok: true,
      checked: ["subgraphs", "supergraph"],
      subgraphs: ["members"],
    });

    sdl = MEMBERS.replace("name: String!", 'name: String! @auth(scopes: ["members:name"])');
    const lost = await cardea("check", "--supergraph", "s.graphql", "--running", "--json");
    expect(lost.exitCode).toBe(1);
    expect(lost.json()["problems"]).toEqual([
      expect.objectContaining({ kind: "LOST_GUARD", where: "Member.name" }),
    ]);

    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    const silent = await cardea("check", "--supergraph", "s.graphql", "--running", "--json");
    expect(silent.exitCode).toBe(1);
    expect(silent.json()["problems"]).toEqual([
      expect.objectContaining({ kind: "NO_SDL", subgraph: "members" }),
    ]);
  });

  it("refuses a guard that cannot be read", async () => {
    await compose("s.graphql");
    await write("s.graphql", (await read("s.graphql")).replace("@auth(fresh: true)", "@auth(frsh: true)"));
    const result = await cardea("check", "--supergraph", "s.graphql");
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("Mutation.moveHouse");
    expect(result.stderr).not.toMatch(noStack);
  });

  it("lists what is newly open against an older supergraph", async () => {
    await compose("old.graphql");
    await write("loans.graphql", LOANS.replace('type Loan @auth(scopes: ["loans:read"]) {', "type Loan {"));
    await compose("new.graphql");
    const result = await cardea("check", "--supergraph", "new.graphql", "--against", "old.graphql", "--json");
    expect(result.exitCode).toBe(1);
    const problems = result.json()["problems"] as readonly {
      readonly kind: string;
      readonly where: string;
    }[];
    expect(problems.every(({ kind }) => kind === "NEWLY_OPEN")).toBe(true);
    expect(problems.map(({ where }) => where)).toContain("Loan.dueInDays");
    const back = await cardea("check", "--supergraph", "old.graphql", "--against", "new.graphql");
    expect(back.exitCode).toBe(0);
  });

  it("reports all problems of a configuration at once", async () => {
    await write("c.yaml", "supergraf: x\nserver: { prot: 1 }\n");
    const result = await cardea("check", "--config", "c.yaml");
    expect(result.exitCode).toBe(1);
    expect(result.stderr).toContain("supergraf");
    expect(result.stderr).toContain("prot");
    expect(result.stderr).not.toMatch(noStack);
  });

  it.each([
    ["--supergraph", "broken.graphql"],
    ["--supergraph", "broken.graphql", "--running"],
    ["--supergraph", "s.graphql", "--against", "broken.graphql"],
    ["--supergraph", "nowhere.graphql"],
  ])("refuses %s %s %s as one problem, without a stack", async (...flags) => {
    await compose("s.graphql");
    await write("broken.graphql", "type Query { me: ");
    const result = await cardea("check", ...flags.filter((flag) => flag !== undefined), "--json");
    expect(result.exitCode).toBe(1);
    expect(result.json()["problems"]).toEqual([expect.objectContaining({ kind: "UNREADABLE_SUPERGRAPH" })]);
  });

  it("is misuse without anything to look at", async () => {
    const result = await cardea("check");
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("--supergraph");
  });
});
