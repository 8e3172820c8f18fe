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
    'query A($id: ID!) { product(id: $id, name: "Shoe") { name } } # a "comment"',
    '{ me { password token } search(text: "password: x") }',
    'query { a(text: """block "with" quotes""") }',
    "",
    '{ a(text: "open',
    'query A($first: Int = 3, $password: String!) { a(countryCode: "DE", input: { tags: ["a", "b"] }) }',
    '{ a(password: $password, id: "plain", list: [1, 2.5e3, -4]) { b(at: "x") } }',
  ])("is what was written, otherwise: %s", (text) => {
    expect(keptText(text)).toBe(text);
  });
});
