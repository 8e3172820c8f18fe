import { describe, expect, it } from "vitest";
import { keptText } from "../../../../../src/page/panels/operation/kept-text.js";

const JWT = "eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2ln";
const OPAQUE = "rt_Zm9vYmFyYmF6cXV4Zm9vYmFyYmF6cXV4";

describe("the text of operations, as it is kept", () => {
  it.each([
    'mutation { login(input: { username: "alice", password: "correct horse" }) { accessToken } }',
    'mutation { login(input: { password: """correct horse""" }) { accessToken } }',
    'mutation { login(input: {password:"correct horse"}) { id } }',
    'mutation { login(input: { newPassword: "correct \\" horse" }) { id } }',
    'mutation { login(input: { password: "correct horse',
    'mutation { changePassword(currentPassword: "correct horse", to: "b") }',
    'query Q($password: String = "correct horse", $id: ID = "x") { a(id: $id) }',
    'mutation { change(passwords: ["a", "correct horse"], id: "x") }',
    'mutation { login(credentials: [{ kind: "plain", value: "correct horse" }]) { id } }',
    'mutation { login(credential: { deep: { value: "correct horse" } }) { id } }',
    'mutation { login(password: """correct horse',
    'mutation { login( password , : "correct horse") }',
    '# login(password: "correct horse")\n{ me }',
    'query Q($password: String = "unused") { a(clientSecret: "correct horse") }',
    'query Q($p: String = "correct horse") { a(password: $p) }',
    '# {"username":"alice","password":"horse"}\n{ me }',
    "# password = horse\n{ me }",
    "# it's horse\n{ me }",
    "{ a(password: horse) { id } }",
    "{ a(password: 'horse', id: 1) { id } }",
    "{ a(password: [horse, horse2], id: 1) { id } }",
    '{ a(pwd: "horse", pass: "horse", pw: "horse", cookie: "horse", privateKey: "horse") }',
    '{ a(headers: [{ name: "authorization", value: "Bearer horse" }]) }',
    'mutation { changePassword(old: "correct horse", new: "horse2") }',
    '{ a(url: "https://x.example/?access_token=horse") }',
  ])("holds no password: %s", (text) => {
    expect(keptText(text)).not.toContain("horse");
  });

  it("holds no code of a second factor, as a number either", () => {
    const kept = keptText('mutation { completeLogin(code: 123456, recoveryCode: "98-76", first: 3) { id } }');
    expect(kept).toBe('mutation { completeLogin(code: 0, recoveryCode: "", first: 3) { id } }');
  });

  it.each([
    `mutation { refreshToken(input: { refreshToken: "${OPAQUE}" }) { accessToken } }`,
    `{ thing(id: "${OPAQUE}") { name } }`,
    `{ thing(value: "${JWT}") { name } }`,
    `{ things(values: ["${JWT}", "x"]) { name } }`,
    `# ${JWT}\n{ me }`,
  ])("holds no token: %s", (text) => {
    const kept = keptText(text);
    expect(kept).not.toContain(OPAQUE.slice(3));
    expect(kept).not.toContain("eyJ");
  });

  it.each([
    "# Ctrl-Enter (or Cmd-Enter) runs the operation with the cursor.\nquery A($id: ID!) { product(id: $id) { name } }",
    "{ me { password token } accessToken: token(of: ME) { id } }",
    "",
    "query A($first: Int = 3, $password: [String!]!, $sort: Sort = ASC) { a(by: $sort) { id } }",
    "{ a(password: $password, order: ASC, list: [1, 2.5e3, -4]) @skip(if: true) { b(at: 2) } }",
  ])("is what was written, otherwise: %s", (text) => {
    expect(keptText(text)).toBe(text);
  });

  it.each([
    ['{ product(id: "b1", first: 3) { name } }', '{ product(id: "", first: 3) { name } }'],
    ['query { a(text: """block "with" quotes""") }', 'query { a(text: "") }'],
    ['{ a(text: "open', '{ a(text: ""'],
    ["{ a(pin: 1234, secret: TOP, next: LOW) { id } }", "{ a(pin: 0, secret: null, next: LOW) { id } }"],
  ])("has no strings, and no secret word or number: %s", (text, expected) => {
    expect(keptText(text)).toBe(expected);
  });
});
