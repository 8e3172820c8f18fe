import { createLocalJWKSet, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { clientId, DEFAULT_TENANT, sessionId, userId } from "../../../src/domain/brand.js";
import { ANONYMOUS, type Authenticated, type Principal } from "../../../src/domain/principal.js";
import {
  createIdentitySigner,
  type IdentityKey,
  type IdentityKeys,
  type SubgraphIdentity,
} from "../../../src/identity/sign.js";
import { generateKey } from "../../../src/tokens/generate-key.js";
import { jwksDocument } from "../../../src/tokens/jwks.js";
import { createKeyRing, type SigningKey } from "../../../src/tokens/key-ring.js";
import { decodePart, ManualClock, NOW } from "../../support/token-builders.js";

const ISSUER = "https://gateway.example/identity";

const aPrincipal = (changes: Partial<Authenticated> = {}): Authenticated => ({
  kind: "user",
  issuer: "local",
  subject: "u-ada",
  tenant: DEFAULT_TENANT,
  sessionId: sessionId("c2Vzc2lvbi1vbmU"),
  clientId: clientId("web"),
  scopes: new Set(["b", "a"]),
  authTime: NOW - 5,
  acr: "1",
  amr: ["pwd"],
  issuedAt: NOW,
  expiresAt: NOW + 300,
  claims: { plan: "gold", secret: "no" },
  ...changes,
});

async function aSigner(subgraphs: Record<string, SubgraphIdentity> = {}) {
  const ring = createKeyRing([await generateKey()]);
  let signatures = 0;
  const counted = new WeakMap<SigningKey, IdentityKey>();
  const keyRing: IdentityKeys = {
    signing: (now) => {
      const key = ring.signing(now);
      const counting = counted.get(key) ?? {
        signJwt: (typ: string, claims: Readonly<Record<string, unknown>>) => {
          signatures += 1;
          return key.signJwt(typ, claims);
        },
      };
      counted.set(key, counting);
      return counting;
    },
  };
  const clock = new ManualClock();
  const signer = createIdentitySigner({ issuer: ISSUER, keyRing, subgraphs, clock });
  const keys = createLocalJWKSet({ keys: [...jwksDocument(ring, NOW).keys] });
  return { signer, ring, clock, keys, signatures: () => signatures };
}

const bearer = (headers: Readonly<Record<string, string>>): string =>
  (headers["authorization"] ?? "").slice(7);

describe("what a subgraph receives for a user", () => {
  it("is a JWT of its own audience that stock parts verify", async () => {
    const { signer, keys } = await aSigner();
    const headers = await signer.headersFor("orders", aPrincipal(), "r1");
    const { payload, protectedHeader } = await jwtVerify(bearer(headers), keys, {
      issuer: ISSUER,
      audience: "orders",
      typ: "JWT",
      currentDate: new Date(NOW * 1000),
    });
    expect(protectedHeader.alg).toBe("ES256");
    expect(payload).toEqual({
      iss: ISSUER,
      aud: "orders",
      sub: "u-ada",
      sid: "c2Vzc2lvbi1vbmU",
      client_id: "web",
      scope: "a b",
      auth_time: NOW - 5,
      acr: "1",
      amr: ["pwd"],
      tid: "default",
      iat: NOW,
      exp: NOW + 60,
      jti: expect.any(String),
    });
    expect(headers["x-request-id"]).toBe("r1");
    expect(headers).not.toHaveProperty("x-cardea-passage");
  });

  it("names the issuer of an outside subject, so that it equals no local user", async () => {
    const { signer } = await aSigner();
    const headers = await signer.headersFor("orders", aPrincipal({ issuer: "https://idp.example" }), "r1");
    expect(decodePart(bearer(headers), 1)).toMatchObject({
      sub: "https://idp.example|u-ada",
      idp: "https://idp.example",
    });
  });

  it("is the local user where a rule maps the outside subject", async () => {
    const { signer } = await aSigner();
    const principal = aPrincipal({
      issuer: "https://idp.example",
      subject: "x:ada",
      localUserId: userId("x:ada"),
    });
    expect(decodePart(bearer(await signer.headersFor("orders", principal, "r1")), 1)).toMatchObject({
      sub: "x:ada",
    });
  });

  it("holds only the custom claims chosen for it, and never in place of a registered one", async () => {
    const { signer } = await aSigner({ orders: { claims: ["plan", "sub", "absent"] } });
    const principal = aPrincipal({ claims: { plan: "gold", secret: "no", sub: "mallory" } });
    const claims = decodePart(bearer(await signer.headersFor("orders", principal, "r1")), 1);
    expect(claims).toMatchObject({ plan: "gold", sub: "u-ada" });
    expect(claims).not.toHaveProperty("secret");
  });

  it("knows Authorization in any case", async () => {
    const { signer } = await aSigner({ orders: { header: "Authorization" } });
    expect((await signer.headersFor("orders", aPrincipal(), "r1"))["authorization"]).toMatch(/^Bearer /);
  });

  it("follows its settings for typ, audience and header", async () => {
    const { signer } = await aSigner({
      orders: { typ: "at+jwt", audience: "urn:orders", extraAudiences: ["urn:all"], header: "x-identity" },
    });
    const headers = await signer.headersFor("orders", aPrincipal(), "r1");
    expect(decodePart(headers["x-identity"] ?? "", 0)).toMatchObject({ typ: "at+jwt" });
    expect(decodePart(headers["x-identity"] ?? "", 1)).toMatchObject({ aud: ["urn:orders", "urn:all"] });
    expect(headers).not.toHaveProperty("authorization");
  });
});

describe("what a subgraph receives for nobody", () => {
  it("is a passage token, and no Authorization", async () => {
    const { signer, keys } = await aSigner();
    const headers = await signer.headersFor("orders", ANONYMOUS, "r1");
    expect(headers).not.toHaveProperty("authorization");
    const { payload } = await jwtVerify(headers["x-cardea-passage"] ?? "", keys, {
      issuer: ISSUER,
      audience: "orders#gateway",
      typ: "cardea-passage+jwt",
      currentDate: new Date(NOW * 1000),
    });
    expect(payload).not.toHaveProperty("sub");
  });
});

describe("mode none and mode header", () => {
  it("receive nothing, or plain headers that cannot be broken out of", async () => {
    const { signer } = await aSigner({ open: { mode: "none" }, plain: { mode: "header" } });
    expect(await signer.headersFor("open", aPrincipal(), "r1")).toEqual({ "x-request-id": "r1" });
    expect(await signer.headersFor("plain", ANONYMOUS, "r1")).toEqual({ "x-request-id": "r1" });
    const headers = await signer.headersFor(
      "plain",
      aPrincipal({ subject: "ada\r\nx-user-id: root é%" }),
      "r1",
    );
    expect(headers["x-user-id"]).toBe("ada%0D%0Ax-user-id:%20root%20%C3%A9%25");
    expect(headers["x-user-scopes"]).toBe("a b");
  });
});

describe("signing", () => {
  it("happens once per claim set and subgraph, for half a life", async () => {
    const { signer, clock, signatures } = await aSigner();
    const first = await signer.headersFor("orders", aPrincipal(), "r1");
    const second = await signer.headersFor("orders", aPrincipal(), "r2");
    expect(bearer(second)).toBe(bearer(first));
    expect(signatures()).toBe(1);
    clock.advanceSeconds(29);
    expect(bearer(await signer.headersFor("orders", aPrincipal(), "r3"))).toBe(bearer(first));
    clock.advanceSeconds(1);
    expect(bearer(await signer.headersFor("orders", aPrincipal(), "r4"))).not.toBe(bearer(first));
    expect(signatures()).toBe(2);
  });

  it("is synchronous and free for the same principal object", async () => {
    const { signer, signatures } = await aSigner();
    const principal = aPrincipal();
    await signer.headersFor("orders", principal, "r1");
    expect(signer.headersFor("orders", principal, "r2")).not.toBeInstanceOf(Promise);
    expect(signatures()).toBe(1);
  });

  it("happens anew with a new key, at once", async () => {
    const { signer, ring } = await aSigner();
    const kidOf = async (who: Principal) => {
      const headers = await signer.headersFor("orders", who, "r1");
      return decodePart(headers["x-cardea-passage"] ?? bearer(headers), 0)["kid"];
    };
    const principal = aPrincipal();
    for (const who of [principal, ANONYMOUS]) await kidOf(who);
    const fresh = await generateKey();
    ring.replace([fresh]);
    for (const who of [principal, aPrincipal(), ANONYMOUS]) expect(await kidOf(who)).toBe(fresh.kid);
  });

  it("never shares a signature between callers that differ in any claim", async () => {
    const { signer } = await aSigner({ orders: { claims: ["plan"] } });
    const { sessionId: _, ...sessionless } = aPrincipal();
    const { authTime: __, ...undated } = aPrincipal();
    const callers: Authenticated[] = [
      aPrincipal(),
      sessionless,
      { ...sessionless, subject: "u-bob" },
      aPrincipal({ subject: "u-bob" }),
      aPrincipal({ scopes: new Set(["a"]) }),
      aPrincipal({ authTime: NOW }),
      undated,
      aPrincipal({ acr: "2" }),
      aPrincipal({ amr: ["pwd", "otp"] }),
      aPrincipal({ clientId: clientId("cli") }),
      aPrincipal({ issuer: "https://idp.example" }),
      aPrincipal({ claims: { plan: "free" } }),
    ];
    const tokens = await Promise.all(
      callers.map(async (caller) => bearer(await signer.headersFor("orders", caller, "r"))),
    );
    expect(new Set(tokens).size).toBe(callers.length);
    expect(bearer(await signer.headersFor("users", aPrincipal(), "r"))).not.toBe(tokens[0]);
  });
});

describe("inbound headers", () => {
  it.each([
    "Authorization",
    "x-cardea-passage",
    "X_Cardea_Passage",
    "x-user-id",
    "X_USER_ID",
    "x-identity",
    "x_identity",
  ])("%s never passes", async (name) => {
    const { signer } = await aSigner({ orders: { header: "X-Identity" } });
    expect(signer.isIdentityHeader(name)).toBe(true);
  });

  it("others are none of our business", async () => {
    const { signer } = await aSigner();
    expect(signer.isIdentityHeader("traceparent")).toBe(false);
  });
});
