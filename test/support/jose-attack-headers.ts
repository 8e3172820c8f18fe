import { Buffer } from "node:buffer";
import { createPublicKey } from "node:crypto";
import { type ForgeKey, forge, NOW, part, publicJwkOf } from "./jose-forge.js";
import { type AttackVector, CLAIMS, header, without } from "./jose-honest.js";

/** Algorithms and keys the token would like to choose. */
export function algorithmAttacks(own: ForgeKey, rsa: ForgeKey): AttackVector[] {
  const vectors: AttackVector[] = [];
  const add = (weakness: string, name: string, token: string): void =>
    void vectors.push({ weakness, name, token });
  for (const alg of ["none", "None", "NONE", "nOnE", "", " none"]) {
    const input = `${part(header(own, { alg }))}.${part(CLAIMS)}`;
    add("alg none", `${JSON.stringify(alg)} without a signature`, `${input}.`);
    add("alg none", `${JSON.stringify(alg)} with some signature`, `${input}.AAAA`);
  }
  const pem = createPublicKey(rsa.privateKey).export({ format: "pem", type: "spki" }).toString();
  const secrets: readonly (readonly [string, Buffer])[] = [
    ["PEM", Buffer.from(pem)],
    ["PEM without its last line break", Buffer.from(pem.trimEnd())],
    ["DER", createPublicKey(rsa.privateKey).export({ format: "der", type: "spki" })],
    ["JWK", Buffer.from(JSON.stringify(publicJwkOf(rsa)))],
    ["modulus", Buffer.from(String(publicJwkOf(rsa)["n" as never]), "base64url")],
    ["nothing", Buffer.alloc(0)],
  ];
  for (const [name, secret] of secrets) {
    for (const alg of ["HS256", "HS384", "HS512"]) {
      add(
        "key confusion",
        `${alg} under our public key as ${name}`,
        forge(header(rsa, { alg }), CLAIMS, alg, secret),
      );
    }
  }
  add(
    "alg swap",
    "RS256 under the id of the EC key",
    forge(header(own, { alg: "RS256" }), CLAIMS, "RS256", rsa.privateKey),
  );
  add(
    "alg swap",
    "ES256 under the id of the RSA key",
    forge(header(rsa, { alg: "ES256" }), CLAIMS, "ES256", own.privateKey),
  );
  for (const alg of ["PS256", "PS384", "RS384", "RS512"]) {
    add(
      "alg swap",
      `${alg} with a key bound to RS256`,
      forge(header(rsa, { alg }), CLAIMS, alg, rsa.privateKey),
    );
  }
  add(
    "alg swap",
    "header says RS256, signature is PS256",
    forge(header(rsa), CLAIMS, "PS256", rsa.privateKey),
  );
  for (const alg of [
    "es256",
    "ES256K",
    "ES384",
    "dir",
    "A128KW",
    ["ES256"],
    256,
    null,
    { toString: "ES256" },
  ]) {
    add(
      "alg swap",
      `alg ${JSON.stringify(alg)}`,
      forge(header(own, { alg }), CLAIMS, "ES256", own.privateKey),
    );
  }
  add("alg swap", "no alg", forge(without(header(own), "alg"), CLAIMS, "ES256", own.privateKey));
  return vectors;
}

/** Header members that want to be believed. */
export function headerAttacks(own: ForgeKey, rsa: ForgeKey, attacker: ForgeKey): AttackVector[] {
  const vectors: AttackVector[] = [];
  const add = (weakness: string, name: string, changes: Record<string, unknown>, by: ForgeKey = own): void =>
    void vectors.push({ weakness, name, token: forge(header(own, changes), CLAIMS, by.alg, by.privateKey) });
  for (const kid of [
    "",
    "../../etc/passwd",
    "' OR '1'='1",
    "__proto__",
    "constructor",
    "toString",
    `${own.kid}\u0000`,
    rsa.kid,
    own.kid.toUpperCase(),
    "k".repeat(4000),
    1,
    null,
    [own.kid],
    { toString: own.kid },
  ]) {
    add("kid tricks", `kid ${JSON.stringify(kid)?.slice(0, 40)}`, { kid });
    add("kid tricks", `kid ${JSON.stringify(kid)?.slice(0, 40)}, signed by the attacker`, { kid }, attacker);
  }
  vectors.push({
    weakness: "kid tricks",
    name: "no kid",
    token: forge(without(header(own), "kid"), CLAIMS, "ES256", own.privateKey),
  });
  const jwk = publicJwkOf(attacker);
  const embedded: readonly (readonly [string, Record<string, unknown>])[] = [
    ["jwk", { jwk }],
    ["jku", { jku: "https://attacker.example/jwks.json" }],
    ["x5u", { x5u: "https://attacker.example/chain.pem" }],
    ["x5c", { x5c: ["MIIBattacker"] }],
  ];
  for (const [name, member] of embedded) {
    add("embedded key", `${name}, signed by the attacker under our id`, member, attacker);
    add(
      "embedded key",
      `${name}, signed by the attacker under theirs`,
      { ...member, kid: attacker.kid },
      attacker,
    );
    add("embedded key", `${name} beside an honest signature`, member);
  }
  for (const crit of [["exp"], [], ["b64"], "exp", null, ["http://example.com/unknown"]]) {
    add("crit", `crit ${JSON.stringify(crit)}`, { crit, exp: NOW + 300 });
  }
  add("crit", "b64 false", { b64: false });
  add("crit", "b64 false, named critical", { b64: false, crit: ["b64"] });
  for (const typ of ["JWT", "jwt", "AT+JWT", "cardea-passage+jwt", "refresh+jwt", "", null, ["at+jwt"]]) {
    add("type confusion", `typ ${JSON.stringify(typ)}`, { typ });
  }
  vectors.push({
    weakness: "type confusion",
    name: "no typ",
    token: forge(without(header(own), "typ"), CLAIMS, "ES256", own.privateKey),
  });
  return vectors;
}
