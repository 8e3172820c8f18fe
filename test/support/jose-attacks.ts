import { Buffer } from "node:buffer";
import { createPublicKey } from "node:crypto";
import {
  ecKey,
  type ForgeKey,
  forge,
  jwkOf,
  NOW,
  part,
  publicJwkOf,
  rsaKey,
  twinOf,
  wrongSignatures,
} from "./jose-forge.js";

/** One hostile token. */
export interface AttackVector {
  readonly weakness: string;
  readonly name: string;
  readonly token: string;
}

export interface AttackFile {
  readonly about: string;
  readonly nowSeconds: number;
  readonly issuer: string;
  readonly audience: string;
  readonly outsideIssuer: string;
  readonly outsideAudience: string;
  /** Private keys of the gateway under attack; they guard nothing else. */
  readonly keys: readonly Readonly<Record<string, unknown>>[];
  readonly outsideJwks: { readonly keys: readonly Readonly<Record<string, unknown>>[] };
  /** Must verify: what the attacks were made from. */
  readonly honest: readonly AttackVector[];
  /** Must be refused as TOKEN_INVALID. */
  readonly attacks: readonly AttackVector[];
  /** Verify like their original, and must be revoked with it. */
  readonly twins: readonly AttackVector[];
}

const ISSUER = "https://gateway.example";
const AUDIENCE = "https://gateway.example/graphql";
const OUTSIDE = "https://login.example";

const CLAIMS = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: "u-ada",
  sid: "c2Vzc2lvbi1vbmU",
  gen: 1,
  ep: 1_799_999_000_000,
  iat: NOW - 10,
  exp: NOW + 290,
  jti: "token-one",
  auth_time: NOW - 10,
  amr: ["pwd"],
  scope: "orders:read",
  client_id: "default",
  tid: "default",
};

const OUTSIDE_CLAIMS = {
  iss: OUTSIDE,
  aud: "cardea",
  sub: "u-ada",
  iat: NOW - 10,
  exp: NOW + 290,
  jti: "outside-one",
};

const header = (key: ForgeKey, changes: Record<string, unknown> = {}) => ({
  alg: key.alg,
  kid: key.kid,
  typ: "at+jwt",
  ...changes,
});

const without = (object: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));

/** Base64url that decodes to the same bytes in a lenient decoder. */
function spellings(token: string): readonly (readonly [string, string])[] {
  const [head = "", claims = "", signature = ""] = token.split(".");
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const nudge = (text: string): string =>
    text.slice(0, -1) + (alphabet[(alphabet.indexOf(text.at(-1) ?? "A") + 1) % 64] ?? "A");
  const escaped = signature.replace(/^./, (char) => `%${char.charCodeAt(0).toString(16)}`);
  return [
    ["trailing bits of the signature", `${head}.${claims}.${nudge(signature)}`],
    ["padding on the signature", `${head}.${claims}.${signature}==`],
    ["padding on the header", `${head}=.${claims}.${signature}`],
    ["standard alphabet", `${head}.${claims}.${signature.replaceAll("-", "+").replaceAll("_", "/")}+/`],
    ["a line break", `${head}.${claims}.\n${signature}`],
    ["a leading space", ` ${token}`],
    ["a trailing space", `${token} `],
    ["a trailing NUL", `${token}\u0000`],
    ["a percent escape", `${head}.${claims}.${escaped}`],
    ["a full-width dot", `${head}\uff0e${claims}.${signature}`],
  ];
}

function algorithmAttacks(own: ForgeKey, rsa: ForgeKey): AttackVector[] {
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

function headerAttacks(own: ForgeKey, rsa: ForgeKey, attacker: ForgeKey): AttackVector[] {
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

function claimAttacks(own: ForgeKey): AttackVector[] {
  const vectors: AttackVector[] = [];
  const sign = (claims: unknown): string => forge(header(own), claims, "ES256", own.privateKey);
  const add = (name: string, changes: Record<string, unknown>): void =>
    void vectors.push({ weakness: "claims", name, token: sign({ ...CLAIMS, ...changes }) });
  for (const name of ["iss", "aud", "sub", "sid", "gen", "ep", "iat", "exp", "jti", "client_id", "tid"]) {
    vectors.push({ weakness: "claims", name: `no ${name}`, token: sign(without(CLAIMS, name)) });
    add(`${name} null`, { [name]: null });
    add(`${name} a list`, { [name]: [[]] });
    add(`${name} an object`, { [name]: { toString: "x" } });
  }
  add("another audience", { aud: "https://other.example/graphql" });
  add("an audience that contains ours", { aud: `${AUDIENCE}/more` });
  add("an audience in another case", { aud: AUDIENCE.toUpperCase() });
  add("the identity issuer", { iss: `${ISSUER}/identity` });
  add("an issuer that begins like ours", { iss: `${ISSUER}.attacker.example` });
  add("exp in words", { exp: "never" });
  add("exp as text", { exp: String(NOW + 290) });
  add("exp without end", { exp: 1e300 });
  add("exp negative", { exp: -1 });
  add("iat in the future", { iat: NOW + 61 });
  add("nbf in the future", { nbf: NOW + 61 });
  add("nbf unreadable", { nbf: {} });
  return vectors;
}

function structureAttacks(own: ForgeKey, honest: string): AttackVector[] {
  const [head = "", claims = "", signature = ""] = honest.split(".");
  const sign = (input: string): string => `${input}.${forge("", "", "ES256", own.privateKey).split(".")[2]}`;
  const invalidUtf8 = Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString("base64url");
  const bare = (name: string, token: string): AttackVector => ({ weakness: "structure", name, token });
  const signed = (name: string, h: unknown, p: unknown): AttackVector =>
    bare(name, forge(h, p, "ES256", own.privateKey));
  return [
    bare("nothing", ""),
    bare("dots", ".."),
    bare("two parts", `${head}.${claims}`),
    bare("four parts", `${honest}.${signature}`),
    bare("five parts, as an encrypted token", `${head}.${signature}.${signature}.${signature}.${signature}`),
    bare("a leading dot", `.${honest}`),
    bare("a trailing dot", `${honest}.`),
    bare("JSON serialization", JSON.stringify({ protected: head, payload: claims, signature })),
    bare("the scheme inside", `Bearer ${honest}`),
    bare("two tokens", `${honest},${honest}`),
    bare("header not UTF-8", sign(`${invalidUtf8}.${claims}`)),
    bare("payload not UTF-8", sign(`${head}.${invalidUtf8}`)),
    signed("header with a byte order mark", `\ufeff${JSON.stringify(header(own))}`, CLAIMS),
    signed("header a list", [header(own)], CLAIMS),
    signed("header a text", '"ES256"', CLAIMS),
    signed("payload a list", header(own), [CLAIMS]),
    signed("payload a text", header(own), '"u-ada"'),
    signed("payload null", header(own), "null"),
    signed("payload a token", header(own), honest),
    signed("compressed", header(own, { zip: "DEF" }), "not deflated"),
    signed("more than 16 KiB, honestly signed", header(own), { ...CLAIMS, more: "x".repeat(16_384) }),
    bare(
      "password-based encryption with a million rounds",
      `${part({ alg: "PBES2-HS256+A128KW", enc: "A128GCM", p2c: 1_000_000 })}.AAAA.AAAA.AAAA.AAAA`,
    ),
  ];
}

function outsideAttacks(
  own: ForgeKey,
  outside: ForgeKey,
  outsideEc: ForgeKey,
  encryption: ForgeKey,
): AttackVector[] {
  const vector = (name: string, token: string): AttackVector => ({
    weakness: "issuer confusion",
    name,
    token,
  });
  const sign = (by: ForgeKey, claims: unknown, changes: Record<string, unknown> = {}): string =>
    forge(header(by, changes), claims, by.alg, by.privateKey);
  return [
    vector("our key for the other issuer", sign(own, OUTSIDE_CLAIMS)),
    vector("the other issuer's key for us", sign(outside, CLAIMS)),
    vector("the other issuer's key under our key id", sign(outsideEc, CLAIMS, { kid: own.kid })),
    vector(
      "an algorithm not allowed",
      forge(header(outside, { alg: "PS256" }), OUTSIDE_CLAIMS, "PS256", outside.privateKey),
    ),
    vector("its encryption key", sign(encryption, OUTSIDE_CLAIMS)),
    vector(
      "no key id where there are several keys",
      forge(
        { alg: "RS256", typ: "at+jwt" },
        OUTSIDE_CLAIMS,
        "RS256",
        own.privateKey === outside.privateKey ? own.privateKey : rsaKey("x").privateKey,
      ),
    ),
    vector(
      "an issuer nobody configured",
      sign(outside, { ...OUTSIDE_CLAIMS, iss: "https://unknown.example" }),
    ),
    vector("an issuer named __proto__", sign(outside, { ...OUTSIDE_CLAIMS, iss: "__proto__" })),
    vector("two issuers", sign(outside, { ...OUTSIDE_CLAIMS, iss: [OUTSIDE, ISSUER] })),
    vector("a logout token", sign(outside, OUTSIDE_CLAIMS, { typ: "logout+jwt" })),
  ];
}

/** Draws keys and makes every vector. */
export function attackVectors(): AttackFile {
  const [own, rsa, attacker] = [ecKey("own-ec"), rsaKey("own-rsa"), ecKey("attacker")];
  const [outside, outsideEc, encryption] = [
    rsaKey("outside-rsa"),
    ecKey("outside-ec"),
    rsaKey("outside-enc"),
  ];
  const honest = forge(header(own), CLAIMS, "ES256", own.privateKey);
  const made = (weakness: string, pairs: readonly (readonly [string, string])[]): AttackVector[] =>
    pairs.map(([name, token]) => ({ weakness, name, token }));
  return {
    about: "Generated by scripts/generate-jose-attacks.ts. The keys guard nothing.",
    nowSeconds: NOW,
    issuer: ISSUER,
    audience: AUDIENCE,
    outsideIssuer: OUTSIDE,
    outsideAudience: "cardea",
    keys: [jwkOf(own), jwkOf(rsa)],
    outsideJwks: {
      keys: [publicJwkOf(outside), publicJwkOf(outsideEc), { ...publicJwkOf(encryption), use: "enc" }],
    },
    honest: made("none", [
      ["ES256", honest],
      ["RS256", forge(header(rsa), CLAIMS, "RS256", rsa.privateKey)],
      ["of the other issuer", forge(header(outside), OUTSIDE_CLAIMS, "RS256", outside.privateKey)],
    ]),
    attacks: [
      ...algorithmAttacks(own, rsa),
      ...headerAttacks(own, rsa, attacker),
      ...made("signature", wrongSignatures(honest)),
      ...made("encoding", spellings(honest)),
      ...claimAttacks(own),
      ...structureAttacks(own, honest),
      ...outsideAttacks(own, outside, outsideEc, encryption),
    ],
    twins: made("twin signature", [["(r, n - s)", twinOf(honest)]]),
  };
}
