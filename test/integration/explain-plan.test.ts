import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runHere } from "../support/command-in-process.js";
import { AUTH_HEADER } from "../support/random-graph-sdl.js";

const example = (name: string): string =>
  fileURLToPath(new URL(`../../schema/examples/${name}.graphql`, import.meta.url));
const SUBGRAPHS = ["members", "loans"].flatMap((name) => [
  "--subgraph",
  `${name}=http://127.0.0.1:1/=${example(name)}`,
]);
const OPERATIONS = `
query Desk($withdrawn: Boolean, $more: Boolean!) {
  titles(includeWithdrawn: $withdrawn) { name }
  currentMember { name address @include(if: $more) loans { dueInDays } }
}
mutation Move { moveHouse(address: "elsewhere") { id } again: moveHouse(address: "there") { id } }
`;

const SECRET = "correct-horse-battery";
/** "Required fields across two keys" of docs/reference/known-limits.md: the planner finds no plan for `rate`. */
const TWO_KEYS = {
  ratings: `type Query { rated: [Item] }
    type Item @key(fields: "code") { code: String! cost: Int @external rate: Int @requires(fields: "cost") }`,
  prices: `type Item @key(fields: "id") @key(fields: "code") { id: ID! code: String! price: Int }`,
  costs: `type Item @key(fields: "id") { id: ID! price: Int @external cost: Int @requires(fields: "price") }`,
};

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cardea-explain-"));
  const files = {
    desk: OPERATIONS,
    invalid: "{ nobody }",
    schema: "{ __typename }",
    broken: "query {",
    login: `mutation { login(input: { username: "ada", password: "${SECRET}" }) { __typename } }`,
    "secret-default": `mutation ($p: Secret! = "${SECRET}") { login(input: { username: "ada", password: $p }) { __typename } }`,
    unplanned: "{ rated { rate } }",
    planned: "{ rated { cost } }",
    ...Object.fromEntries(Object.entries(TWO_KEYS).map(([name, sdl]) => [name, AUTH_HEADER + sdl])),
  };
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, `${name}.graphql`), text);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const explain = (file: string, ...args: string[]) =>
  runHere(["explain", ...SUBGRAPHS, "--operation", join(folder, `${file}.graphql`), "--plan", ...args]);

interface Fetch {
  readonly kind: string;
  readonly nodes?: readonly Fetch[];
  readonly subgraph?: string;
  readonly operation?: string;
  readonly at?: readonly string[];
  readonly guards?: readonly { readonly coordinate: string; readonly allowedAs: string }[];
}
interface Plan {
  readonly judged: string;
  readonly parts: readonly { readonly prepared: string; readonly plan: Fetch | null }[];
}
const planOf = async (file: string, ...args: string[]): Promise<Plan> => {
  const { code, text } = await explain(file, ...args, "--json");
  expect(code, text).toBe(0);
  return (JSON.parse(text) as { readonly plan: Plan }).plan;
};
const fetchesOf = (node: Fetch | null | undefined): readonly Fetch[] =>
  node === null || node === undefined
    ? []
    : node.kind === "fetch"
      ? [node]
      : (node.nodes ?? []).flatMap(fetchesOf);

const DESK = ["--operation-name", "Desk"];
const MORE = ["--variables", '{"more":true}'];
const LESS = ["--variables", '{"more":false}'];

describe("cardea explain --plan", () => {
  it("shows the judged document, the prepared document, and the guards in front of each fetch", async () => {
    const { judged, parts } = await planOf("desk", ...DESK, ...MORE);
    expect(judged).toContain("address @include(if: $more)  # signed in, scopes");
    expect(parts).toHaveLength(1);
    expect(parts[0]?.prepared).not.toContain("@include");
    const fetches = fetchesOf(parts[0]?.plan);
    const guards = Object.fromEntries(
      fetches.map(({ subgraph, at, guards: list }) => [
        `${subgraph} ${at?.join()}`,
        list?.map(({ coordinate }) => coordinate),
      ]),
    );
    expect(guards).toEqual({
      "members ": ["Query.currentMember", "Member.address"],
      "loans ": ["Query.titles(includeWithdrawn:)"],
      "loans currentMember": ["Member.loans", "Loan"],
    });
  });

  it("plans what is left for a caller: no fetch carries what was denied", async () => {
    const { judged, parts } = await planOf("desk", ...DESK, ...MORE, "--scopes", "desk loans:write");
    expect(judged).toMatch(/loans \{ {2}# .* => FORBIDDEN/);
    const fetches = fetchesOf(parts[0]?.plan);
    expect(fetches.map(({ subgraph }) => subgraph).sort()).toEqual(["loans", "members"]);
    expect(JSON.stringify(fetches)).not.toContain("dueInDays");
  });

  it("plans by the values of conditions", async () => {
    const { parts } = await planOf("desk", ...DESK, ...LESS);
    expect(parts[0]?.prepared).not.toContain("address");
    expect(JSON.stringify(parts[0]?.plan)).not.toContain("address");
  });

  it("makes a part of each root field of a mutation, and none of a refused one", async () => {
    const served = await planOf("desk", "--operation-name", "Move", "--auth-age", "1");
    expect(served.parts.map(({ prepared }) => /again/.test(prepared))).toEqual([false, true]);
    const refused = await planOf("desk", "--operation-name", "Move", "--anonymous");
    expect(refused.judged).toContain("=> UNAUTHENTICATED");
    expect(refused.parts).toEqual([]);
  });

  it("shows no fetch where the gateway answers by itself", async () => {
    expect((await planOf("schema")).parts.flatMap(({ plan }) => fetchesOf(plan))).toEqual([]);
  });

  it("prints the stages for people, each fetch below its guards", async () => {
    const { code, text } = await explain("desk", ...DESK, ...MORE);
    expect(code).toBe(0);
    expect([...text.matchAll(/^(judged|prepared|plan):$/gm)].map(([, title]) => title)).toEqual([
      "judged",
      "prepared",
      "plan",
    ]);
    expect(text).toMatch(
      /fetch loans for currentMember\n +guard Member\.loans: signed in, scopes loans:read\n(.*\n)* +sends \.\.\.on Member\{__typename id\}\n +query\(/,
    );
  });

  it.each<[string, string, readonly string[], number, RegExp]>([
    [
      "an operation that is not in the file",
      "desk",
      ["--operation-name", "Nobody"],
      2,
      /no operation of that name/,
    ],
    ["several operations without a name", "desk", MORE, 2, /several operations and no name was given/],
    ["a condition without a value", "desk", DESK, 2, /\$more/],
    ["a condition that is no Boolean", "desk", [...DESK, "--variables", '{"more":"yes"}'], 2, /\$more/],
    ["variables that are no object", "desk", [...DESK, "--variables", "true"], 2, /JSON object/],
    ["an operation that is not valid", "invalid", [], 1, /nobody/],
    ["a document that does not parse", "broken", [], 1, /Syntax Error/],
    ["a file that is not there", "missing", [], 1, /cannot be read/],
  ])("refuses %s", async (_name, file, args, exitCode, expected) => {
    const { code, text } = await explain(file, ...args);
    expect(text).toMatch(expected);
    expect(code).toBe(exitCode);
  });

  it.each([
    ["an argument", "login", []],
    ["an argument, without --plan", "login", undefined],
    ["the default of a variable", "secret-default", ["--variables", "{}"]],
  ])("refuses a password that stands in the document as %s, and prints none of it", async (_, file, args) => {
    const operation = ["--operation", join(folder, `${file}.graphql`), "--anonymous"];
    const { code, text } = await (args === undefined
      ? runHere(["explain", ...SUBGRAPHS, ...operation])
      : explain(file, "--anonymous", ...args));
    expect(text).toContain("A secret cannot be a literal in the document: use a variable.");
    expect(text).not.toContain(SECRET);
    expect(code).toBe(1);
  });

  it("says that the planner finds no plan, and explains what it finds one for", async () => {
    const subgraphs = Object.keys(TWO_KEYS).flatMap((name) => [
      "--subgraph",
      `${name}=http://127.0.0.1:1/=${join(folder, `${name}.graphql`)}`,
    ]);
    const ask = (file: string) =>
      runHere(["explain", ...subgraphs, "--operation", join(folder, `${file}.graphql`), "--plan", "--json"]);
    const { code, text } = await ask("unplanned");
    expect(JSON.parse(text)).toMatchObject({
      ok: false,
      problems: [
        {
          kind: "OPERATION_UNPLANNABLE",
          where: join(folder, "unplanned.graphql"),
          found: "the planner found no plan",
        },
      ],
    });
    expect(code).toBe(1);
    expect(await ask("planned")).toMatchObject({ code: 0 });
  });

  it("takes --plan beside --operation alone", async () => {
    expect(await runHere(["explain", ...SUBGRAPHS, "--schema", "--plan"])).toEqual({
      code: 2,
      text: "error: --plan requires --operation",
    });
  });
});
