import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readAssertion, signatureProblem } from "../../../src/client-auth/assertion.js";
import { type AssertionChanges, aClientKey, anAssertion } from "../../support/client-assertions.js";

const ISSUER = "https://api.example.com";
const NOW = 1_800_000_000;
const rules = { issuer: ISSUER, clockToleranceSeconds: 60 };
const key = aClientKey();
const make = (changes: AssertionChanges = {}): string => anAssertion(key, "bff", ISSUER, NOW, changes);
const read = (text: string) => readAssertion(text, rules, NOW);

describe("a client assertion (RFC 7523 §3)", () => {
  it("names its client, its id and how long it is remembered", () => {
    expect(read(make({ claims: { jti: "j" } }))).toMatchObject({
      kind: "read",
      clientId: "bff",
      assertionId: "j",
      until: NOW + 120,
    });
  });

  it.each(["client-authentication+jwt", "application/client-authentication+jwt", "JWT", "jwt"])(
    "may have typ %s",
    (typ) => {
      expect(read(make({ typ })).kind).toBe("read");
    },
  );

  it.each<[string, AssertionChanges, string]>([
    ["iss of another client", { claims: { iss: "other" } }, "iss and sub"],
    ["sub of another client", { claims: { sub: "other" } }, "iss and sub"],
    ["no sub", { claims: { sub: undefined } }, "iss and sub"],
    ["aud as a list", { claims: { aud: [ISSUER] } }, "aud is not exactly"],
    ["aud of the token endpoint", { claims: { aud: `${ISSUER}/oauth/token` } }, "aud is not exactly"],
    ["aud with a slash more", { claims: { aud: `${ISSUER}/` } }, "aud is not exactly"],
    ["no aud", { claims: { aud: undefined } }, "aud is not exactly"],
    ["a life of 301 s", { claims: { exp: NOW + 301 } }, "at most 300 s"],
    ["exp before iat", { claims: { exp: NOW - 1 } }, "at most 300 s"],
    ["no iat", { claims: { iat: undefined } }, "iat, exp or nbf"],
    ["no exp", { claims: { exp: undefined } }, "iat, exp or nbf"],
    ["exp as a text", { claims: { exp: `${NOW + 60}` } }, "iat, exp or nbf"],
    ["exp long ago", { claims: { iat: NOW - 200, exp: NOW - 60 } }, "expired"],
    ["iat in the future", { claims: { iat: NOW + 61, exp: NOW + 90 } }, "from the future"],
    ["nbf in the future", { claims: { nbf: NOW + 61 } }, "from the future"],
    ["no jti", { claims: { jti: undefined } }, "jti"],
    ["an empty jti", { claims: { jti: "" } }, "jti"],
    ["a jti of 257 characters", { claims: { jti: "j".repeat(257) } }, "jti"],
    ["the typ of an access token", { typ: "at+jwt" }, "typ is not"],
    ["the typ of a proof", { typ: "dpop+jwt" }, "typ is not"],
  ])("is refused with %s", (_, changes, reason) => {
    expect(read(make(changes))).toMatchObject({ kind: "refused", reason: expect.stringContaining(reason) });
  });

  it("is refused without typ", () => {
    const [, payload = "", signature = ""] = make().split(".");
    const header = Buffer.from(JSON.stringify({ alg: "ES256", kid: key.kid })).toString("base64url");
    expect(read(`${header}.${payload}.${signature}`)).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("typ is not"),
    });
  });

  it.each(["none", "HS256"])("is refused with alg %s", (alg) => {
    const [, payload = ""] = make().split(".");
    const header = Buffer.from(JSON.stringify({ alg, typ: "JWT" })).toString("base64url");
    const mac = createHmac("sha256", "secret").update(`${header}.${payload}`).digest("base64url");
    expect(read(`${header}.${payload}.${mac}`)).toMatchObject({
      kind: "refused",
      reason: "alg is not an asymmetric algorithm",
    });
  });

  it("is refused in a second spelling of the same bytes", () => {
    expect(read(`${make()}=`)).toMatchObject({
      kind: "refused",
      reason: expect.stringContaining("malformed"),
    });
  });

  it("is signed by a key of its client", async () => {
    const find = (kid: string | undefined) => key.publicKeys.find((each) => each.kid === kid);
    const problemOf = async (text: string) => {
      const assertion = read(text);
      return assertion.kind === "refused" ? assertion.reason : signatureProblem(assertion, { find });
    };
    expect(await problemOf(make())).toBeUndefined();
    expect(await problemOf(anAssertion(aClientKey(), "bff", ISSUER, NOW))).toBe("bad signature");
    expect(await problemOf(make({ kid: "k2" }))).toContain("not in the client's key set");
  });
});
