import { buildSchema, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { assertNoSecretLiterals } from "../../../../src/federation/request/secret-literals.js";

const schema = buildSchema(`
  scalar Secret
  input Login { username: String!, password: Secret!, codes: [Secret], more: Login }
  directive @sealed(with: Secret) on FIELD
  type Query { login(input: Login, password: Secret): String }
`);

const judge = (text: string) => () => assertNoSecretLiterals(schema, parse(text));

describe("a secret in a document", () => {
  it.each([
    ["as an argument", '{ login(password: "hunter2") }'],
    ["inside an input object", '{ login(input: { username: "a", password: "hunter2" }) }'],
    ["deep inside", '{ login(input: { username: "a", more: { username: "b", password: "hunter2" } }) }'],
    ["in a list", '{ login(input: { username: "a", codes: ["hunter2"] }) }'],
    ["in a list where one is expected", '{ login(password: ["hunter2"]) }'],
    ["in place of a list", '{ login(input: { username: "a", codes: "hunter2" }) }'],
    ["as a block string", '{ login(password: """hunter2""") }'],
    ["as a number", "{ login(password: 1234) }"],
    ["as a bare word", "{ login(password: hunter2) }"],
    ["in an object", '{ login(password: { x: "hunter2" }) }'],
    ["as the default of a variable", 'query ($p: Secret = "hunter2") { login(password: $p) }'],
    [
      "in the default of an input variable",
      'query ($i: Login = { username: "a", password: "hunter2" }) { login(input: $i) }',
    ],
    ["in a directive", '{ login @sealed(with: "hunter2") }'],
    ["in a fragment", '{ ...F } fragment F on Query { login(password: "hunter2") }'],
    ["in an operation that is not run", 'query A { login } query B { login(password: "hunter2") }'],
  ])("is refused %s, without being echoed", (_, text) => {
    expect(judge(text)).toThrow(/use a variable/);
    expect(judge(text)).not.toThrow(/hunter2|1234/);
  });

  it.each([
    ["in a variable", "query ($p: Secret) { login(password: $p) }"],
    [
      "in a variable inside an object",
      'query ($p: Secret!) { login(input: { username: "a", password: $p, codes: [$p] }) }',
    ],
    ["as null", '{ login(input: { username: "a", password: null }) }'],
    ["as text that is no secret", '{ login(input: { username: "hunter2" }) }'],
  ])("is accepted %s", (_, text) => {
    expect(judge(text)).not.toThrow();
  });

  it("is recognised by the names it is given", () => {
    const document = parse('{ login(password: "hunter2") }');
    expect(() => assertNoSecretLiterals(schema, document, new Set(["CardeaSecret"]))).not.toThrow();
  });
});
