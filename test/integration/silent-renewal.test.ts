import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAuthGateway } from "../support/auth-gateway.js";

const RENEW =
  "mutation ($i: RefreshTokenInput) { refreshToken(input: $i) { accessToken refreshToken expiresIn } }";

let house: Awaited<ReturnType<typeof startAuthGateway>>;
beforeAll(async () => {
  house = await startAuthGateway({
    clients: { default: { refresh: false, renewal: { windowSeconds: 60, limitSeconds: 3600 } } },
  });
});
afterAll(() => house.stop());

describe("a client configured for silent renewal", () => {
  it("renews a token that has just ended, though clients send it along as their credential", async () => {
    const { login, ask, clock } = house;
    const { accessToken } = await login();
    clock.advanceSeconds(301);
    expect((await ask("{ session { id } }", {}, accessToken)).status).toBe(401);
    const { body, status } = await ask(RENEW, { i: { accessToken } }, accessToken);
    expect(status).toBe(200);
    const renewed = (body.data as { refreshToken: { accessToken: string } }).refreshToken;
    expect(renewed).toMatchObject({ refreshToken: null, expiresIn: 300 });
    const read = await ask("{ session { current } }", {}, renewed.accessToken);
    expect(read.body).toEqual({ data: { session: { current: true } } });
  });

  it("renews nothing after it was revoked, and takes no two kinds of token at once", async () => {
    const { login, ask, clock } = house;
    const { accessToken } = await login();
    clock.advanceSeconds(290);
    const both = await ask(RENEW, { i: { accessToken, refreshToken: "crt_x" } });
    expect(both.body.errors?.[0]?.extensions).toEqual({ code: "INVALID_GRANT" });
    await ask("mutation { revokeSession { status } }", {}, accessToken);
    const { body } = await ask(RENEW, { i: { accessToken } });
    expect(body.errors?.[0]?.extensions).toEqual({ code: "INVALID_GRANT", reason: "SESSION_REVOKED" });
  });
});
