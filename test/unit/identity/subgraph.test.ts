import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ApolloServer, HeaderMap } from "@apollo/server";
import { createSchema, createYoga } from "graphql-yoga";
import { afterEach, describe, expect, it, vi } from "vitest";
import { DEFAULT_TENANT } from "../../../src/domain/brand.js";
import { ANONYMOUS, type Authenticated } from "../../../src/domain/principal.js";
import { createIdentitySigner } from "../../../src/identity/sign.js";
import {
  apolloContext,
  createIdentityVerifier,
  createTestGateway,
  devIdentity,
  expressMiddleware,
  fastifyHook,
  type Identity,
  requireFresh,
  requireScopes,
  requireUser,
  yogaPlugin,
} from "../../../src/identity/subgraph.js";
import { generateKey } from "../../../src/tokens/generate-key.js";
import { createTokenIssuer } from "../../../src/tokens/issue.js";
import { jwksDocument } from "../../../src/tokens/jwks.js";
import { createKeyRing } from "../../../src/tokens/key-ring.js";
import { AUDIENCE, anAccessToken, ISSUER, ManualClock, NOW } from "../../support/token-builders.js";

const IDENTITY_ISSUER = `${ISSUER}/identity`;

const ada: Authenticated = {
  kind: "user",
  issuer: "local",
  subject: "u-ada",
  tenant: DEFAULT_TENANT,
  scopes: new Set(["orders:read"]),
  authTime: NOW - 10,
  amr: ["pwd"],
  issuedAt: NOW,
  expiresAt: NOW + 300,
  claims: {},
};

async function aGateway() {
  const keyRing = createKeyRing([await generateKey()]);
  const clock = new ManualClock();
  const signer = createIdentitySigner({
    issuer: IDENTITY_ISSUER,
    keyRing,
    clock,
    subgraphs: { strict: { typ: "at+jwt" }, elsewhere: { header: "x-identity" } },
  });
  const jwks = { keys: [...jwksDocument(keyRing, NOW).keys] };
  const verifierOf = (audience: string, options: { readonly header?: string } = {}) =>
    createIdentityVerifier({
      issuer: IDENTITY_ISSUER,
      audience,
      jwks,
      nowMs: () => clock.nowMs(),
      ...options,
    });
  return { keyRing, clock, signer, verifierOf, jwks };
}

describe("the verifier for subgraph authors", () => {
  it("reads the user the gateway vouches for", async () => {
    const { signer, verifierOf } = await aGateway();
    expect(await verifierOf("orders").verify(await signer.headersFor("orders", ada, "r"))).toMatchObject({
      kind: "user",
      subject: "u-ada",
      tenant: "default",
      scopes: new Set(["orders:read"]),
      authTime: NOW - 10,
      amr: ["pwd"],
    });
    expect(await verifierOf("strict").verify(await signer.headersFor("strict", ada, "r"))).toMatchObject({
      kind: "user",
    });
    const elsewhere = verifierOf("elsewhere", { header: "X-Identity" });
    expect(await elsewhere.verify(await signer.headersFor("elsewhere", ada, "r"))).toMatchObject({
      kind: "user",
    });
  });

  it("knows nobody who came through the gateway from nobody who did not", async () => {
    const { signer, verifierOf } = await aGateway();
    const verifier = verifierOf("orders");
    expect(await verifier.verify(await signer.headersFor("orders", ANONYMOUS, "r"))).toEqual({
      kind: "anonymous",
    });
    await expect(verifier.verify({})).rejects.toMatchObject({
      extensions: { code: "UNAUTHENTICATED" },
      statusCode: 401,
    });
  });

  it("reads Fetch headers as well as Node's", async () => {
    const { signer, verifierOf } = await aGateway();
    const headers = new Headers(await signer.headersFor("orders", ada, "r"));
    expect(await verifierOf("orders").verify(headers)).toMatchObject({ kind: "user" });
  });

  it("refuses the identity made for another subgraph", async () => {
    const { signer, verifierOf } = await aGateway();
    const headers = await signer.headersFor("users", ada, "r");
    await expect(verifierOf("orders").verify(headers)).rejects.toMatchObject({
      extensions: { code: "UNAUTHENTICATED" },
    });
    const passage = await signer.headersFor("users", ANONYMOUS, "r");
    await expect(verifierOf("orders").verify(passage)).rejects.toMatchObject({ statusCode: 401 });
  });

  it("refuses a passage in place of an identity, and an identity in place of a passage", async () => {
    const { signer, verifierOf } = await aGateway();
    const passage = (await signer.headersFor("orders", ANONYMOUS, "r"))["x-cardea-passage"] ?? "";
    const identity = ((await signer.headersFor("orders", ada, "r"))["authorization"] ?? "").slice(7);
    const verifier = verifierOf("orders");
    await expect(verifier.verify({ authorization: `Bearer ${passage}` })).rejects.toMatchObject({
      statusCode: 401,
    });
    await expect(verifier.verify({ "x-cardea-passage": identity })).rejects.toMatchObject({
      statusCode: 401,
    });
  });

  it("refuses a client's access token, even under the same key and audience", async () => {
    const { keyRing, verifierOf } = await aGateway();
    const issuer = createTokenIssuer({ issuer: IDENTITY_ISSUER, audience: "orders", keyRing });
    const own = createTokenIssuer({
      issuer: ISSUER,
      audience: AUDIENCE,
      keyRing: createKeyRing([await generateKey()]),
    });
    const real = (await own.issue(anAccessToken(), NOW)).token;
    await expect(verifierOf("orders").verify({ authorization: `Bearer ${real}` })).rejects.toMatchObject({
      statusCode: 401,
    });
    // Its life of five minutes would be enough to refuse it: an identity is valid for one.
    const lookalike = (await issuer.issue(anAccessToken({ ttlSeconds: 300 }), NOW - 130)).token;
    await expect(verifierOf("orders").verify({ authorization: `Bearer ${lookalike}` })).rejects.toMatchObject(
      {
        statusCode: 401,
      },
    );
  });

  it("refuses a replay a minute later", async () => {
    const { signer, verifierOf, clock } = await aGateway();
    const headers = await signer.headersFor("orders", ada, "r");
    clock.advanceSeconds(64);
    expect(await verifierOf("orders").verify(headers)).toMatchObject({ kind: "user" });
    clock.advanceSeconds(2);
    await expect(verifierOf("orders").verify(headers)).rejects.toMatchObject({ statusCode: 401 });
  });

  it.each([
    ["another scheme", { authorization: "Basic YWRhOnNlY3JldA==" }],
    ["no token", { authorization: "Bearer " }],
    ["noise", { authorization: "Bearer a.b.c" }],
    ["two values", { "x-cardea-passage": ["a", "b"] }],
    ["two spellings", { authorization: "Bearer a", Authorization: "Bearer b" }],
  ])("refuses %s without an exception of another kind", async (_, headers) => {
    const { verifierOf } = await aGateway();
    await expect(verifierOf("orders").verify(headers)).rejects.toMatchObject({
      name: "IdentityError",
      statusCode: 401,
    });
  });

  it("blames the keys, not the caller, when the gateway cannot be reached", async () => {
    const { signer } = await aGateway();
    const verifier = createIdentityVerifier({
      issuer: IDENTITY_ISSUER,
      audience: "orders",
      jwks: "http://127.0.0.1:1/jwks",
    });
    const headers = await signer.headersFor("orders", ada, "r");
    await expect(verifier.verify(headers)).rejects.toMatchObject({ statusCode: 503 });
  });

  it("finds the keys below the issuer", async () => {
    const gateway = await createTestGateway();
    const server = createServer((request, response) =>
      response.end(request.url === "/identity/.well-known/jwks.json" ? JSON.stringify(gateway.jwks) : "{}"),
    );
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}/identity`;
    const signed = await createTestGateway(issuer);
    gateway.jwks.keys.splice(0, 1, ...signed.jwks.keys);
    const verifier = createIdentityVerifier({ issuer, audience: "orders" });
    expect(await verifier.verify(await signed.headersFor("orders", { subject: "ada" }))).toMatchObject({
      subject: "ada",
    });
    await new Promise((resolve) => server.close(resolve));
  });
});

describe("what a subgraph may demand", () => {
  const user: Identity = {
    kind: "user",
    subject: "ada",
    scopes: new Set(["a"]),
    amr: [],
    authTime: 1000,
    claims: {},
  };
  const nobody: Identity = { kind: "anonymous" };

  it("is a user", () => {
    expect(requireUser(user)).toBe(user);
    expect(() => requireUser(nobody)).toThrow(expect.objectContaining({ statusCode: 401 }));
  });

  it("are scopes, all of them", () => {
    expect(requireScopes(user, "a")).toBe(user);
    expect(() => requireScopes(user, "a", "b")).toThrow(
      expect.objectContaining({ extensions: { code: "FORBIDDEN" } }),
    );
    expect(() => requireScopes(nobody)).toThrow(expect.objectContaining({ statusCode: 401 }));
  });

  it("is a recent sign-in, inclusive, and neither a missing nor a future one", () => {
    expect(requireFresh(user, 60, 1060)).toBe(user);
    const { authTime: _, ...undated } = user;
    for (const [identity, now] of [
      [user, 1061],
      [user, 939],
      [undated, 1000],
    ] as const) {
      expect(() => requireFresh(identity, 60, now)).toThrow(
        expect.objectContaining({ extensions: { code: "STEP_UP_REQUIRED", maxAge: 60 } }),
      );
    }
  });
});

describe("the adapters", () => {
  it("give Apollo Server its context, and 401 to strangers", async () => {
    const gateway = await createTestGateway();
    const verifier = createIdentityVerifier({
      issuer: gateway.issuer,
      audience: "orders",
      jwks: gateway.jwks,
    });
    const server = new ApolloServer<{ identity: Identity }>({
      typeDefs: "type Query { me: String }",
      resolvers: { Query: { me: (_, __, { identity }) => requireUser(identity).subject } },
    });
    await server.start();
    const ask = async (headers: Record<string, string>) => {
      const response = await server.executeHTTPGraphQLRequest({
        httpGraphQLRequest: {
          method: "POST",
          headers: new HeaderMap([["content-type", "application/json"]]),
          search: "",
          body: { query: "{ me }" },
        },
        context: () => apolloContext(verifier)({ req: { headers } }),
      });
      return {
        status: response.status ?? 200,
        body: response.body.kind === "complete" ? response.body.string : "",
      };
    };
    const user = await ask(await gateway.headersFor("orders", { subject: "ada" }));
    expect(JSON.parse(user.body)).toEqual({ data: { me: "ada" } });
    const stranger = await ask({});
    expect(stranger.status).toBe(401);
    expect(stranger.body).toContain("UNAUTHENTICATED");
    const nobody = await ask(await gateway.headersFor("orders"));
    expect(JSON.parse(nobody.body)).toMatchObject({
      data: { me: null },
      errors: [{ extensions: { code: "UNAUTHENTICATED" } }],
    });
    await server.stop();
  });

  it("give Yoga its context", async () => {
    const gateway = await createTestGateway();
    const verifier = createIdentityVerifier({
      issuer: gateway.issuer,
      audience: "orders",
      jwks: gateway.jwks,
    });
    const yoga = createYoga<object, { identity: Identity }>({
      schema: createSchema({
        typeDefs: "type Query { me: String }",
        resolvers: {
          Query: { me: (_, __, context: { identity: Identity }) => requireUser(context.identity).subject },
        },
      }),
      plugins: [yogaPlugin(verifier)],
      logging: false,
    });
    const ask = async (headers: Record<string, string>) =>
      yoga.fetch("http://yoga/graphql", {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body: JSON.stringify({ query: "{ me }" }),
      });
    const user = await ask(await gateway.headersFor("orders", { subject: "ada" }));
    expect(await user.json()).toEqual({ data: { me: "ada" } });
    expect(await (await ask({})).text()).not.toContain('"me":"');
  });

  it("give Express and Fastify a request with an identity, or an error with a status", async () => {
    const gateway = await createTestGateway();
    const verifier = createIdentityVerifier({
      issuer: gateway.issuer,
      audience: "orders",
      jwks: gateway.jwks,
    });
    const request: { headers: Record<string, string>; identity?: Identity } = {
      headers: await gateway.headersFor("orders", { subject: "ada" }),
    };
    await new Promise((resolve) => expressMiddleware(verifier)(request, undefined, resolve));
    expect(request.identity).toMatchObject({ subject: "ada" });
    const error = await new Promise((resolve) =>
      expressMiddleware(verifier)({ headers: {} }, undefined, resolve),
    );
    expect(error).toMatchObject({ statusCode: 401 });
    const hooked: { headers: Record<string, string>; identity?: Identity } = { headers: request.headers };
    await fastifyHook(verifier)(hooked);
    expect(hooked.identity).toMatchObject({ subject: "ada" });
  });
});

describe("running a subgraph alone", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  it("believes the developer", async () => {
    expect(await devIdentity({ subject: "ada", scopes: ["a"] }).verify({})).toMatchObject({
      scopes: new Set(["a"]),
    });
    expect(await devIdentity().verify({ "x-dev-user": "bob", "x-dev-scopes": "b c" })).toMatchObject({
      subject: "bob",
      scopes: new Set(["b", "c"]),
    });
    expect(await devIdentity().verify({})).toEqual({ kind: "anonymous" });
  });

  it.each([
    "http://localhost:4000/identity",
    "http://127.0.0.1:4000/identity",
    "http://[::1]:4000/identity",
    "https://localhost/identity",
  ])("reads who calls from a gateway on this machine, %s, whoever else is named", async (issuer) => {
    const gateway = await createTestGateway(issuer);
    const verifier = devIdentity({ subject: "somebody-else" });
    const identified = await gateway.headersFor("orders", { subject: "ada", scopes: ["a", "b"] });
    expect(await verifier.verify({ ...identified, "x-dev-user": "mallory" })).toMatchObject({
      kind: "user",
      subject: "ada",
      scopes: new Set(["a", "b"]),
      clientId: "default",
      authTime: expect.any(Number),
    });
    expect(await verifier.verify(new Headers(identified))).toMatchObject({ subject: "ada" });
    expect(await verifier.verify(await gateway.headersFor("orders"))).toEqual({ kind: "anonymous" });
  });

  it.each([
    "https://graph.example.com/identity",
    "http://localhost.example.com/identity",
    "http://10.0.0.1:4000/identity",
    "http://127.0.0.1.example.com/identity",
    "localhost",
  ])("refuses what a gateway elsewhere says, %s", async (issuer) => {
    const gateway = await createTestGateway(issuer);
    for (const headers of [
      await gateway.headersFor("orders", { subject: "ada" }),
      await gateway.headersFor("orders"),
    ])
      await expect(devIdentity({ subject: "ada" }).verify(headers)).rejects.toMatchObject({
        extensions: { code: "UNAUTHENTICATED" },
      });
  });

  it.each([
    { authorization: "Basic YWRhOmFkYQ==" },
    { authorization: "Bearer nonsense" },
    { authorization: ["Bearer a", "Bearer b"] },
    { "x-cardea-passage": "nonsense" },
  ])("refuses a credential it cannot read rather than take it for nobody's: %o", async (headers) => {
    await expect(devIdentity({ subject: "ada" }).verify(headers)).rejects.toMatchObject({
      extensions: { code: "UNAUTHENTICATED" },
    });
  });

  it("is refused in production", () => {
    vi.stubEnv("NODE_ENV", "production");
    expect(() => devIdentity()).toThrow(/production/);
  });
});
