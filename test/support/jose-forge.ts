import { Buffer } from "node:buffer";
import {
  constants,
  createHmac,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
} from "node:crypto";

export const NOW = 1_800_000_000;

export interface ForgeKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: KeyObject;
}

export const ecKey = (kid: string): ForgeKey => ({
  kid,
  alg: "ES256",
  privateKey: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
});

export const rsaKey = (kid: string): ForgeKey => ({
  kid,
  alg: "RS256",
  privateKey: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey,
});

export const jwkOf = ({ kid, alg, privateKey }: ForgeKey) => ({
  ...privateKey.export({ format: "jwk" }),
  kid,
  alg,
  use: "sig",
});

export const publicJwkOf = ({ kid, alg, privateKey }: ForgeKey) => ({
  ...createPublicKey(privateKey).export({ format: "jwk" }),
  kid,
  alg,
  use: "sig",
});

export const part = (value: unknown): string =>
  (typeof value === "string" ? Buffer.from(value) : Buffer.from(JSON.stringify(value))).toString("base64url");

/** Signs any input under any algorithm name. It is independent of the code under attack. */
export function rawSignature(algorithm: string, input: string, key: KeyObject | Buffer): Buffer {
  const hash = `sha${algorithm.slice(2)}`;
  if (Buffer.isBuffer(key)) return createHmac(hash, key).update(input).digest();
  if (algorithm.startsWith("ES")) return sign(hash, Buffer.from(input), { key, dsaEncoding: "ieee-p1363" });
  if (algorithm.startsWith("PS")) {
    return sign(hash, Buffer.from(input), {
      key,
      padding: constants.RSA_PKCS1_PSS_PADDING,
      saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
    });
  }
  return sign(hash, Buffer.from(input), key);
}

export function forge(header: unknown, payload: unknown, algorithm: string, key: KeyObject | Buffer): string {
  const input = `${part(header)}.${part(payload)}`;
  return `${input}.${rawSignature(algorithm, input, key).toString("base64url")}`;
}

/** Order of the P-256 group (SEC 2 §2.4.2). */
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const toBytes = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(64, "0"), "hex");

const splitSignature = (
  token: string,
): { readonly input: string; readonly r: bigint; readonly s: bigint } => {
  const end = token.lastIndexOf(".");
  const bytes = Buffer.from(token.slice(end + 1), "base64url");
  const read = (from: number): bigint => BigInt(`0x${bytes.subarray(from, from + 32).toString("hex")}`);
  return { input: token.slice(0, end), r: read(0), s: read(32) };
};

const withSignature = (token: string, signature: Buffer): string =>
  `${token.slice(0, token.lastIndexOf("."))}.${signature.toString("base64url")}`;

/** The other signature that verifies for the same message: (r, n − s). */
export function twinOf(token: string): string {
  const { r, s } = splitSignature(token);
  return withSignature(token, Buffer.concat([toBytes(r), toBytes(ORDER - s)]));
}

const derInteger = (value: bigint): Buffer => {
  const hex = value.toString(16);
  const even = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  const bytes = (even[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.from([0]), even]) : even;
  return Buffer.concat([Buffer.from([2, bytes.length]), bytes]);
};

/** Signatures that are wrong in the ways libraries have believed. */
export function wrongSignatures(token: string): readonly (readonly [string, string])[] {
  const { r, s } = splitSignature(token);
  const good = Buffer.concat([toBytes(r), toBytes(s)]);
  const der = Buffer.concat([derInteger(r), derInteger(s)]);
  return [
    ["all zero (CVE-2022-21449)", withSignature(token, Buffer.alloc(64))],
    ["r = n, s = n", withSignature(token, Buffer.concat([toBytes(ORDER), toBytes(ORDER)]))],
    ["r = 0", withSignature(token, Buffer.concat([Buffer.alloc(32), toBytes(s)]))],
    ["s = 0", withSignature(token, Buffer.concat([toBytes(r), Buffer.alloc(32)]))],
    ["r and s swapped", withSignature(token, Buffer.concat([toBytes(s), toBytes(r)]))],
    ["DER", withSignature(token, Buffer.concat([Buffer.from([0x30, der.length]), der]))],
    ["truncated", withSignature(token, good.subarray(0, 63))],
    ["one byte longer", withSignature(token, Buffer.concat([good, Buffer.alloc(1)]))],
    [
      "padded halves",
      withSignature(token, Buffer.concat([Buffer.alloc(1), toBytes(r), Buffer.alloc(1), toBytes(s)])),
    ],
    ["empty", `${token.slice(0, token.lastIndexOf(".") + 1)}`],
    ["one byte", withSignature(token, Buffer.alloc(1))],
  ];
}
