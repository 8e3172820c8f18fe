import { Buffer } from "node:buffer";
import { type ForgeKey, forge, NOW, part } from "./jose-forge.js";
import { type AttackVector, AUDIENCE, CLAIMS, header, ISSUER, without } from "./jose-honest.js";

/** Base64url that decodes to the same bytes in a lenient decoder. */
export function spellings(token: string): readonly (readonly [string, string])[] {
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

/** Claims under an honest signature. */
export function claimAttacks(own: ForgeKey): AttackVector[] {
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

/** Things that are no compact JWS with JSON in it. */
export function structureAttacks(own: ForgeKey, honest: string): AttackVector[] {
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
