import { createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from "node:crypto";
import { readFile } from "node:fs/promises";
import { calculateJwkThumbprint } from "jose";
import { keyId } from "../domain/brand.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import {
  algorithmsOfKey,
  isSigningAlgorithm,
  SIGNING_ALGORITHMS,
  type SigningAlgorithm,
} from "./algorithms.js";
import { hasValidSignature, parseCompactJws, signCompactJws } from "./jws.js";
import type { KeyRecord } from "./key-record.js";
import type { KeySource } from "./key-source.js";
import { keyWeakness } from "./key-strength.js";

type JsonObject = Readonly<Record<string, unknown>>;

const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Two members of our own in a JWK (RFC 7517 §4 allows that), in Unix seconds. */
const ACTIVE_FROM = "active_from";
const RETIRED_AT = "retired_at";

const problem = (where: string, found: string, allowed: string, fix: string): Problem => ({
  kind: "BAD_KEY",
  where,
  found,
  allowed,
  fix,
});

const FIX = "write a new one with `cardea keys new`";

function privateKeyOf(jwk: JsonObject): KeyObject | undefined {
  try {
    return createPrivateKey({ key: jwk as JsonWebKey, format: "jwk" }); // node:crypto checks the members
  } catch {
    return undefined;
  }
}

/** Do the private and the public members belong together? If not, nobody could verify a token signed with the key. */
function isConsistent(privateKey: KeyObject, kid: string, algorithm: SigningAlgorithm): boolean {
  try {
    const probe = parseCompactJws(signCompactJws({ kid, algorithm, privateKey }, "probe", {}));
    return probe.kind === "parsed" && hasValidSignature(probe, algorithm, createPublicKey(privateKey));
  } catch {
    return false;
  }
}

const isTime = (value: unknown): value is number | undefined =>
  value === undefined || (Number.isSafeInteger(value) && (value as number) >= 0);

async function parseKey(jwk: unknown, where: string, problems: Problem[]): Promise<KeyRecord | undefined> {
  const refuse = (found: string, allowed: string): undefined => {
    problems.push(problem(where, found, allowed, FIX));
  };
  if (!isObject(jwk)) return refuse("a value that is not a JSON object", "a private JWK (RFC 7517)");
  const possible = algorithmsOfKey(jwk).filter(isSigningAlgorithm);
  // An RSA key without `alg` could be used with several algorithms; ours must be bound to one (RFC 8725 §3.1).
  const algorithm = jwk["alg"] ?? (possible.length === 1 ? possible[0] : undefined);
  if (!isSigningAlgorithm(algorithm) || !possible.includes(algorithm)) {
    return refuse(
      "an `alg` that does not fit the key type, or a key type that is not supported",
      `\`alg\` one of ${SIGNING_ALGORITHMS.join(", ")}`,
    );
  }
  if (jwk["use"] !== undefined && jwk["use"] !== "sig") return refuse("`use` other than sig", "`use`: sig");
  const privateKey = privateKeyOf(jwk);
  if (privateKey === undefined) return refuse("a key without usable private members", "a private JWK");
  const weakness = keyWeakness(createPublicKey(privateKey));
  if (weakness !== undefined) return refuse(weakness, "a key whose private part nobody else can find");
  const { [ACTIVE_FROM]: activeFrom, [RETIRED_AT]: retiredAt } = jwk;
  if (!isTime(activeFrom) || !isTime(retiredAt)) {
    return refuse(`\`${ACTIVE_FROM}\` or \`${RETIRED_AT}\` that is not a time`, "whole Unix seconds");
  }
  const kid =
    jwk["kid"] ?? (await calculateJwkThumbprint(createPublicKey(privateKey).export({ format: "jwk" })));
  if (typeof kid !== "string" || kid.length === 0 || kid.length > 128) {
    return refuse("a `kid` that is not a string of 1 to 128 characters", "1 to 128 characters");
  }
  if (!isConsistent(privateKey, kid, algorithm))
    return refuse("private members that do not belong to the public ones", "the members of one key");
  return {
    kid: keyId(kid),
    algorithm,
    activeFrom: activeFrom ?? 0,
    ...(retiredAt === undefined ? {} : { retiredAt }),
    privateJwk: jwk,
  };
}

/**
 * Reads a key file: one private JWK, or a set of them (RFC 7517 §5).
 *
 * @param where - the name of the file in messages; no message quotes the content
 * @throws ConfigError with one problem per key that cannot be used
 */
export async function parseKeyFile(text: string, where: string): Promise<readonly KeyRecord[]> {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    // The error of JSON.parse quotes the text, which is a secret.
    throw new ConfigError([
      problem(where, "a text that is not JSON", "a private JWK or JWK set as JSON", FIX),
    ]);
  }
  const listed = isObject(document) && Array.isArray(document["keys"]) ? document["keys"] : [document];
  const problems: Problem[] = [];
  const records: KeyRecord[] = [];
  for (const [index, jwk] of listed.entries()) {
    const record = await parseKey(jwk, listed.length === 1 ? where : `${where}#${index}`, problems);
    if (record !== undefined) records.push(record);
  }
  if (listed.length === 0) problems.push(problem(where, "an empty key set", "at least one key", FIX));
  if (problems.length > 0) throw new ConfigError(problems);
  return records;
}

/** The text of a key file. Write it with mode 0600, so that only its owner can read it. */
export function formatKeyFile(records: readonly KeyRecord[]): string {
  const keys = records.map((record) => ({
    ...record.privateJwk,
    kid: record.kid,
    alg: record.algorithm,
    use: "sig",
    [ACTIVE_FROM]: record.activeFrom,
    ...(record.retiredAt === undefined ? {} : { [RETIRED_AT]: record.retiredAt }),
  }));
  return `${JSON.stringify(keys.length === 1 ? keys[0] : { keys }, null, 2)}\n`;
}

/** Key files on disk, in the order given. @throws ConfigError with the problems of all files at once */
export const keyFiles = (paths: readonly string[]): KeySource => ({
  async load() {
    const problems: Problem[] = [];
    const records: KeyRecord[] = [];
    for (const path of paths) {
      try {
        records.push(...(await parseKeyFile(await readFile(path, "utf8"), path)));
      } catch (error) {
        if (error instanceof ConfigError) problems.push(...error.problems);
        else problems.push(problem(path, "a file that cannot be read", "a readable key file", FIX));
      }
    }
    if (problems.length > 0) throw new ConfigError(problems);
    return records;
  },
});
