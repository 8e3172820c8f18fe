import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ADAS_PASSWORD, type AuthGateway, startAuthGateway } from "../support/auth-gateway.js";

const SECRET = "hunter2-canary";
const LOGIN = "mutation ($input: LoginInput!) { login(input: $input) { __typename } }";

let harness: AuthGateway;
beforeAll(async () => {
  harness = await startAuthGateway({
    limits: { loginPerAccount: 1000, loginPerAddress: 1000, loginPerDevice: 1000 },
  });
});
afterAll(() => harness.stop());

/** Sends raw text, so that bodies which are no JSON can be tried too. */
async function post(body: string, headers: Record<string, string> = {}): Promise<string> {
  const response = await fetch(harness.gateway.url, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body,
  });
  return `${response.status} ${[...response.headers].join("\n")} ${await response.text()}`;
}

const variables = (input: unknown): string => JSON.stringify({ query: LOGIN, variables: { input } });
const inline = (selection: string): string => JSON.stringify({ query: `mutation { ${selection} }` });

describe("a secret is in no answer and in no line of the log", () => {
  it.each([
    ["a wrong password", variables({ username: "ada", password: SECRET })],
    ["a misspelt neighbour, in variables", variables({ username: "ada", password: SECRET, devise: "x" })],
    ["a missing neighbour, in variables", variables({ password: SECRET })],
    ["a secret under a misspelt name", variables({ username: "ada", passwrd: SECRET })],
    ["a secret in a list", variables({ username: "ada", password: [SECRET] })],
    ["a secret as an object", variables({ username: "ada", password: { value: SECRET } })],
    ["a secret where the object belongs", variables(SECRET)],
    [
      "a secret as the wrong enum",
      JSON.stringify({
        query: "mutation ($i: CompleteLoginInput!) { completeLogin(input: $i) { scope } }",
        variables: { i: { challenge: SECRET, method: SECRET, code: SECRET } },
      }),
    ],
    ["an inline secret", inline(`login(input: { username: "ada", password: "${SECRET}" }) { __typename }`)],
    [
      "an inline secret beside a misspelt neighbour",
      inline(`login(input: { username: "ada", password: "${SECRET}", devise: 1 }) { __typename }`),
    ],
    [
      "an inline secret under a misspelt name",
      inline(`login(input: { username: "ada", passwrd: "${SECRET}" }) { __typename }`),
    ],
    ["an inline secret as the wrong type", inline(`login(input: "${SECRET}") { __typename }`)],
    ["an inline secret that is not closed", inline(`login(input: { username: "ada", password: "${SECRET}`)],
    [
      "an inline secret after a syntax error",
      inline(`login(input: { username "ada" password: "${SECRET}" })`),
    ],
    [
      "a default value",
      JSON.stringify({
        query: `mutation ($p: Secret! = "${SECRET}") { login(input: { username: "ada", password: $p }) { __typename } }`,
      }),
    ],
    [
      "a variable of another type",
      JSON.stringify({
        query: 'mutation ($p: Int!) { login(input: { username: "a", password: $p }) { __typename } }',
        variables: { p: SECRET },
      }),
    ],
    [
      "an operation name",
      JSON.stringify({
        query: LOGIN,
        operationName: SECRET,
        variables: { input: { username: "ada", password: SECRET } },
      }),
    ],
    ["a body that is no JSON", `{"query": "${SECRET}`],
    [
      "a forged refresh token",
      JSON.stringify({
        query: "mutation ($i: RefreshTokenInput) { refreshToken(input: $i) { scope } }",
        variables: { i: { refreshToken: `crt_${SECRET}` } },
      }),
    ],
  ])("%s", async (_, body) => {
    const answer = await post(body);
    expect(answer).not.toContain(SECRET);
    expect(harness.log()).not.toContain(SECRET);
  });

  it("a bearer token, good or bad", async () => {
    const { accessToken, refreshToken } = await harness.login();
    for (const token of [SECRET, `${accessToken.slice(0, -3)}AAA`, accessToken, refreshToken]) {
      const answer = await post(JSON.stringify({ query: "{ session { id } }" }), {
        authorization: `Bearer ${token}`,
      });
      expect(answer).not.toContain(token);
    }
    await post(JSON.stringify({ query: "{ session { id } }" }), { authorization: `Basic ${SECRET}` });
    for (const secret of [
      accessToken,
      refreshToken,
      SECRET,
      ADAS_PASSWORD,
      accessToken.split(".")[2] ?? "",
    ]) {
      expect(harness.log()).not.toContain(secret);
    }
  });

  it("is refused, not forgotten: each of these answers is an error", async () => {
    expect(
      await post(inline(`login(input: { username: "ada", password: "${SECRET}" }) { __typename }`)),
    ).toMatch(/^400 /);
    expect(await post(variables({ username: "ada", password: SECRET, devise: "x" }))).toMatch(/^400 /);
    expect(await post(variables({ username: "ada", password: SECRET }))).toMatch(
      /^200 .*INVALID_CREDENTIALS/s,
    );
    expect(harness.log().length).toBeGreaterThan(0);
  });
});

describe("an answer that carries tokens", () => {
  it("is not to be stored by anybody", async () => {
    const query =
      "mutation ($input: LoginInput!) { login(input: $input) { ... on AuthPayload { accessToken } } }";
    const { headers, body } = await harness.ask(query, {
      input: { username: "ada", password: ADAS_PASSWORD },
    });
    expect(body.data?.["login"]).toHaveProperty("accessToken");
    expect(headers.get("cache-control")).toContain("no-store");
  });
});
