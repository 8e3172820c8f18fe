import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ADAS_PASSWORD, gatewayDirectory, startAuthGateway } from "../support/auth-gateway.js";
import { createOutsideIssuer } from "../support/outside-issuer.js";

const closers: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const LOGIN = "mutation ($i: LoginInput!) { login(input: $i) { ... on AuthPayload { accessToken } } }";

describe("what a gateway refuses", () => {
  it("can be found in the log and counted, with the reason and by whose token it was", async () => {
    const directory = gatewayDirectory();
    const provider = await createOutsideIssuer(directory);
    const { issuer, audience, jwksPath: jwks } = provider;
    const harness = await startAuthGateway({ issuers: [{ issuer, audience, jwks }] }, directory);
    closers.push(harness.stop);
    const now = Math.floor(harness.clock.nowMs() / 1000);
    const claims = { anonymous: false, scopes: [], fresh: true };
    const { accessToken } = await harness.login();
    const sent = [
      [await provider.mint(claims, now, { aud: "elsewhere" }), issuer, "TOKEN_INVALID", /audience/],
      [await provider.mint(claims, now - 9999), issuer, "TOKEN_EXPIRED", /expired/],
      [
        await provider.mint(claims, now, { iss: "https://who" }),
        "unknown",
        "TOKEN_INVALID",
        /unknown issuer/,
      ],
      [`${accessToken.slice(0, -8)}AAAAAAAA`, "local", "TOKEN_INVALID", /signature/],
      ["a b", "unknown", "TOKEN_INVALID", /Bearer/],
    ] as const;
    for (const [token = "", from, reason, detail] of sent) {
      const { status, headers, text } = await harness.ask("{ __typename }", {}, token);
      expect([status, text.includes(reason)]).toEqual([401, true]);
      expect(harness.events.at(-1)).toEqual({
        type: "credential.refused",
        reason,
        issuer: from,
        detail: expect.stringMatching(detail),
        requestId: headers.get("x-request-id"),
      });
      expect(harness.log()).toContain(String(headers.get("x-request-id")));
      expect(harness.log()).not.toContain(token.slice(-20));
    }
    const metrics = await (await fetch(`${harness.gateway.opsUrl}/metrics`)).text();
    expect(metrics).toContain(
      `cardea_credentials_refused_total{reason="TOKEN_INVALID",issuer="${issuer}"} 1`,
    );
    expect(metrics).toContain('cardea_credentials_refused_total{reason="TOKEN_INVALID",issuer="unknown"} 2');
  });

  it("distinguishes an unknown client from a wrong password, in the log only", async () => {
    const harness = await startAuthGateway();
    closers.push(harness.stop);
    const answer = (clientId: string, password: string) =>
      harness.ask(LOGIN, { i: { username: "ada", password, clientId } });
    const unknown = await answer("wbe", ADAS_PASSWORD);
    expect(harness.events.at(-1)).toMatchObject({ type: "client.refused", clientId: "wbe" });
    const wrong = await answer("default", "not hers");
    expect(harness.events.at(-1)).toMatchObject({ type: "login.refused" });
    expect(unknown.body.errors?.[0]?.extensions["code"]).toBe("INVALID_CREDENTIALS");
    expect(wrong.body.errors?.[0]?.extensions["code"]).toBe("INVALID_CREDENTIALS");
  });

  it("refuses at start a client that no browser could use", async () => {
    await expect(startAuthGateway({ clients: { web: { delivery: "cookie" } } })).rejects.toThrow(
      /clients\.web\.origins: found no origins of a cookie client/,
    );
  });

  it("has the message of a subgraph's error in the log, with the request's id, and not in the answer", async () => {
    const subgraph = createServer((_, response) => {
      response.writeHead(200, { "content-type": "application/json" });
      response.end(JSON.stringify({ data: null, errors: [{ message: "no such column: price" }] }));
    });
    await new Promise<void>((resolve) => subgraph.listen(0, "127.0.0.1", resolve));
    closers.push(() => subgraph.close());
    const url = `http://127.0.0.1:${(subgraph.address() as AddressInfo).port}`;
    const harness = await startAuthGateway({ log: { level: "info" } }, undefined, {
      url,
      sdl: "type Query { a: Int }",
    });
    closers.push(harness.stop);
    const { headers, text } = await harness.ask("{ a }");
    expect(text).not.toContain("column");
    const line = harness
      .log()
      .split("\n")
      .find((each) => each.includes("no such column: price"));
    expect(line).toContain(String(headers.get("x-request-id")));
  });

  it("lets common clients name themselves across origins", async () => {
    const origin = "https://app.example.org";
    const harness = await startAuthGateway({ server: { port: 0, corsOrigins: [origin] } });
    closers.push(harness.stop);
    const wanted = ["apollographql-client-name", "apollographql-client-version", "x-apollo-operation-name"];
    const { headers } = await fetch(harness.gateway.url, {
      method: "OPTIONS",
      headers: { origin, "access-control-request-method": "POST" },
    });
    const allowed = headers.get("access-control-allow-headers")?.split(", ");
    expect(allowed).toEqual(expect.arrayContaining(["authorization", "content-type", ...wanted]));
    for (const path of [
      "/.well-known/jwks.json",
      "/identity/.well-known/jwks.json",
      "/.well-known/openid-configuration",
      "/.well-known/oauth-authorization-server",
    ])
      for (const method of ["GET", "OPTIONS"]) {
        const answer = await fetch(`${harness.origin}${path}`, {
          method,
          headers: { origin: "https://any" },
        });
        expect([answer.ok, answer.headers.get("access-control-allow-origin")]).toEqual([true, "*"]);
      }
  });
});
