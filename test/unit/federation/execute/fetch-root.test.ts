import { buildSchema, GraphQLError } from "graphql";
import { describe, expect, it } from "vitest";
import { createBelievedNames } from "../../../../src/federation/execute/believed-names.js";
import {
  compileRootFetch,
  errorDetails,
  type FetchContext,
  keysOfRenames,
  withoutText,
} from "../../../../src/federation/execute/fetch-root.js";
import { createReaders } from "../../../../src/federation/execute/readers.js";
import type { FetchNode, Rewrite } from "../../../../src/federation/plan/plan.js";
import type { SubgraphAnswer } from "../../../../src/federation/result/subgraph-answer.js";
import { createFetchParser } from "../../../../src/graphql/selected-keys.js";
import { createTypeConditions } from "../../../../src/graphql/type-conditions.js";
import {
  aFetch,
  aFetchContext,
  anExecution,
  answered,
  answeredWithErrors,
} from "../../../support/plan-builders.js";

const schema = buildSchema(`
  type User { id: ID name: String nick: String friend: User }
  type Query { me: User you: User n: Int }
`);
const types = createTypeConditions(schema);
const contextOf = (node: FetchNode, more?: Partial<FetchContext>): FetchContext =>
  aFetchContext(types, node, more);
const run = async (node: FetchNode, answer: SubgraphAnswer, more: Partial<FetchContext> = {}) => {
  const state = anExecution(() => answer);
  await compileRootFetch(node, contextOf(node, more))(state);
  const { data, failures, sent } = state;
  return { data, failures, sent };
};
const rename = (to: string, ...names: readonly string[]): Rewrite => ({
  kind: "rename",
  path: names.map((name) => ({ kind: "key", name })),
  to,
});

describe("a fetch of root fields", () => {
  it("calls its subgraph once, and merges what it requested", async () => {
    const { data, failures, sent } = await run(
      aFetch("a", "{me{id} m:you{id}}"),
      answered({ me: { id: "1" }, m: { id: "2" }, you: { id: "forged" }, n: 9 }),
    );
    expect(data).toEqual({ me: { id: "1" }, m: { id: "2" } });
    expect(failures).toEqual([]);
    expect(sent.map(({ subgraph, query }) => [subgraph, query])).toEqual([["a", "{me{id} m:you{id}}"]]);
  });

  it("takes the keys of fragments, however often they are spread", async () => {
    const operation = "{...F ...F ...on Query{n}} fragment F on Query{me{id}}";
    const { data } = await run(aFetch("a", operation), answered({ me: { id: "1" }, n: 1, you: {} }));
    expect(data).toEqual({ me: { id: "1" }, n: 1 });
  });

  it("fails at each of its keys when the subgraph cannot be requested", async () => {
    const { data, failures } = await run(aFetch("a", "{me{id} m:you{id}}"), {
      kind: "unavailable",
      reason: "timed out",
    });
    expect(data).toEqual({});
    expect(failures).toEqual(
      ["me", "m"].map((key) => ({ kind: "unavailable", subgraph: "a", path: [key], message: "timed out" })),
    );
  });

  it.each([null, undefined])(
    "fails at each of its keys when data is %j and there are no errors",
    async (data) => {
      const { failures } = await run(aFetch("a", "{me{id} n}"), answered(data));
      expect(failures.map(({ kind, path }) => [kind, path])).toEqual([
        ["unavailable", ["me"]],
        ["unavailable", ["n"]],
      ]);
    },
  );

  it("takes nothing from an operation that cannot be found in its text", async () => {
    const node = aFetch("a", "fragment F on Query{me{id}}");
    expect((await run(node, answered({ me: { id: "1" } }))).data).toEqual({});
  });
});

describe("an error reported by a subgraph", () => {
  it("keeps its path, text and extensions", async () => {
    const error = { message: "broken", path: ["me", "friend", 0], extensions: { code: "X" } };
    const { data, failures } = await run(
      aFetch("a", "{me{id}}"),
      answeredWithErrors({ me: { id: "1" } }, error),
    );
    expect(data).toEqual({ me: { id: "1" } });
    expect(failures).toEqual([{ kind: "reported", subgraph: "a", ...error }]);
  });

  it.each([undefined, []])("is reported at each key when its path is %j", async (path) => {
    const { failures } = await run(
      aFetch("a", "{me{id} n}"),
      answeredWithErrors(null, { message: "broken", path }),
    );
    expect(failures.map(({ kind, path: at, message }) => [kind, at, message])).toEqual([
      ["reported", ["me"], "broken"],
      ["reported", ["n"], "broken"],
    ]);
  });

  it("loses its text and extensions where the fetch carries what the caller was not granted", async () => {
    const { failures } = await run(
      aFetch("a", "{me{id}}"),
      answeredWithErrors(null, { message: "no user SECRET", path: ["me"], extensions: { v: "SECRET" } }),
      { isSecretive: () => true },
    );
    expect(JSON.stringify(failures)).not.toContain("SECRET");
    expect(failures).toMatchObject([{ kind: "reported", path: ["me"] }]);
  });

  it("of the local auth subgraph keeps its own error, secretive fetch or not", () => {
    const local = new GraphQLError("too many attempts", { extensions: { code: "RATE_LIMITED" } });
    const error = { message: local.message, path: ["login"], extensions: undefined, local };
    expect(withoutText([error])).toEqual([error]);
    expect(errorDetails(error)).toEqual({ message: "too many attempts", local });
  });
});

describe("renames of a fetch", () => {
  const node = aFetch("a", "{me{id _name:nick}}", { outputRewrites: [rename("name", "me", "_name")] });

  it("bring the key the client knows", async () => {
    const { data } = await run(node, answered({ me: { id: "1", _name: "Ada" } }));
    expect(data).toEqual({ me: { id: "1", name: "Ada" } });
  });

  it("add nothing that was not requested: a key of the subgraph cannot pass for a renamed one", async () => {
    const root = aFetch("a", "{_n:n}", { outputRewrites: [rename("n", "_n")] });
    expect((await run(root, answered({ _n: 1, me: { id: "forged" } }))).data).toEqual({ n: 1 });
  });

  it("are counted among the keys, constants are not", () => {
    const set: Rewrite = { kind: "set", path: [], value: "Thing" };
    expect(keysOfRenames({ outputRewrites: [rename("a", "x"), set, rename("b", "y")] })).toEqual(["a", "b"]);
  });
});

describe("further parts of an answer", () => {
  it("is dropped below what was requested, where another fetch reads it", async () => {
    const node = aFetch("a", "{me{id}}");
    const parseFetch = createFetchParser();
    const readers = createReaders(
      { kind: "sequence", nodes: [node, aFetch("b", "{me{nick}}")] },
      undefined,
      parseFetch,
    );
    const answer = answered({ me: { id: "1", nick: "forged" } });
    expect((await run(node, answer, { readers, parseFetch })).data).toEqual({ me: { id: "1" } });
  });

  it("is no type the subgraph does not have", async () => {
    const abstract = buildSchema(`
      interface Thing { id: ID } type User implements Thing { id: ID } type Admin implements Thing { id: ID }
      type Query { thing: Thing }`);
    const own = createTypeConditions(abstract);
    const names = createBelievedNames(
      abstract,
      own,
      new Map([["a", { names: new Set(["Query", "Thing", "User"]), interfaceObjects: new Set<string>() }]]),
    );
    const node = aFetch("a", "{thing{__typename id}}");
    const answer = answered({ thing: { __typename: "Admin", id: "1" } });
    const { data } = await run(node, answer, { names, types: own });
    expect(data["thing"]).not.toMatchObject({ __typename: "Admin" });
  });

  it("is known to repeat itself where it does", async () => {
    const me = { id: "1" };
    const state = anExecution(() => ({
      kind: "answered",
      data: { me, you: me },
      errors: [],
      bytes: 100,
      repeats: { shared: new Set([me]), savedBytes: 80 },
    }));
    const node = aFetch("a", "{me{id} you{id}}");
    await compileRootFetch(node, contextOf(node))(state);
    expect([state.shared.has(me), state.shared.isMostlyShared]).toEqual([true, true]);
  });

  it("does not come between two runs: nothing of one request is kept for the next", async () => {
    const node = aFetch("a", "{me{id}}");
    const fetchMe = compileRootFetch(node, contextOf(node));
    const states = ["1", "2"].map((id) => anExecution(() => answered({ me: { id } })));
    await Promise.all(states.map((state) => fetchMe(state)));
    expect(states.map(({ data }) => data)).toEqual([{ me: { id: "1" } }, { me: { id: "2" } }]);
  });
});
