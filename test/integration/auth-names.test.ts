import { afterEach, describe, expect, it } from "vitest";
import type { ConfigInput } from "../../src/config/schema.js";
import { ADAS_PASSWORD, startAuthGateway } from "../support/auth-gateway.js";

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function aGateway(authSubgraph: NonNullable<ConfigInput["authSubgraph"]>) {
  const harness = await startAuthGateway({ authSubgraph });
  closers.push(() => harness.stop());
  return harness;
}

const LOGIN = `mutation ($input: CardeaLoginInput!) {
  cardeaLogin(input: $input) { __typename ... on CardeaAuthPayload { accessToken session { id } } }
}`;
const input = { username: "ada", password: ADAS_PASSWORD };

describe("the auth subgraph under a prefix", () => {
  it("logs in and knows the session, under its prefixed names", async () => {
    const { ask } = await aGateway({ prefix: "cardea" });
    const { body } = await ask(LOGIN, { input });
    expect(body.data?.["cardeaLogin"]).toMatchObject({ __typename: "CardeaAuthPayload" });
    const token = String(body.data?.["cardeaLogin"]?.["accessToken"]);
    const session = await ask("{ cardeaSession { current } }", {}, token);
    expect(session.body).toEqual({ data: { cardeaSession: { current: true } } });
    expect((await ask("{ session { id } }", {}, token)).status).toBe(400);
  });

  it("logs in although a stale credential comes along", async () => {
    const { ask } = await aGateway({ prefix: "cardea" });
    const { status, body } = await ask(LOGIN, { input }, "stale");
    expect(status).toBe(200);
    expect(body.data?.["cardeaLogin"]).toMatchObject({ __typename: "CardeaAuthPayload" });
  });

  it("refuses secrets in documents under the prefixed name, too", async () => {
    const { ask, log } = await aGateway({ prefix: "cardea" });
    const query = `mutation { cardeaLogin(input: { username: "ada", password: "hunter2" }) { __typename } }`;
    const { status, text } = await ask(query);
    expect(status).toBe(400);
    expect(text).toContain("use a variable");
    expect(text + log()).not.toContain("hunter2");
  });
});

describe("the auth subgraph with chosen fields", () => {
  it("offers these and no others", async () => {
    const { ask } = await aGateway({ fields: ["login", "me"] });
    const login = await ask(LOGIN.replaceAll("Cardea", "").replaceAll("cardeaLogin", "login"), { input });
    const token = String(login.body.data?.["login"]?.["accessToken"]);
    const { body } = await ask("{ me { id scopes } }", {}, token);
    expect(body).toEqual({ data: { me: { id: expect.any(String), scopes: ["orders:read"] } } });
    expect((await ask("{ sessions { id } }", {}, token)).status).toBe(400);
    expect((await ask("mutation { revokeSession { status } }", {}, token)).status).toBe(400);
  });
});
