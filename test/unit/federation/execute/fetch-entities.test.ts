import { buildSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { compileBatchFetch, compileEntityFetch } from "../../../../src/federation/execute/fetch-entities.js";
import type { FetchContext } from "../../../../src/federation/execute/fetch-root.js";
import { createReaders } from "../../../../src/federation/execute/readers.js";
import type { FetchNode, PathStep, PlanNode } from "../../../../src/federation/plan/plan.js";
import type { JsonObject, JsonValue } from "../../../../src/federation/result/json.js";
import type { SubgraphAnswer } from "../../../../src/federation/result/subgraph-answer.js";
import { createFetchParser } from "../../../../src/graphql/selected-keys.js";
import { createTypeConditions } from "../../../../src/graphql/type-conditions.js";
import {
  aBatch,
  aFetchContext,
  anEntityFetch,
  anExecution,
  answered,
  answeredWithErrors,
  flattened,
  pathOf,
  required,
} from "../../../support/plan-builders.js";

const types = createTypeConditions(
  buildSchema(`
    type User { id: ID name: String place: Place friend: User }
    type Post { id: ID text: String }
    type Place { town: String }
    type Query { users: [User] me: User posts: [Post] }
  `),
);
const contextOf = (node: PlanNode, more?: Partial<FetchContext>): FetchContext =>
  aFetchContext(types, node, more);
const USERS = pathOf("users", "@");
const NAMES = anEntityFetch("b", "{...on User{name}}", [required("User", "id")]);
const user = (id: string, more: object = {}) => ({ __typename: "User", id, ...more }) as JsonObject;
const users = (...ids: readonly string[]): JsonObject => ({ users: ids.map((id) => user(id)) });

const run = async (
  data: JsonObject,
  answer: SubgraphAnswer,
  {
    node = NAMES,
    path = USERS,
    mustCopy = false,
    ...more
  }: Partial<FetchContext> & {
    readonly node?: FetchNode;
    readonly path?: readonly PathStep[];
    readonly mustCopy?: boolean;
  } = {},
) => {
  const state = anExecution(() => answer, { data });
  await compileEntityFetch(node, path, contextOf(flattened(path, node), more), mustCopy)(state);
  return {
    data: state.data,
    failures: state.failures.map(({ kind, path: at, message }) => ({ kind, path: at, message })),
    sent: state.sent.map(({ variablesText }) => JSON.parse(variablesText) as JsonValue),
  };
};
const entities = (...answers: readonly unknown[]) => answered({ _entities: answers });

describe("a fetch of entities", () => {
  it("sends each entity once, and gives each place its own answer", async () => {
    const { data, sent, failures } = await run(
      users("1", "2", "1"),
      entities({ name: "Ada" }, { name: "Bob" }),
    );
    expect(sent).toEqual([{ representations: [user("1"), user("2")] }]);
    expect(data).toEqual({
      users: [user("1", { name: "Ada" }), user("2", { name: "Bob" }), user("1", { name: "Ada" })],
    });
    expect(failures).toEqual([]);
  });

  it.each([
    {},
    { users: [] },
    { users: null },
    { users: [null, { __typename: "Post", id: "1" }, { id: "1" }] },
  ])("calls no subgraph when there are none: %j", (data) => {
    const state = anExecution(() => entities(), { data: data as JsonObject });
    expect(compileEntityFetch(NAMES, USERS, contextOf(NAMES), false)(state)).toBeUndefined();
    expect(state.sent).toEqual([]);
  });

  it("takes no key that it did not request, not even the key of the entity", async () => {
    const { data } = await run(users("1"), entities({ id: "2", name: "Ada", place: { town: "Oslo" } }));
    expect(data).toEqual({ users: [user("1", { name: "Ada" })] });
  });

  it("never sends a client variable in place of its representations", async () => {
    const state = anExecution(() => entities({ name: "Ada" }), {
      data: users("1"),
      variables: { representations: [user("forged")] },
    });
    await compileEntityFetch(NAMES, USERS, contextOf(NAMES), false)(state);
    expect(state.sent.map(({ variablesText }) => JSON.parse(variablesText) as unknown)).toEqual([
      { representations: [user("1")] },
    ]);
  });

  it("copies an answer for its second place where a later fetch writes below", async () => {
    const node = anEntityFetch("b", "{...on User{place{town}}}", [required("User", "id")]);
    for (const mustCopy of [true, false]) {
      const { data } = await run(users("1", "1"), entities({ place: { town: "Oslo" } }), { node, mustCopy });
      const [first, second] = data["users"] as JsonObject[];
      expect(second).toEqual(first);
      expect(second?.["place"] === first?.["place"]).toBe(!mustCopy);
    }
  });
});

describe("an answer of another length", () => {
  it.each([
    [[{ name: "Ada" }], "1 entities where 2 were asked for"],
    [[{ name: "Ada" }, { name: "Bob" }, { name: "Eve" }], "3 entities where 2 were asked for"],
    [[], "0 entities where 2 were asked for"],
    ["text", "entities that are not a list where 2 were asked for"],
    [null, "entities that are not a list where 2 were asked for"],
    [
      { 0: { name: "Ada" }, 1: { name: "Bob" }, length: 2 },
      "entities that are not a list where 2 were asked for",
    ],
    [undefined, "entities that are not a list where 2 were asked for"],
  ])("does not assign its items to entities: %j", async (answer, message) => {
    const { data, failures } = await run(users("1", "2"), answered({ _entities: answer }));
    expect(data).toEqual(users("1", "2"));
    expect(failures).toEqual([
      { kind: "shape", path: ["users", 0], message },
      { kind: "shape", path: ["users", 1], message },
    ]);
  });

  it("is reported by the subgraph's own errors if it has some", async () => {
    const { failures } = await run(
      users("1"),
      answeredWithErrors({ _entities: null }, { message: "broken" }),
    );
    expect(failures).toEqual([{ kind: "reported", path: ["users"], message: "broken" }]);
  });
});

describe("no answer", () => {
  it("fails at every place of every entity", async () => {
    const { failures } = await run(users("1", "2", "1"), { kind: "unavailable", reason: "timed out" });
    expect(failures.map(({ kind, path, message }) => [kind, path, message])).toEqual(
      [0, 2, 1].map((index) => ["unavailable", ["users", index], "timed out"]),
    );
  });

  it("of more than twenty places is reported once, at the place without a list index", async () => {
    const ids = Array.from({ length: 21 }, (_, n) => String(n));
    const many = await run(users(...ids), { kind: "unavailable", reason: "timed out" });
    expect(many.failures).toEqual([{ kind: "unavailable", path: ["users"], message: "timed out" }]);
    const few = await run(users(...ids.slice(1)), { kind: "unavailable", reason: "timed out" });
    expect(few.failures).toHaveLength(20);
  });

  it.each([null, undefined])("is data %j without errors", async (data) => {
    const { failures } = await run(users("1"), answered(data));
    expect(failures).toEqual([
      { kind: "unavailable", path: ["users", 0], message: "an answer without data and errors" },
    ]);
  });
});

describe("an error inside an entity", () => {
  it("is reported at every place of that entity", async () => {
    const { data, failures } = await run(
      { users: [user("1"), [user("2"), user("1")]] },
      answeredWithErrors(
        { _entities: [{ name: null }, { name: "Bob" }] },
        { message: "broken", path: ["_entities", 0, "name"] },
      ),
    );
    expect(failures).toEqual([
      { kind: "reported", path: ["users", 0, "name"], message: "broken" },
      { kind: "reported", path: ["users", 1, 1, "name"], message: "broken" },
    ]);
    expect(data["users"]).toMatchObject([{ name: null }, [{ name: "Bob" }, { name: null }]]);
  });

  it.each([undefined, [], ["_entities"], ["_entities", "0"], ["elsewhere", 0], ["constructor"]])(
    "with the path %j is reported where the entities are",
    async (path) => {
      const { failures } = await run(
        users("1"),
        answeredWithErrors({ _entities: [{ name: "Ada" }] }, { message: "broken", path }),
      );
      expect(failures).toEqual([{ kind: "reported", path: ["users"], message: "broken" }]);
    },
  );

  it.each([7, -1, 0.5])("at the index %j, where nothing was requested, is not reported", async (index) => {
    const { failures } = await run(
      users("1"),
      answeredWithErrors({ _entities: [{ name: "Ada" }] }, { message: "broken", path: ["_entities", index] }),
    );
    expect(failures).toEqual([]);
  });

  it("loses its text where the fetch carries what the caller was not granted", async () => {
    const { failures } = await run(
      users("1"),
      answeredWithErrors({ _entities: [null] }, { message: "no SECRET", path: ["_entities", 0] }),
      { isSecretive: () => true },
    );
    expect(failures).toMatchObject([{ kind: "reported", path: ["users", 0] }]);
    expect(JSON.stringify(failures)).not.toContain("SECRET");
  });
});

describe("hostile entities", () => {
  it("lose what was not requested and another fetch reads, each of them, also behind one that came before", async () => {
    const node = anEntityFetch("b", "{...on User{friend{id}}}", [required("User", "id")]);
    const other = anEntityFetch("c", "{...on User{name}}", [required("User", "id")]);
    const parseFetch = createFetchParser();
    const readers = createReaders(
      {
        kind: "sequence",
        nodes: [flattened(USERS, node), flattened([...USERS, ...pathOf("friend")], other)],
      },
      undefined,
      parseFetch,
    );
    const forged = () => ({ friend: { id: "9", name: "forged" } });
    const { data } = await run(users("1", "1", "2", "3"), entities(forged(), forged(), forged()), {
      node,
      readers,
      parseFetch,
    });
    const friend = { friend: { id: "9" } };
    expect(data).toEqual({ users: ["1", "1", "2", "3"].map((id) => user(id, friend)) });
  });

  it.each(["__proto__", "constructor"])("change no prototype by the key %s", async (key) => {
    const answer = JSON.parse(`{"_entities":[{"name":"Ada","${key}":{"polluted":1}}]}`) as unknown;
    const { data } = await run(users("1"), answered(answer));
    expect(data).toEqual({ users: [user("1", { name: "Ada" })] });
    expect(({} as Record<string, unknown>)["polluted"]).toBeUndefined();
  });

  it("are not believed to be of another type", async () => {
    const { data } = await run(users("1"), entities({ __typename: "Post", name: "forged" }));
    expect(data).toEqual(users("1"));
  });

  it("are not found among what the answer inherits", async () => {
    const { failures } = await run(users("1"), answered({}));
    expect(failures).toMatchObject([{ kind: "shape" }]);
  });

  it("add nothing under the key of a rename that was not requested", async () => {
    const node = anEntityFetch("b", "{...on User{_n:name}}", [required("User", "id")], {
      outputRewrites: [
        {
          kind: "rename",
          path: [
            { kind: "types", names: ["User"] },
            { kind: "key", name: "_n" },
          ],
          to: "name",
        },
      ],
    });
    expect((await run(users("1"), entities({ _n: "Ada" }), { node })).data).toEqual({
      users: [user("1", { name: "Ada" })],
    });
  });
});

describe("a batch", () => {
  const batch = aBatch("b", [
    { alias: "_e0", selections: "{...on User{name}}", path: USERS, requires: [required("User", "id")] },
    {
      alias: "_e1",
      selections: "{...on Post{text}}",
      path: pathOf("posts", "@"),
      requires: [required("Post", "id")],
    },
  ]);
  const post = (id: string, more: object = {}) => ({ __typename: "Post", id, ...more }) as JsonObject;
  const runBatch = async (data: JsonObject, answer: SubgraphAnswer) => {
    const state = anExecution(() => answer, { data });
    await compileBatchFetch(batch, contextOf(batch), () => false)(state);
    return state;
  };

  it("sends one request for all, and distinguishes the answers by their aliases", async () => {
    const { data, sent } = await runBatch(
      { users: [user("1")], posts: [post("1")] },
      answered({ _e0: [{ name: "Ada", text: "forged" }], _e1: [{ text: "t", name: "forged" }] }),
    );
    expect(data).toEqual({ users: [user("1", { name: "Ada" })], posts: [post("1", { text: "t" })] });
    expect(sent.map(({ variablesText }) => JSON.parse(variablesText) as unknown)).toEqual([
      { _e0: [user("1")], _e1: [post("1")] },
    ]);
  });

  it("sends an empty list for a part without entities, and ignores what is answered to it", async () => {
    const { data, failures, sent } = await runBatch(
      { users: [user("1")], posts: [] },
      answered({ _e0: [{ name: "Ada" }], _e1: [{ text: "forged" }] }),
    );
    expect(sent.map(({ variablesText }) => JSON.parse(variablesText) as unknown)).toMatchObject([
      { _e1: [] },
    ]);
    expect(data).toEqual({ users: [user("1", { name: "Ada" })], posts: [] });
    expect(failures).toEqual([]);
  });

  it("keeps the good part when another is of the wrong length", async () => {
    const { data, failures } = await runBatch(
      { users: [user("1")], posts: [post("1")] },
      answered({ _e0: [{ name: "Ada" }], _e1: [] }),
    );
    expect(data).toEqual({ users: [user("1", { name: "Ada" })], posts: [post("1")] });
    expect(failures.map(({ kind, path }) => [kind, path])).toEqual([["shape", ["posts", 0]]]);
  });

  it("reports an error without a place at each of its parts, one with a place only there", async () => {
    const { failures } = await runBatch(
      { users: [user("1")], posts: [post("1")] },
      answeredWithErrors(
        { _e0: [null], _e1: [null] },
        { message: "all" },
        { message: "one", path: ["_e1", 0, "text"] },
      ),
    );
    expect(failures.map(({ path, message }) => [path, message])).toEqual([
      [["users"], "all"],
      [["posts"], "all"],
      [["posts", 0, "text"], "one"],
    ]);
  });
});
