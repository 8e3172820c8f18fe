import { buildSchema, getIntrospectionQuery, graphqlSync } from "graphql";
import { describe, expect, it } from "vitest";
import { createSchemaClient } from "../../../../src/page/schema/client.js";
import { demandsOf } from "../../../../src/page/schema/demands.js";
import { load } from "../../../../src/page/schema/load.js";
import type { SchemaCall, SchemaReply } from "../../../../src/page/schema/protocol.js";
import { createSchemaService, replyTo } from "../../../../src/page/schema/service.js";

const HOSTILE = "<img src=x onerror=alert(1)>";
const SCHEMA = buildSchema(`
  """${HOSTILE}"""
  type Query {
    me: User
    product(id: ID!, first: Int = 3): Product
    search(filter: Filter): [Result!]!
  }
  type Mutation { rename(name: String!): User }
  "A person"
  type User implements Node { id: ID! name: String email: String @deprecated(reason: "use name") }
  type Product implements Node { id: ID! price(currency: Currency = EUR): Float }
  interface Node { id: ID! }
  union Result = User | Product
  input Filter { text: String! limit: Int = 10 }
  enum Currency { EUR USD @deprecated }
`);

/** An access map with one demand, at `User.email`. */
const ACCESS = {
  access: {
    version: 1,
    demands: [
      {
        text: "nothing",
        authenticated: false,
        maxAgeSeconds: null,
        verified: true,
        scopes: [],
        policies: [],
        isComplete: true,
      },
      {
        text: "a fresh sign-in",
        authenticated: true,
        maxAgeSeconds: 300,
        verified: true,
        scopes: [],
        policies: [],
        isComplete: true,
      },
    ],
    origins: [{ source: "users", coordinate: "User.email", line: 7, directive: "@auth(fresh: true)" }],
    types: [
      {
        coordinate: "User",
        demand: 0,
        askedBy: [],
        members: [{ coordinate: "User.email", demand: 1, askedBy: [0] }],
      },
    ],
  },
};

const aGateway = async (url: string, init: RequestInit): Promise<Response> => {
  if (url === "/access") return Response.json(ACCESS);
  const { query } = JSON.parse(String(init.body)) as { query: string };
  return Response.json(graphqlSync({ schema: SCHEMA, source: query }));
};

async function aService() {
  const answer = createSchemaService((input) => load(input, aGateway));
  await answer("load", { graphqlUrl: "/graphql", accessToken: undefined, accessUrl: "/access" });
  /** `|` is the cursor. */
  const at = (text: string) => ({ text: text.replace("|", ""), offset: text.indexOf("|") });
  return { answer, at };
}

describe("the schema service", () => {
  it("loads the schema as the caller, and the access map", async () => {
    const sent: Headers[] = [];
    const loaded = await load(
      { graphqlUrl: "/graphql", accessToken: "token", accessUrl: "/access" },
      (url, init) => {
        sent.push(new Headers(init.headers));
        return aGateway(url, init);
      },
    );
    expect(loaded).toMatchObject({ kind: "loaded", hasAccess: true });
    expect(sent[0]?.get("authorization")).toBe("Bearer token");
    expect(sent[1]?.get("authorization")).toBeNull();
  });

  it.each([
    [
      () => Promise.resolve(Response.json({ errors: [{ message: "Introspection is off." }] })),
      "Introspection is off.",
    ],
    [() => Promise.resolve(Response.json({ data: null }, { status: 403 })), "The gateway answered HTTP 403."],
    [() => Promise.reject(new TypeError("x")), "The gateway cannot be reached."],
    [() => Promise.resolve(Response.json({ data: { __schema: { types: 3 } } })), /could not be read/],
  ])("says why there is no schema", async (fetch, message) => {
    const loaded = await load({ graphqlUrl: "/g", accessToken: undefined, accessUrl: undefined }, fetch);
    expect(loaded).toMatchObject({ kind: "refused", message: expect.stringMatching(message) });
  });

  it("finds mistakes where they are, and warns of deprecated fields", async () => {
    const { answer } = await aService();
    const text = "{ me { nam email } }";
    expect(await answer("diagnose", { text })).toEqual([
      expect.objectContaining({
        from: 7,
        to: 10,
        severity: "error",
        message: expect.stringContaining('"nam"'),
      }),
    ]);
    expect(await answer("diagnose", { text: "{ me { email } }" })).toEqual([
      expect.objectContaining({ from: 7, to: 12, severity: "warning" }),
    ]);
    expect(await answer("diagnose", { text: "{ me {" })).toEqual([
      expect.objectContaining({ severity: "error", message: expect.stringContaining("Syntax Error") }),
    ]);
    expect(await answer("diagnose", { text: "# nothing\n\n" })).toEqual([]);
  });

  it("completes fields, arguments and values", async () => {
    const { answer, at } = await aService();
    const labels = async (text: string) =>
      ((await answer("complete", at(text))) as { label: string }[]).map(({ label }) => label);
    expect(await labels("{ me { na| } }")).toContain("name");
    expect(await labels("{ me { | } }")).toEqual(expect.arrayContaining(["id", "name"]));
    expect((await labels("{ product(| ) { id } }")).join()).toMatch(/id.*first|first.*id/);
    expect(await labels("{ search(filter: {| }) { __typename } }")).not.toEqual([]);
  });

  it("explains what is under the pointer, with its demand", async () => {
    const { answer, at } = await aService();
    expect(await answer("hover", at("{ me { em|ail } }"))).toMatchObject({
      signature: "User.email: String",
      deprecated: "use name",
      demand: { text: "a fresh sign-in", askedBy: [{ source: "users", line: 7 }] },
    });
    expect(await answer("hover", at("{ me { ... on Us|er { id } } }"))).toMatchObject({
      description: "A person",
    });
    expect(await answer("hover", at("{ product(fi|rst: 1) { id } }"))).toMatchObject({
      signature: "first: Int",
    });
    expect(await answer("hover", at("{ un|known }"))).toBeUndefined();
    expect(await answer("hover", at("{ me |  { id } }"))).toBeUndefined();
  });

  it("checks variables against their definitions", async () => {
    const { answer } = await aService();
    const text =
      "query A($id: ID!, $filter: Filter) { product(id: $id) { id } search(filter: $filter) { __typename } } query B { me { id } }";
    const check = async (variables: Readonly<Record<string, unknown>>, operationName = "A") =>
      (
        (await answer("checkVariables", { text, operationName, variables })) as {
          variable: string;
          severity: string;
        }[]
      ).map(({ variable, severity }) => [variable, severity]);
    expect(await check({ id: "1" })).toEqual([]);
    expect(await check({})).toEqual([["id", "error"]]);
    expect(await check({ id: "1", filter: { text: 3, wrong: 1 } })).toEqual([
      ["filter", "error"],
      ["filter", "error"],
    ]);
    expect(await check({ id: "1", other: 1 })).toEqual([["other", "warning"]]);
    expect(await check({ id: "1" }, "B")).toEqual([["id", "warning"]]);
    expect(
      await answer("checkVariables", { text: "{ broken", operationName: undefined, variables: { a: 1 } }),
    ).toEqual([]);
  });

  it("finds types and members, the best first", async () => {
    const { answer } = await aService();
    const found = async (words: string) =>
      ((await answer("search", { words })) as { hits: { coordinate: string; isGuarded: boolean }[] }).hits;
    expect((await found("")).slice(0, 2).map(({ coordinate }) => coordinate)).toEqual(["Query", "Mutation"]);
    expect((await found("email"))[0]).toMatchObject({ coordinate: "User.email", isGuarded: true });
    expect((await found("user"))[0]).toMatchObject({ coordinate: "User", isGuarded: false });
    expect(await found("user nothing")).toEqual([]);
    expect((await found("")).some(({ coordinate }) => coordinate.startsWith("__"))).toBe(false);
  });

  it("describes a type with what is written of it, as it is written", async () => {
    const { answer } = await aService();
    expect(await answer("describe", { type: "Query" })).toMatchObject({
      root: "query",
      description: HOSTILE,
    });
    expect(await answer("describe", { type: "User" })).toMatchObject({
      kind: "object",
      interfaces: ["Node"],
      usedBy: expect.arrayContaining(["Query.me", "Mutation.rename"]),
      members: expect.arrayContaining([
        expect.objectContaining({
          name: "email",
          deprecated: "use name",
          demand: expect.objectContaining({ maxAgeSeconds: 300 }),
        }),
      ]),
    });
    expect(await answer("describe", { type: "Product" })).toMatchObject({
      members: expect.arrayContaining([
        expect.objectContaining({
          name: "price",
          arguments: [expect.objectContaining({ defaultValue: "EUR" })],
        }),
      ]),
    });
    expect(await answer("describe", { type: "Result" })).toMatchObject({
      possibleTypes: ["User", "Product"],
    });
    expect(await answer("describe", { type: "Gone" })).toBeUndefined();
  });

  it("uses the later of two schemas, whichever arrives first", async () => {
    const waiting: ((message: string) => void)[] = [];
    const answer = createSchemaService(
      () => new Promise((resolve) => waiting.push((message) => resolve({ kind: "refused", message }))),
    );
    const input = { graphqlUrl: "/g", accessToken: undefined, accessUrl: undefined };
    const [first, second] = [answer("load", input), answer("load", input)];
    waiting[1]?.("the later");
    waiting[0]?.("the earlier");
    expect(await second).toMatchObject({ message: "the later" });
    expect(await first).toMatchObject({ message: "The schema was asked for again." });
  });

  it("knows no demands of a map it does not understand", () => {
    expect(graphqlSync({ schema: SCHEMA, source: getIntrospectionQuery() }).errors).toBeUndefined();
    const demandOf = demandsOf(ACCESS.access as unknown as Parameters<typeof demandsOf>[0]); // the parts that are read
    expect(demandOf("User")).toBeUndefined();
    expect(demandOf("Gone.gone")).toBeUndefined();
  });
});

describe("the client of the schema worker", () => {
  it("gives each question its answer, and a failure its message", async () => {
    const listeners: ((event: { readonly data: SchemaReply }) => void)[] = [];
    const calls: SchemaCall[] = [];
    let opened = 0;
    const ask = createSchemaClient(() => {
      opened += 1;
      return {
        postMessage: (call) => void calls.push(call),
        addEventListener: (_type, listener) => void listeners.push(listener),
      };
    });
    expect(opened).toBe(0);
    const [one, two] = [ask("search", { words: "a" }), ask("describe", { type: "B" })];
    const reply = (data: SchemaReply): void => {
      for (const listener of listeners) listener({ data });
    };
    reply({ id: calls[1]?.id ?? 0, kind: "failed", message: "broken" });
    reply({ id: calls[0]?.id ?? 0, kind: "done", output: { total: 0, hits: [] } });
    expect(await one).toEqual({ total: 0, hits: [] });
    await expect(two).rejects.toThrow("broken");
    expect(opened).toBe(1);
  });

  it("is answered when the service fails, too", async () => {
    const failing = () => Promise.reject(new Error("broken"));
    expect(await replyTo(failing, { id: 4, verb: "search", input: {} })).toEqual({
      id: 4,
      kind: "failed",
      message: "broken",
    });
  });
});
