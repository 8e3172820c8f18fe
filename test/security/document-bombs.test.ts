import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseCase } from "../support/bypass-case.js";
import { valuesAt } from "../support/bypass-judge.js";
import { type StagedCase, stageCase } from "../support/gateway-harness.js";
import { AUTH_HEADER } from "../support/random-graph-sdl.js";
import { rawRequest } from "../support/raw-http.js";

const WIDTH = 70;
const names = Array.from({ length: WIDTH }, (_, at) => `f${at}`);

/** Seventy fields, each with a scope of its own; an interface with thirty types, every third guarded. */
const SDL = `${AUTH_HEADER}
type Query {
  wide: Wide
  me: User
  nodes: [Node]
  echo(in: In): Int
}
type Wide { ${names.map((name) => `${name}: Int @auth(scopes: ["${name}"])`).join(" ")} }
type User { friend: User name: String ssn: String @auth(scopes: ["pii"]) }
interface Node { id: String next: [Node] }
${Array.from({ length: 30 }, (_, at) => `type N${at} implements Node ${at % 3 === 0 ? '@auth(scopes: ["n"])' : ""} { id: String next: [Node] }`).join("\n")}
input In { a: In b: [In] secret: Int @auth(scopes: ["in"]) }
`;

let stage: StagedCase;
beforeAll(async () => {
  stage = await stageCase(
    parseCase({
      id: "bombs",
      category: "dos",
      source: "own",
      subgraphs: { a: SDL },
      query: "{ __typename }",
      variables: {},
      operationName: null,
      claims: { anonymous: true, scopes: [], fresh: false },
      expect: {},
      why: "",
    }),
  );
});
afterAll(() => stage.close());

const ask = async (query: string, scopes: readonly string[] = [], variables = {}) => {
  const token = await stage.issuer.mint({ anonymous: false, scopes, fresh: true }, stage.nowSeconds());
  const startedMs = performance.now();
  const reply = await rawRequest(
    stage.url,
    "POST",
    ["content-type", "application/json", "authorization", `Bearer ${token}`],
    JSON.stringify({ query, variables }),
  );
  return { ...reply, body: JSON.parse(reply.text), ms: performance.now() - startedMs };
};

describe("many requirements in one document", () => {
  it.each([31, 32, 33, 64, 65, 70])("denies exactly the one that is not held, among %i", async (width) => {
    const asked = names.slice(0, width);
    for (const missing of [0, width >> 1, width - 1]) {
      const held = asked.filter((_, at) => at !== missing);
      const { body } = await ask(`{ wide { ${asked.join(" ")} } }`, held);
      const denied = asked.filter((name) => body.data.wide[name] === null);
      expect(denied).toEqual([asked[missing]]);
      expect(body.errors).toHaveLength(1);
      expect(body.errors[0].path).toEqual(["wide", asked[missing]]);
    }
  });

  it("holds one variant apart from the other when only the last bit differs", async () => {
    const query = `{ wide { ${names.join(" ")} } }`;
    const [last = "", before = ""] = [names.at(-1), names.at(-2)];
    const withoutLast = await ask(query, names.slice(0, -1));
    const withoutBefore = await ask(
      query,
      names.filter((name) => name !== before),
    );
    expect(withoutLast.body.data.wide).toMatchObject({ [last]: null, [before]: expect.any(Number) });
    expect(withoutBefore.body.data.wide).toMatchObject({ [last]: expect.any(Number), [before]: null });
  });

  it("reports at most a hundred errors and then their number", async () => {
    const parts = Array.from({ length: 200 }, (_, at) => `a${at}: ssn`);
    const { body } = await ask(`{ me { ${parts.join(" ")} } }`);
    expect(body.errors).toHaveLength(101);
    expect(valuesAt(body.data, ["me", "a199"])).toEqual([null]);
  });
});

describe("documents made to exhaust", () => {
  const bomb = (depth: number): string => {
    const fragments = Array.from({ length: depth }, (_, at) => {
      const inner = at + 1 === depth ? "ssn" : `a: friend { ...F${at + 1} } b: friend { ...F${at + 1} }`;
      return `fragment F${at} on User { ${inner} }`;
    });
    return `{ me { ...F0 } } ${fragments.join(" ")}`;
  };
  const nested = (depth: number): string => `{ me ${"{ friend ".repeat(depth)}{ name }${"}".repeat(depth)} }`;

  it.each<[string, () => string]>([
    ["2^40 paths through fragments", () => bomb(40)],
    ["selections nested 3 000 deep", () => nested(3_000)],
    [
      "ten thousand aliases",
      () => `{ me { ${Array.from({ length: 10_000 }, (_, at) => `a${at}: name`).join(" ")} } }`,
    ],
    [
      "a thousand fragments in a chain",
      () =>
        `{ me { ...F0 } } ${Array.from({ length: 1_000 }, (_, at) => `fragment F${at} on User { friend { ${at === 999 ? "ssn" : `...F${at + 1}`} } }`).join(" ")}`,
    ],
    [
      "fragments in a ring",
      () => "{ me { ...A } } fragment A on User { friend { ...B } } fragment B on User { friend { ...A } }",
    ],
    [
      "an input object nested 2 000 deep",
      () => `{ echo(in: ${"{ a: ".repeat(2_000)}{ secret: 1 }${" }".repeat(2_000)}) }`,
    ],
    ["twenty thousand directives", () => `{ me { name ${"@include(if: true) ".repeat(20_000)} } }`],
  ])("refuses %s, soon and without a fault", async (_what, write) => {
    const { status, body, ms } = await ask(write());
    expect(status).toBe(400);
    expect(body.errors[0].extensions.code).not.toBe("INTERNAL_SERVER_ERROR");
    expect(ms).toBeLessThan(3_000);
  });

  it("judges an interface of thirty types, four levels down, in bounded time", async () => {
    const level = (depth: number): string => (depth === 0 ? "{ id }" : `{ id next ${level(depth - 1)} }`);
    const { body, status, ms } = await ask(`{ nodes ${level(4)} }`);
    // Precise, over the limit, or judged strictly because precise would be over the limit: all of them are answers.
    expect([200, 400, 403]).toContain(status);
    expect(ms).toBeLessThan(5_000);
    // The answer never contains an object of a guarded type.
    const served = JSON.stringify(body.data ?? null);
    for (const found of served.matchAll(/"N(\d+)\.id/g)) expect(Number(found[1]) % 3).not.toBe(0);
  });

  it("finds a guarded input field however deep a variable holds it", async () => {
    const deep = (levels: number): object => (levels === 0 ? { secret: 1 } : { b: [{}, deep(levels - 1)] });
    const query = "query ($in: In) { echo(in: $in) }";
    const denied = await ask(query, [], { in: deep(40) });
    expect(denied.body.data ?? { echo: null }).toEqual({ echo: null });
    expect(denied.body.errors[0].extensions.code).toBe("FORBIDDEN");
    const granted = await ask(query, ["in"], { in: deep(40) });
    stage.subgraphs[0]?.forget();
    expect(granted.body.data.echo).toEqual(expect.any(Number));
  });

  it.each([1_000, 50_000])("survives a variable nested %i deep", async (levels) => {
    const token = await stage.issuer.mint({ anonymous: false, scopes: [], fresh: true }, stage.nowSeconds());
    const input = `${'{"a":'.repeat(levels)}{"secret":1}${"}".repeat(levels)}`;
    const reply = await rawRequest(
      stage.url,
      "POST",
      ["content-type", "application/json", "authorization", `Bearer ${token}`],
      `{"query":"query ($in: In) { echo(in: $in) }","variables":{"in":${input}}}`,
    );
    expect(JSON.parse(reply.text).data?.echo ?? null).toBeNull();
    expect(reply.status).toBeGreaterThanOrEqual(400);
    expect(reply.status).toBeLessThan(500);
    expect(stage.subgraphs[0]?.requests.filter((each) => each.query.includes("echo"))).toEqual([]);
  });

  it("serves the next caller as if nothing had happened", async () => {
    const { body } = await ask("{ me { name } }");
    expect(body.data.me.name).toEqual(expect.any(String));
  });
});
