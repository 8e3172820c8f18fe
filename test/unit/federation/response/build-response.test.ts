import { GraphQLError } from "graphql";
import { describe, expect, it } from "vitest";
import { type AnswerInput, answer } from "../../../../src/federation/response/build-response.js";
import { ErrorList, MASK_EVERYTHING } from "../../../../src/federation/response/errors.js";
import type { Failure } from "../../../../src/federation/result/failure.js";
import type { JsonObject } from "../../../../src/federation/result/json.js";
import { aProjection, denying } from "../../../support/projection-builders.js";

const SDL = `
  type Query { me: User users: [User] must: User! n: Int }
  type User { id: ID name: String must: String! price: Int fee: Int tags: [String!] mate: User }
`;
const failure = (path: readonly (string | number)[], more: Partial<Failure> = {}): Failure => ({
  kind: "reported",
  subgraph: "billing",
  path,
  message: "inner",
  ...more,
});
const answered = (operation: string, data: object, more: Partial<AnswerInput> = {}) => {
  const input: AnswerInput = {
    ...aProjection(SDL, operation),
    data: data as JsonObject,
    failures: [],
    denials: undefined,
    gatewayFields: new Map(),
    exposure: MASK_EVERYTHING,
    requires: new Map(),
    denialError: ({ code, coordinate }, path) => new GraphQLError(coordinate, { path, extensions: { code } }),
    ...more,
  };
  const { data: completed, errors } = answer(input);
  return {
    data: completed,
    errors: errors.map(({ path, extensions }) => `${String(extensions["code"])} ${(path ?? []).join(".")}`),
    messages: errors.map(({ message }) => message),
  };
};

describe("an answer in which something failed", () => {
  it("has null there, and one error at the client's path", () => {
    expect(
      answered("{x:me{id y:name}}", { x: { id: "1" } }, { failures: [failure(["x", "y"])] }),
    ).toMatchObject({
      data: { x: { id: "1", y: null } },
      errors: ["SUBGRAPH_ERROR x.y"],
    });
  });

  it("reports the same failure of one place once, and others too", () => {
    const failures = [
      failure(["n"]),
      failure(["n"]),
      failure(["me"]),
      failure(["n"], { kind: "unavailable" }),
    ];
    expect(answered("{n me{id}}", {}, { failures }).errors).toEqual([
      "SUBGRAPH_ERROR n",
      "SUBGRAPH_ERROR me",
      "SUBGRAPH_UNAVAILABLE n",
    ]);
  });

  it("distinguishes texts only if they are shown", () => {
    const failures = [failure(["n"], { message: "a" }), failure(["n"], { message: "b" })];
    expect(answered("{n}", {}, { failures }).errors).toHaveLength(1);
    expect(answered("{n}", {}, { failures, exposure: { messages: true, extensions: [] } }).messages).toEqual([
      "a",
      "b",
    ]);
  });

  it("reports an unselected field at the object that needed it, without its name", () => {
    const { errors } = answered(
      "{me{id}}",
      { me: { id: "1" } },
      { failures: [failure(["me", "hidden", 3, "x"])] },
    );
    expect(errors).toEqual(["SUBGRAPH_ERROR me"]);
  });

  it("does not report a field that is selected on other types only", () => {
    const sdl =
      "interface T { id: ID } type A implements T { id: ID x: Int } type B implements T { id: ID } type Query { t: T }";
    const operation = "{t{id ...on A{x}}}";
    const reported = (name: string) =>
      answered(
        operation,
        { t: { __typename: name, id: "1", x: null } },
        {
          ...aProjection(sdl, operation),
          failures: [failure(["t", "x"])],
        },
      ).errors;
    expect([reported("A"), reported("B")]).toEqual([["SUBGRAPH_ERROR t.x"], []]);
  });

  it("reports a failed input of `@requires` at the fields that are null without it", () => {
    const requires = new Map([["User.fee", new Set(["price"])]]);
    const data = { me: { id: "1", fee: null } };
    const { errors } = answered("{me{id f:fee}}", data, { failures: [failure(["me", "price"])], requires });
    expect(errors).toEqual(["SUBGRAPH_ERROR me.f"]);
  });

  it("gives no second reason for a null above or below an error", () => {
    const below = answered("{me{must}}", { me: { must: null } }, { failures: [failure(["me"])] });
    expect(below).toMatchObject({ data: { me: null }, errors: ["SUBGRAPH_ERROR me"] });
    const above = answered("{me{mate{name}}}", {}, { failures: [failure(["me", "mate", "name"])] });
    expect(above.errors).toEqual(["SUBGRAPH_ERROR me.mate.name"]);
  });

  it("gives one for a null beside an error", () => {
    const { errors } = answered(
      "{users{name id}}",
      { users: [{ name: null }, { name: "x", id: {} }] },
      {
        failures: [failure(["users", 0])],
      },
    );
    expect(errors).toEqual(["SUBGRAPH_ERROR users.0", "SUBGRAPH_ERROR users.1.id"]);
  });
});

describe("an answer in which something is of another shape", () => {
  it("reports it in our words only", () => {
    const { data, errors, messages } = answered("{n me{must}}", { n: "SECRET", me: { must: null } });
    expect(data).toEqual({ n: null, me: null });
    expect(errors).toEqual(["SUBGRAPH_ERROR n", "SUBGRAPH_ERROR me.must"]);
    expect(messages.join()).not.toMatch(/SECRET|promised/);
  });

  it("reports each place", () => {
    const { errors } = answered("{users{tags}}", { users: [{ tags: [1] }, { tags: [2] }] });
    expect(errors).toEqual(["SUBGRAPH_ERROR users.0.tags.0", "SUBGRAPH_ERROR users.1.tags.0"]);
  });
});

describe("an answer in which something was denied", () => {
  it("has null there, and the error of the denial at each place", () => {
    const data = { users: [{ name: "secret" }, { name: "secret" }] };
    const { data: completed, errors } = answered("{users{name}}", data, { denials: denying("User.name") });
    expect(completed).toEqual({ users: [{ name: null }, { name: null }] });
    expect(errors).toEqual(["FORBIDDEN users.0.name", "FORBIDDEN users.1.name"]);
  });

  it("has the denial for a reason, and no other for the object it takes with it", () => {
    const { data, errors } = answered(
      "{must{must}}",
      { must: { must: "x" } },
      { denials: denying("User.must") },
    );
    expect([data, errors]).toEqual([null, ["FORBIDDEN must.must"]]);
  });
});

describe("the errors", () => {
  it("go behind those that were there before", () => {
    const before = new ErrorList();
    before.add(() => new GraphQLError("before"));
    const input = aProjection(SDL, "{n}");
    const { errors } = answer(
      {
        ...input,
        data: {},
        failures: [failure(["n"])],
        exposure: MASK_EVERYTHING,
        requires: new Map(),
        denialError: () => new GraphQLError("x"),
      },
      before,
    );
    expect(errors.map(({ message }) => message)[0]).toBe("before");
    expect(errors).toHaveLength(2);
  });

  it("are bounded, ten thousand denials or not", () => {
    const users = Array.from({ length: 2_000 }, () => ({ name: "secret" }));
    let built = 0;
    const { errors } = answered(
      "{users{name}}",
      { users },
      {
        denials: denying("User.name"),
        denialError: () => {
          built += 1;
          return new GraphQLError("denied");
        },
      },
    );
    expect([errors.length, built]).toEqual([101, 100]);
  });

  it("are none where all is well", () => {
    expect(answered("{n me{id}}", { n: 1, me: null })).toEqual({
      data: { n: 1, me: null },
      errors: [],
      messages: [],
    });
  });
});
