import type { RotateSession } from "../../../domain/commands.js";
import type { SessionPolicy } from "../../../domain/policy.js";
import type { Milliseconds } from "../../../domain/time.js";
import type { Argument } from "../connection/client.js";
import { hashBytes, packClients, packHashes, packIdentity, tenantField } from "./codec.js";

export interface RotateContext {
  /** Unix milliseconds injected by a test; 0: the server's time. */
  readonly nowMs: Milliseconds;
  /** Server time after which the script must not run; 0: none. */
  readonly deadlineMs: Milliseconds;
  /** The 16 random bytes of the session's id. */
  readonly member: Buffer;
  /** Channel, partition and horizon of the revocation stream. */
  readonly target: readonly [string, number, Milliseconds];
}

const NUMBERS_BYTES = 12 + 5 * 4 + 1 + 2 * 4 + 2;

/** The arguments of `rotate.lua`. Every argument costs time in Redis, so the numbers are packed into one. */
export function rotateArguments(
  command: RotateSession,
  policy: SessionPolicy,
  { nowMs, deadlineMs, member, target }: RotateContext,
): readonly Argument[] {
  const packed = Buffer.alloc(NUMBERS_BYTES);
  packed.writeUIntBE(nowMs, 0, 6);
  packed.writeUIntBE(deadlineMs, 6, 6);
  packed.writeUInt32BE(command.generation, 12);
  packed.writeUInt32BE(command.accessExpiresBy, 16);
  packed.writeUInt32BE(policy.idleSeconds, 20);
  packed.writeUInt32BE(policy.graceSeconds, 24);
  packed.writeUInt32BE(policy.lostAnswerSeconds ?? 0, 28);
  packed.writeUInt8(policy.maxReuse, 32);
  packed.writeUInt32BE(policy.tombstoneSeconds, 33);
  packed.writeUInt32BE(policy.revocationMarginSeconds, 37);
  packed.writeUInt8(command.kid, 41);
  packed.writeUInt8(command.delivery === "cookie" ? 1 : 0, 42);
  const otherwise = [...command.otherwise].flatMap(([kid, hash]) => [Buffer.from([kid]), hashBytes(hash)]);
  return [
    Buffer.concat([packed, member, hashBytes(command.presented), ...otherwise]),
    tenantField(command.tenant),
    packIdentity(command),
    hashBytes(command.successor),
    packHashes(command.following, command.ahead),
    command.scopes?.join(" ") ?? "",
    JSON.stringify([command.id, ...target]),
    packClients(command.clients ?? []),
  ];
}
