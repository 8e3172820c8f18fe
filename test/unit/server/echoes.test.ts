import { buildSchema, type GraphQLScalarType, getVariableValues, Kind, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { withoutValues } from "../../../src/server/echoes.js";

const SECRET = "hunter2secret";

const schema = buildSchema(`
  scalar Secret
  enum Role { ADMIN }
  input LoginInput { username: String! password: Secret! age: Int role: Role on: Boolean id: ID inner: [LoginInput!] }
  type Query { a: Int }
  type Mutation { login(input: LoginInput!): Int }
`);
const secret = schema.getType("Secret") as GraphQLScalarType;
secret.parseLiteral = (node) => {
  if (node.kind !== Kind.VARIABLE) throw new Error(`no literal, but ${JSON.stringify(node)}`);
  return undefined;
};

const messages = (text: string): readonly string[] => {
  try {
    return validate(schema, parse(text)).map(({ message }) => message);
  } catch (error) {
    return [(error as Error).message];
  }
};

describe("texts of graphql-js", () => {
  it.each([
    ["inline beside a misspelt field", `mutation { login(input: { usrname: "u", password: "${SECRET}" }) }`],
    ["inline as the wrong type", `mutation { login(input: "${SECRET}") }`],
    ["inline in a list", `mutation { login(input: ["${SECRET}"]) }`],
    ["inline as a number", `mutation { login(input: { username: "u", password: "p", age: "${SECRET}" }) }`],
    ["inline as a boolean", `mutation { login(input: { username: "u", password: "p", on: "${SECRET}" }) }`],
    ["inline as an enum", `mutation { login(input: { username: "u", password: "p", role: ${SECRET} }) }`],
    [
      "inline as an enum string",
      `mutation { login(input: { username: "u", password: "p", role: "${SECRET}" }) }`,
    ],
    [
      "inline as an id",
      `mutation { login(input: { username: "u", password: "p", id: { x: "${SECRET}" } }) }`,
    ],
    ["a quote inside the password", `mutation { login(input: { password: "a"${SECRET}"b" }) }`],
    ["a password without quotes", `mutation { login(input: { password: ${SECRET}! }) }`],
    ["an unexpected string", `mutation { login("${SECRET}") }`],
    ["an unexpected block string", `mutation { login("""${SECRET}""") }`],
  ])("say nothing of a secret %s", (_, text) => {
    const before = messages(text);
    expect(before.length).toBeGreaterThan(0);
    expect(before.map(withoutValues).join("\n")).not.toContain(SECRET);
  });

  it.each([
    [{ usrname: "u", password: SECRET }],
    [{ username: "u", password: "p", age: SECRET }],
    [{ username: "u", password: "p", inner: [{ password: SECRET, x: 1 }] }],
    [SECRET],
    [{ username: { [SECRET]: SECRET }, password: "p" }],
  ])("say nothing of a secret in variables %#", (input) => {
    const operation = parse("mutation ($input: LoginInput!) { login(input: $input) }").definitions[0];
    const definitions = (operation as { variableDefinitions?: never[] }).variableDefinitions ?? [];
    const { errors } = getVariableValues(schema, definitions, { input });
    expect(errors?.length).toBeGreaterThan(0);
    expect(errors?.map(({ message }) => withoutValues(message)).join("\n")).not.toContain(SECRET);
  });

  it("keep what helps: names, types and places", () => {
    expect(messages("{ nope }").map(withoutValues)).toEqual(['Cannot query field "nope" on type "Query".']);
    expect(messages('mutation { login(input: "x") }').map(withoutValues)).toEqual([
      'Expected value of type "LoginInput!".',
    ]);
    expect(messages("{ a ").map(withoutValues)).toEqual(["Syntax Error: Expected Name, found <EOF>."]);
  });
});
