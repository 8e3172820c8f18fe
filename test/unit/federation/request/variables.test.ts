import { buildSchema, GraphQLError, getOperationAST, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { compileVariableCheck } from "../../../../src/federation/request/variables.js";

const schema = buildSchema(`
  type Query { a: Int }
  enum Kind { ONE TWO }
  scalar Secret
  input Login { username: String! password: Secret! kind: Kind = ONE next: Login constructor: Int tags: [String!] }
  input One @oneOf { a: Int b: String }
`);
const checkOf = (declaration: string) => {
  const operation = getOperationAST(parse(`query (${declaration}) { a }`));
  if (!operation) throw new Error("no operation");
  return compileVariableCheck(schema, operation);
};
const messageOf = (declaration: string, variables: Record<string, unknown>): string | undefined => {
  try {
    checkOf(declaration).check(variables);
    return undefined;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    expect(error.extensions).toEqual({ code: "BAD_USER_INPUT", http: { status: 400 } });
    return error.message;
  }
};
const LOGIN = "$input: Login!";
const canary = "hunter2-canary";

describe("the variables of an operation", () => {
  it.each<[string, string, Record<string, unknown>]>([
    ["a single value for a list", "$v: [Int!]!", { v: 1 }],
    ["a default for what is not sent", "$v: Int! = 3", {}],
    ["null where null is allowed", "$v: [Int]", { v: [null, 1] }],
    ["what was not declared, which nobody forwards", "$v: Int", { other: "x" }],
    [
      "an input without a field named like an inherited property",
      LOGIN,
      { input: { username: "a", password: "p" } },
    ],
    ["any value for a custom scalar", "$v: Secret", { v: { deep: [1] } }],
    ["exactly one field of a oneOf input", "$v: One", { v: { a: 1 } }],
    ["an integer for a Float", "$v: Float", { v: 1 }],
    ["a number for an ID", "$v: ID", { v: 7 }],
  ])("accept %s", (_what, declaration, variables) => {
    expect(messageOf(declaration, variables)).toBeUndefined();
  });

  it.each<[string, string, Record<string, unknown>, string]>([
    ["a missing one", "$v: Int!", {}, 'Variable "$v" is not a valid Int!.'],
    [
      "null for a non-null one, default or not",
      "$v: Int! = 3",
      { v: null },
      'Variable "$v" is not a valid Int!.',
    ],
    ["an integer beyond 32 bits", "$v: Int", { v: 2 ** 31 }, 'Variable "$v" is not a valid Int.'],
    ["a string for a Boolean", "$v: Boolean!", { v: "true" }, 'Variable "$v" is not a valid Boolean!.'],
    ["an unknown enum value", "$v: Kind", { v: "THREE" }, 'Variable "$v" is not a valid Kind.'],
    ["an item of the wrong type", "$v: [Int!]", { v: [1, "2"] }, 'Variable "$v.1" is not a valid Int!.'],
    ["two fields of a oneOf input", "$v: One", { v: { a: 1, b: "x" } }, 'Variable "$v" is not a valid One.'],
    ["null in a oneOf input", "$v: One", { v: { a: null } }, 'Variable "$v" is not a valid One.'],
    [
      "a field deep inside",
      LOGIN,
      { input: { username: "a", password: "p", next: { username: 1, password: "p" } } },
      'Variable "$input.next.username" is not a valid String!.',
    ],
    [
      "a field of an inherited name with the wrong type",
      LOGIN,
      { input: { username: "a", password: "p", constructor: "x" } },
      'Variable "$input.constructor" is not a valid Int.',
    ],
  ])("refuse %s, by path and type", (_what, declaration, variables, message) => {
    expect(messageOf(declaration, variables)).toBe(message);
  });

  it.each<[string, Record<string, unknown>]>([
    ["a neighbour is misspelt", { usernam: "a", password: canary }],
    ["the secret stands under a wrong key", { username: "a", [canary]: "x" }],
    ["the secret has the wrong place", { username: { [canary]: canary }, password: canary }],
    ["the whole input is the secret", canary as unknown as Record<string, unknown>],
    ["the prototype is named", JSON.parse(`{"username":"a","password":"p","__proto__":{"x":"${canary}"}}`)],
  ])("never echo a value or a key when %s", (_what, input) => {
    const message = messageOf(LOGIN, { input });
    expect(message).toBeDefined();
    expect(message).not.toContain(canary);
  });

  it("name ten misfits at most", () => {
    const message = messageOf("$v: [Int!]", { v: Array.from({ length: 10_000 }, () => "x") });
    expect(message?.match(/Variable/g)).toHaveLength(10);
  });

  it("give conditions by value, and by default if nothing is sent", () => {
    const check = checkOf("$a: Boolean = true, $b: Boolean!, $toString: Boolean");
    expect(check.isTrue({}, "a")).toBe(true);
    expect(check.isTrue({ a: false }, "a")).toBe(false);
    expect(check.isTrue({ b: "true" }, "b")).toBe(false);
    expect(check.isTrue({}, "toString")).toBe(false);
  });
});

describe("a variable of @skip or @include", () => {
  const checkWith = (declaration: string, conditions: readonly string[]) => {
    const operation = getOperationAST(parse(`query (${declaration}) { a }`));
    if (!operation) throw new Error("no operation");
    return compileVariableCheck(schema, operation, { conditionVariables: conditions });
  };

  it("is never null, though its own type allows it", () => {
    const check = checkWith("$on: Boolean = true, $v: Boolean = true", ["on"]);
    expect(() => check.check({ on: null })).toThrow('Variable "$on" is not a valid Boolean!.');
    expect(() => check.check({ v: null })).not.toThrow();
  });

  it("may be left out where it has a default", () => {
    const check = checkWith("$on: Boolean = true", ["on"]);
    expect(() => check.check({})).not.toThrow();
    expect([check.isTrue({}, "on"), check.isTrue({ on: false }, "on")]).toEqual([true, false]);
  });
});
