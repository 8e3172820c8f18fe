// Regenerates refresh-token.json: `npx tsx test/vectors/refresh-token.ts`. The formulas of docs/spec/sessions.md §2.2
// are written out here once more, on purpose without the code they check.
import { createHash, createHmac } from "node:crypto";
import { writeFileSync } from "node:fs";

const hmac = (key: Buffer, ...parts: Buffer[]) => createHmac("sha256", key).update(Buffer.concat(parts)).digest();
const sha256 = (...parts: Buffer[]) => createHash("sha256").update(Buffer.concat(parts)).digest();
const ascii = (text: string) => Buffer.from(text, "ascii");
const u32 = (value: number) => Buffer.from([value >>> 24, (value >>> 16) & 255, (value >>> 8) & 255, value & 255]);

const peppers = { 1: "pepper one, thirty-two bytes long.", 2: "pepper two, thirty-two bytes long!" } as const;
type Kid = keyof typeof peppers;

function reference(tenant: string, user: string): Buffer {
  const bytes = Buffer.from(tenant, "utf8");
  return sha256(Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes, Buffer.from(user, "utf8")).subarray(0, 16);
}

function token(kid: Kid, ref: Buffer, sid: Buffer, gen: number, secret: Buffer): string {
  const body = Buffer.concat([Buffer.from([1, 0, kid]), ref, sid, u32(gen), secret]);
  const macKey = hmac(Buffer.from(peppers[kid], "utf8"), ascii("cardea/rt/mac/1"));
  return `crt_${Buffer.concat([body, hmac(macKey, body).subarray(0, 16)]).toString("base64url")}`;
}

const next = (kid: Kid, ref: Buffer, sid: Buffer, gen: number, secret: Buffer) =>
  hmac(
    Buffer.from(peppers[kid], "utf8"),
    ascii("cardea/rt/next/1"),
    Buffer.from([1, kid]),
    ref,
    sid,
    u32(gen + 1),
    secret,
  );

function vector(tenant: string, user: string, gen: number, kid: Kid, successorKid: Kid, seed: string) {
  const ref = reference(tenant, user);
  const sid = sha256(ascii(`sid ${seed}`)).subarray(0, 16);
  const secret = sha256(ascii(`secret ${seed}`));
  const successor = next(kid, ref, sid, gen, secret);
  return {
    tenant,
    user,
    reference: ref.toString("base64url"),
    partition: (ref[0] ?? 0) & 63,
    sessionId: Buffer.concat([Buffer.from([(ref[0] ?? 0) & 63]), sid]).toString("base64url"),
    kid,
    generation: gen,
    secret: secret.toString("base64url"),
    hash: sha256(secret).toString("base64url"),
    token: token(kid, ref, sid, gen, secret),
    successorKid,
    successor: token(successorKid, ref, sid, gen + 1, successor),
    successorHash: sha256(successor).toString("base64url"),
  };
}

const vectors = [
  vector("default", "user-1", 0, 1, 1, "first"),
  vector("default", "user-1", 1, 1, 2, "pepper rotated"),
  vector("default", "user-1", 2, 2, 2, "after the rotation"),
  vector("default", "ünïcode-ßé", 65_535, 1, 1, "unicode"),
  vector("tenant-b", "user-1", 4_294_967_294, 2, 1, "last generation but one"),
  vector("", "", 0, 1, 1, "empty names"),
];
writeFileSync(new URL("refresh-token.json", import.meta.url), `${JSON.stringify({ peppers, vectors }, null, 2)}\n`);
