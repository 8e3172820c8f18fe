import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { createProofNonces } from "../../../../src/tokens/dpop/nonce.js";
import { verifyProof } from "../../../../src/tokens/dpop/proof.js";
import { createProofKeys } from "../../../../src/tokens/dpop/proof-key.js";
import { proofTargets } from "../../../../src/tokens/dpop/target.js";
import { createProver, type Prover } from "../../../support/dpop-proofs.js";
import { A_PEPPER } from "../../../support/secrets.js";

const NOW = 1_800_000_010;
const nonces = createProofNonces([{ id: 1, secret: A_PEPPER }]);
const rules = {
  method: "POST",
  targets: proofTargets(["https://api.example.com", "https://other.example.com/gateway"], "/graphql"),
  nonces,
  keys: createProofKeys(),
};
const HONEST = {
  htm: "POST",
  htu: "https://api.example.com/graphql",
  iat: NOW,
  nonce: nonces.current(NOW),
};

const es256 = createProver();
const checkOf = (text: string): string => {
  const verdict = verifyProof(text, rules, NOW);
  return verdict.kind === "verified" ? "verified" : verdict.check;
};
const checkWith = (claims: object, header: object = {}, prover: Prover = es256): string =>
  checkOf(prover.prove({ ...HONEST, ...claims }, { ...header }));

describe("a proof", () => {
  it.each(["ES256", "EdDSA", "RS256", "PS256"] as const)("is accepted with %s", (algorithm) => {
    const prover = createProver(algorithm);
    expect(verifyProof(prover.prove({ ...HONEST, jti: "one" }), rules, NOW)).toMatchObject({
      kind: "verified",
      proof: { jti: "one", ath: undefined, nonce: { isCurrent: true } },
    });
  });

  it("may call EdDSA by its name of RFC 9864", () => {
    expect(checkWith({}, { alg: "Ed25519" }, createProver("EdDSA"))).toBe("verified");
  });
});

describe("RFC 9449 §4.3 refuses a proof", () => {
  it.each([
    ["", "form"],
    ["nonsense", "form"],
    ["a.b", "form"],
    [`${es256.prove(HONEST)}.`, "form"],
    [`${es256.prove(HONEST)} `, "form"],
    ["x".repeat(4097), "size"],
  ])("check 2: that is not one well-formed JWT (%#)", (text, check) => {
    expect(checkOf(text)).toBe(check);
  });

  it("… however long it is: 4096 characters at most", () => {
    const long = es256.prove({ ...HONEST, padding: "x".repeat(4096) });
    expect(checkOf(long)).toBe("size");
  });

  it.each([
    ["jti", "jti"],
    ["htm", "htm"],
    ["htu", "htu"],
    ["iat", "iat"],
  ])("check 3: without the claim %s", (claim, check) => {
    expect(checkWith({ [claim]: undefined })).toBe(check);
  });

  it.each([
    ["jti", 7, "jti"],
    ["jti", "", "jti"],
    ["jti", "j".repeat(129), "jti"],
    ["htm", ["POST"], "htm"],
    ["htu", ["https://api.example.com/graphql"], "htu"],
    ["iat", String(NOW), "iat"],
    ["iat", NOW + 0.5, "iat"],
    ["ath", 7, "ath"],
  ])("… or with %s: %j", (claim, value, check) => {
    expect(checkWith({ [claim]: value })).toBe(check);
  });

  it.each(["at+jwt", "jwt", "DPOP+JWT", undefined, ["dpop+jwt"]])("check 4: with typ %j", (typ) => {
    expect(checkWith({}, { typ })).toBe("typ");
  });

  it.each(["none", "HS256", "ES384", "RS512", undefined, "toString", "constructor"])(
    "check 5: with alg %j",
    (alg) => {
      expect(checkWith({}, { alg })).toBe("alg");
    },
  );

  it("check 6: signed with another key than that of its header", () => {
    const other = createProver();
    expect(checkWith({}, { jwk: other.publicJwk })).toBe("signature");
    const [header = "", , signature = ""] = es256.prove(HONEST).split(".");
    const changed = Buffer.from(JSON.stringify({ ...HONEST, jti: "changed" })).toString("base64url");
    expect(checkOf(`${header}.${changed}.${signature}`)).toBe("signature");
  });

  it("… and with an algorithm of another key type", () => {
    expect(checkWith({}, { alg: "EdDSA" })).toBe("jwk");
    expect(checkWith({}, { alg: "PS256" }, createProver("RS256"))).toBe("signature");
  });

  it("check 7: that gives its private key away", () => {
    expect(checkWith({}, { jwk: es256.privateJwk })).toBe("jwk");
    expect(checkWith({}, { jwk: { ...es256.publicJwk, k: "AAAA" } })).toBe("jwk");
  });

  it.each([undefined, null, "key", [], {}, { kty: "EC" }, { kty: "oct", k: "AAAA" }])(
    "… or has no key: %j",
    (jwk) => {
      expect(checkWith({}, { jwk })).toBe("jwk");
    },
  );

  it("… or a key that others can sign with, one that is too short, or one of another spelling", () => {
    const short = createProver("RS256", generateKeyPairSync("rsa", { modulusLength: 1024 }));
    expect(checkWith({}, {}, short)).toBe("jwk");
    const smallOrder = { kty: "OKP", crv: "Ed25519", x: Buffer.alloc(32).toString("base64url") };
    expect(checkWith({}, { alg: "EdDSA", jwk: smallOrder })).toBe("jwk");
    const { x, y } = es256.publicJwk as { readonly x: string; readonly y: string };
    for (const jwk of [
      { ...es256.publicJwk, x: `AA${x}` },
      { ...es256.publicJwk, x: `${x}=` },
      { ...es256.publicJwk, x: y },
      { ...es256.publicJwk, crv: "P-384" },
    ])
      expect(checkWith({}, { jwk })).toBe("jwk");
    const rsa = createProver("RS256");
    const padded = Buffer.concat([Buffer.alloc(1), Buffer.from(String(rsa.publicJwk["n"]), "base64url")]);
    expect(checkWith({}, { jwk: { ...rsa.publicJwk, n: padded.toString("base64url") } }, rsa)).toBe("jwk");
    for (const exponent of [[1], [2], [1, 0, 0, 0, 1]]) {
      const e = Buffer.from(exponent).toString("base64url");
      expect(checkWith({}, { jwk: { ...rsa.publicJwk, e } }, rsa)).toBe("jwk");
    }
  });

  it.each(["GET", "post", "PUT"])("check 8: for the method %s", (htm) => {
    expect(checkWith({ htm })).toBe("htm");
  });

  it.each([
    "https://api.example.com/oauth/token",
    "https://api.example.com/graphql/",
    "https://api.example.com/Graphql",
    "https://api.example.com/",
    "https://evil.example.com/graphql",
    "https://api.example.com:8443/graphql",
    "http://api.example.com/graphql",
    "https://user@api.example.com/graphql",
    "https://api.example.com.evil.example/graphql",
    "https://other.example.com/graphql",
    "//api.example.com/graphql",
    "/graphql",
    "not a URL",
  ])("check 9: for the URL %s", (htu) => {
    expect(checkWith({ htu })).toBe("htu");
  });

  it.each([
    "https://api.example.com/graphql?query=1#top",
    "HTTPS://API.example.com:443/graphql",
    "https://api.example.com/x/../%67raph%71l",
    "https://other.example.com/gateway/graphql",
  ])("… but not for its spelling: %s (RFC 3986 §6.2.2, §6.2.3)", (htu) => {
    expect(checkWith({ htu })).toBe("verified");
  });

  it.each([undefined, "", "nonce", 7, nonces.current(NOW - 120), nonces.current(NOW + 60)])(
    "check 10: with the nonce %j",
    (nonce) => {
      expect(checkWith({ nonce })).toBe("nonce");
    },
  );

  it.each([-301, 301])("check 11: made %d s from now by the clock of its client", (difference) => {
    expect(checkWith({ iat: NOW + difference })).toBe("iat");
    expect(checkWith({ iat: NOW + difference - Math.sign(difference) })).toBe("verified");
  });
});
