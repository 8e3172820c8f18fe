import { buildSchema, type GraphQLScalarType, getVariableValues, Kind, parse, validate } from "graphql";
import { describe, expect, it } from "vitest";
import { withoutNames, withoutValues } from "../../../src/server/echoes.js";

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
  ])("do not contain a secret %s", (_, text) => {
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
  ])("do not contain a secret in variables %#", (input) => {
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

describe("names in texts, where not everybody may read the schema", () => {
  it("stay only where the document holds them", () => {
    const document = "query($f: Filter) { ghost { x } search(f: $f) }";
    expect(withoutNames('Cannot query field "x" on type "Ghost".', document)).toBe(
      'Cannot query field "x" on type "…".',
    );
    expect(
      withoutNames('Variable "$f" of type "Filter" used in position expecting type "[Hidden!]".', document),
    ).toBe('Variable "$f" of type "Filter" used in position expecting type "…".');
    expect(
      withoutNames('Argument "deep" of type "Int!" is required, but it was not provided.', document),
    ).toBe('Argument "…" of type "Int!" is required, but it was not provided.');
  });

  it("are all removed when the document is unknown", () => {
    expect(withoutNames('Cannot query field "x" on type "Ghost".', "")).toBe(
      'Cannot query field "…" on type "…".',
    );
  });

  it.each([
    ["a field of a hidden type", "{ ghost { nope } }"],
    ["a missing argument", "{ must }"],
    ["a missing input field", "{ search(f: {}) }"],
    ["a wrong enum value", "{ role(r: NOPE) }"],
    ["a leaf without selections", "{ ghost }"],
    ["a variable in the wrong place", "query($a: Int) { role(r: $a) }"],
    ["types that cannot overlap", "{ ghost { ... on Query { must(x: 1) } } }"],
    ["fields that conflict", "{ a: must(x: 1) a: ghost { id } }"],
  ])("are none of the schema's own: %s", (_, text) => {
    const guarded = buildSchema(`
      type Query { ghost: Phantom must(x: Uncanny!): Int search(f: Sieve): Int role(r: Rank): Int }
      type Phantom { id: ID } scalar Uncanny input Sieve { needed: Uncanny! } enum Rank { ADMIN }
    `);
    const found = validate(guarded, parse(text));
    expect(found.length).toBeGreaterThan(0);
    for (const { message, source } of found) {
      expect(withoutNames(withoutValues(message), source?.body ?? "")).not.toMatch(
        /Phantom|Uncanny|Sieve|needed|Rank|ADMIN/,
      );
    }
  });
});
