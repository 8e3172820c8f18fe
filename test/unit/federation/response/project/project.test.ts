import { describe, expect, it } from "vitest";
import { project, setOwn } from "../../../../../src/federation/response/project/project.js";
import type { JsonObject } from "../../../../../src/federation/result/json.js";
import { aProjection, denying } from "../../../../support/projection-builders.js";

const SDL = `
  interface Thing { id: ID name: String }
  type User implements Thing { id: ID name: String must: String! mate: User mates: [User!] grid: [[Int]] color: Color any: Any }
  type Post implements Thing { id: ID name: String text: String by: User! }
  union Hit = User | Post
  enum Color { RED GREEN }
  scalar Any
  type Query { me: User must: User! users: [User] sure: [User!]! thing: Thing hit: Hit n: Int constructor: String }
`;
const completed = (operation: string, data: object, more: Parameters<typeof aProjection>[2] = {}) => {
  const input = aProjection(SDL, operation, more);
  return { data: project(input, data as JsonObject), reported: input.reported };
};
const clean = (data: unknown) => ({ data, reported: [] });

describe("the answer", () => {
  it("is in the order and under the keys of the client's operation, and holds nothing that was not requested", () => {
    const data = { n: 1, b: { name: "Ada", id: "1", must: "secret" }, secret: true, me: { id: "9" } };
    const { data: answer, reported } = completed("{b:me{name t:__typename id} n}", data);
    expect(JSON.stringify(answer)).toBe('{"b":{"name":"Ada","t":"User","id":"1"},"n":1}');
    expect(reported).toEqual([]);
  });

  it("merges what fragments select of one key, spread twice or nested", () => {
    const operation =
      "{me{...F ...F} ...on Query{me{mate{name}}}} fragment F on User{id mate{id} ...on Thing{name}}";
    const data = { me: { id: "1", name: "Ada", mate: { id: "2", name: "Bob" } } };
    expect(completed(operation, data)).toEqual(clean(data));
  });

  it("leaves out what conditions leave out, whatever was fetched", () => {
    const data = { me: { id: "1", name: "Ada" }, n: 1 };
    const operation = "query($v:Boolean!){me{id name @include(if:$v)} n @skip(if:$v)}";
    expect(completed(operation, data)).toEqual(clean({ me: { id: "1" }, n: 1 }));
    expect(completed(operation, data, { trueVariables: ["v"] })).toEqual(
      clean({ me: { id: "1", name: "Ada" } }),
    );
  });

  it("keeps lists of lists, with the nulls their types allow", () => {
    const data = { me: { grid: [[1, null], null, []] } };
    expect(completed("{me{grid}}", data)).toEqual(clean(data));
  });

  it("takes custom scalars untouched, whatever is in them", () => {
    const data = { me: { any: { a: [{ __typename: "x" }], n: null } } };
    expect(completed("{me{any}}", data)).toEqual(clean(data));
  });

  it("reads the keys the plan used on the wire", () => {
    const input = aProjection(SDL, "{me{id:name}}");
    const [me] = input.collector.collect([input.selectionSet], input.rootType, () => false);
    const field = me?.nodes[0]?.selectionSet?.selections[0];
    if (field?.kind !== "Field") throw new Error("no field");
    const wireKey = input.names.keyOf(field);
    expect(wireKey).not.toBe("id");
    expect(project(input, { me: { [wireKey]: "Ada", id: "1" } })).toEqual({ me: { id: "Ada" } });
  });

  it("holds what the gateway answers itself at the root, and only there", () => {
    const gatewayFields = new Map<string, unknown>([
      ["s", { types: [] }],
      ["me", "gateway"],
    ]);
    const { data } = completed("{s:__schema{types{name}} b:n}", { b: 1, s: "forged" }, { gatewayFields });
    expect(data).toEqual({ s: { types: [] }, b: 1 });
    const below = completed("{x:me{mate{me:name}}}", { x: { mate: { me: "Ada" } } }, { gatewayFields });
    expect(JSON.stringify(below.data)).not.toContain("gateway");
  });
});

describe("null where it is not allowed", () => {
  it("makes the object around it null, and is reported with its path", () => {
    expect(completed("{me{must}}", { me: { must: null } })).toEqual({
      data: { me: null },
      reported: [["null where String! is declared", ["me", "must"]]],
    });
  });

  it("makes the list of items that must not be null null", () => {
    expect(completed("{me{mates{id}}}", { me: { mates: [{ id: "1" }, null] } })).toEqual({
      data: { me: { mates: null } },
      reported: [["null where User! is declared", ["me", "mates", 1]]],
    });
  });

  it("makes one item null in a list whose items may be", () => {
    const data = { users: [{ must: null }, { must: "x" }] };
    expect(completed("{users{must}}", data).data).toEqual({ users: [null, { must: "x" }] });
  });

  it("makes the whole answer null when nothing on the way may be null", () => {
    expect(completed("{sure{must} n}", { sure: [{ must: null }], n: 1 }).data).toBeNull();
    expect(completed("{must{must} n}", { must: { must: null }, n: 1 }).data).toBeNull();
    expect(completed("{must{id}}", { must: null }).data).toBeNull();
  });
});

describe("an absent value", () => {
  it("is null, and is reported: an answered null is not", () => {
    expect(completed("{me{id} n}", { n: null })).toEqual({
      data: { me: null, n: null },
      reported: [["no value where User was requested", ["me"]]],
    });
  });

  it("is not what objects inherit", () => {
    expect(completed("{constructor}", {})).toEqual({
      data: { constructor: null },
      reported: [["no value where String was requested", ["constructor"]]],
    });
  });
});

describe("a value of another kind than promised", () => {
  it.each([
    [
      "{users{id}}",
      { users: { id: "1" } },
      { users: null },
      ["not a list where a list is declared", ["users"]],
    ],
    ["{users{id}}", { users: "text" }, { users: null }, ["not a list where a list is declared", ["users"]]],
    ["{me{id}}", { me: [{ id: "1" }] }, { me: null }, ["not an object where User is declared", ["me"]]],
    ["{me{id}}", { me: "text" }, { me: null }, ["not an object where User is declared", ["me"]]],
    ["{n}", { n: "1" }, { n: null }, ["not a valid Int", ["n"]]],
    ["{n}", { n: { valueOf: 1 } }, { n: null }, ["not a valid Int", ["n"]]],
    [
      "{me{color}}",
      { me: { color: "BLUE" } },
      { me: { color: null } },
      ["not a valid Color", ["me", "color"]],
    ],
    [
      "{me{grid}}",
      { me: { grid: [1] } },
      { me: { grid: [null] } },
      ["not a list where a list is declared", ["me", "grid", 0]],
    ],
  ])("is never returned: %s of %j", (operation, data, expected, reported) => {
    expect(completed(operation, data)).toEqual({ data: expected, reported: [reported] });
  });
});

describe("an abstract position", () => {
  it("is completed as the type the object says, if it is one of the position's", () => {
    const user = { __typename: "User", id: "1", text: "forged" };
    const operation = "{thing{__typename id ...on Post{text}} hit{...on User{id}}}";
    expect(completed(operation, { thing: user, hit: user })).toEqual(
      clean({ thing: { __typename: "User", id: "1" }, hit: { id: "1" } }),
    );
  });

  it.each(["Query", "Color", "Nobody", "", "__proto__", "constructor", 7, null, ["User"]])(
    "is null for an object that calls itself %j, and tells it",
    (name) => {
      expect(completed("{thing{__typename id}}", { thing: { __typename: name, id: "1" } })).toEqual({
        data: { thing: null },
        reported: [["an object of unknown type", ["thing"]]],
      });
    },
  );

  it("without a type is completed where the selections mean the same for every type", () => {
    expect(completed("{thing{id}}", { thing: { id: "1" } })).toEqual(clean({ thing: { id: "1" } }));
    expect(completed("{thing{id ...on User{must}}}", { thing: { id: "1" } }).data).toEqual({ thing: null });
    expect(completed("{thing{__typename}}", { thing: {} }).data).toEqual({ thing: null });
    expect(completed("{hit{...on User{id}}}", { hit: { id: "1" } }).data).toEqual({ hit: null });
  });

  it("without a type is null where the schema hides one of its types", () => {
    const { data } = completed(
      "{thing{id}}",
      { thing: { id: "1" } },
      { hidesTypes: (name) => name === "Thing" },
    );
    expect(data).toEqual({ thing: null });
  });
});

describe("what was denied", () => {
  it("is null without a look at the value, and reported at its place in each object", () => {
    const data = {
      users: [
        { id: "1", name: "secret" },
        { id: "2", name: null },
      ],
    };
    const { data: answer, reported } = completed("{users{id x:name}}", data, {
      denials: denying("User.name"),
    });
    expect(answer).toEqual({
      users: [
        { id: "1", x: null },
        { id: "2", x: null },
      ],
    });
    expect(reported).toEqual([
      ["User.name", ["users", 0, "x"]],
      ["User.name", ["users", 1, "x"]],
    ]);
  });

  it("takes the object with it where null is not allowed", () => {
    const { data, reported } = completed(
      "{me{id must}}",
      { me: { id: "1", must: "x" } },
      { denials: denying("User.must") },
    );
    expect([data, reported]).toEqual([{ me: null }, [["User.must", ["me", "must"]]]]);
  });

  it("is denied on one type alone, in a fragment that both types share", () => {
    const data = { a: { __typename: "User", name: "secret" }, b: { __typename: "Post", name: "open" } };
    const operation = "{a:thing{...F} b:thing{...F}} fragment F on Thing{name}";
    expect(completed(operation, data, { denials: denying("User.name") }).data).toEqual({
      a: { name: null },
      b: { name: "open" },
    });
  });

  it("is a whole object because of its runtime type", () => {
    const data = { thing: { __typename: "User", id: "1" }, hit: { __typename: "Post", id: "2" } };
    const operation = "{thing{id} hit{...on Post{id}}}";
    const { data: answer, reported } = completed(operation, data, { denials: denying("Query.thing:User") });
    expect(answer).toEqual({ thing: null, hit: { id: "2" } });
    expect(reported).toEqual([["Query.thing:User", ["thing"]]]);
  });

  it("is an object of unknown type, before anything about its shape is reported", () => {
    for (const thing of [{ id: "1" }, { __typename: 7, id: "1" }]) {
      const { data, reported } = completed("{thing{id}}", { thing }, { denials: denying("Query.thing:") });
      expect([data, reported]).toEqual([{ thing: null }, [["Query.thing:", ["thing"]]]]);
    }
  });

  it("is an object of a type the API schema hides, by that type", () => {
    const { reported } = completed(
      "{thing{id}}",
      { thing: { __typename: "Hidden", id: "1" } },
      {
        denials: denying("Query.thing:Hidden"),
      },
    );
    expect(reported).toEqual([["Query.thing:Hidden", ["thing"]]]);
  });

  it("is reported for a null that was denied, not for one that was answered", () => {
    const { reported } = completed("{me{must}}", { me: { must: null } }, { denials: denying("User.must") });
    expect(reported).toEqual([["User.must", ["me", "must"]]]);
  });
});

describe("keys of the prototype", () => {
  it("are keys of the answer like any other", () => {
    const data = JSON.parse('{"cardea_0___proto__":{"id":"1"}}') as JsonObject;
    const input = aProjection(SDL, "{__proto__:me{id}}");
    const answer = project(input, data);
    expect(JSON.stringify(answer)).toBe('{"__proto__":{"id":"1"}}');
    expect(Object.getPrototypeOf(answer)).toBe(Object.prototype);
  });

  it("are set without touching a prototype", () => {
    const object: JsonObject = {};
    for (const key of ["__proto__", "constructor", "a"]) setOwn(object, key, { x: 1 });
    expect(Object.keys(object)).toEqual(["__proto__", "constructor", "a"]);
    expect(Object.getPrototypeOf(object)).toBe(Object.prototype);
  });
});
