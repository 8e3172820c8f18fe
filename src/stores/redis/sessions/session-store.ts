import type { SessionId } from "../../../domain/brand.js";
import { publicSessionId, type Session, type SessionAddress } from "../../../domain/session.js";
import type { Milliseconds } from "../../../domain/time.js";
import type { SessionStore } from "../../../sessions/store.js";
import type { Run } from "../connection/client.js";
import { memberName, type Reply, readReply, unexpected } from "../connection/reply.js";
import { addressFor, type Keys, memberOf, type Owner, ownerOf } from "../keys.js";
import { createRevocationVerbs } from "../revocations/revocation-verbs.js";
import type { RevocationWriter } from "../revocations/revocation-writer.js";
import { SCRIPTS } from "../scripts/scripts.js";
import {
  clientOf,
  packCreation,
  packHashes,
  packIdentity,
  packProof,
  readSession,
  tenantField,
} from "./codec.js";
import { overFrom, refusal } from "./outcomes.js";
import { rotateArguments } from "./rotate-arguments.js";
import { createSessionReader } from "./session-reader.js";

export interface RedisSessionStoreOptions {
  readonly run: Run;
  readonly keys: Keys;
  readonly revocations: RevocationWriter;
  /** Only for tests: the time in Unix milliseconds. */
  readonly injectedNowMs?: (() => Milliseconds) | undefined;
}

/** Sessions in Redis: each command is one script, and decides like `domain/transition`. */
export function createRedisSessionStore(options: RedisSessionStoreOptions): SessionStore {
  const { run, keys, revocations, injectedNowMs } = options;
  const now = (): Milliseconds => injectedNowMs?.() ?? 0;

  const sessionKeys = (owner: Owner, address: SessionAddress) => [
    keys.session(address),
    keys.side(address),
    keys.user(owner),
  ];

  const sessionFrom = (id: SessionId, reply: Reply): Session =>
    readSession(id, reply.bytes(2), reply.bytes(3));

  /** The session for which tokens are issued. On a retired chain the answer also has the generation of that chain. */
  const issuedFrom = (id: SessionId, reply: Reply): Session => {
    const [session, retiredGeneration] = [sessionFrom(id, reply), reply.number(4)];
    return retiredGeneration < 0 ? session : { ...session, retiredGeneration };
  };

  const { members, ...looking } = createSessionReader({ run, keys, now });

  return {
    ...looking,
    ...createRevocationVerbs({ keys, revocations, members, now }),

    async create(command, policy) {
      const owner = ownerOf(command.tenant, command.userId);
      const address = addressFor(owner, command.id);
      if (address === undefined) throw new TypeError("a session id must lie in its user's partition");
      const { flags, who, details } = packCreation(command);
      // A session can recover from a refresh that is lost in a fail-over, but not from a lost creation: wait for a
      // replica.
      const { answer } = await revocations.write(
        owner.partition,
        SCRIPTS.create,
        [...sessionKeys(owner, address), keys.notBefore(owner.partition), keys.timeline(address)],
        [
          now(),
          memberOf(address),
          policy.absoluteSeconds,
          policy.idleSeconds,
          policy.tombstoneSeconds,
          policy.revocationMarginSeconds,
          command.accessExpiresBy,
          command.authTime,
          command.kid,
          tenantField(command.tenant),
          flags,
          packHashes(command.next, command.ahead),
          who,
          details,
          policy.maxPerUser ?? 0,
        ],
      );
      const reply = readReply(answer);
      if (reply.kind === "created") {
        const surplus = reply
          .list(4)
          .map((member) => publicSessionId(owner.partition, Buffer.from(memberName(member), "base64url")));
        const session = sessionFrom(command.id, reply);
        return { kind: "created", session, ...(surplus.length === 0 ? {} : { surplus }) };
      }
      if (reply.kind !== "refused") throw unexpected("create", reply.kind);
      return { kind: "refused", reason: reply.detail === "locked" ? "locked" : "not before" };
    },

    async rotate(command, policy) {
      const owner = ownerOf(command.tenant, command.userId);
      const address = addressFor(owner, command.id);
      if (address === undefined) return { kind: "unknown" };
      const answer = await run(
        owner.partition,
        SCRIPTS.rotate,
        [
          ...sessionKeys(owner, address),
          keys.stream(owner.partition),
          keys.notBefore(owner.partition),
          keys.timeline(address),
        ],
        rotateArguments(command, policy, {
          nowMs: now(),
          deadlineMs: revocations.deadline(owner.partition),
          member: memberOf(address),
          target: revocations.target(owner.partition),
        }),
      );
      const reply = readReply(answer);
      switch (reply.kind) {
        case "rotated":
        case "healed":
          return { kind: reply.kind, session: issuedFrom(command.id, reply) };
        case "repeated":
          return { kind: "repeated", session: issuedFrom(command.id, reply) };
        case "late":
          return { kind: "repeated", session: issuedFrom(command.id, reply), late: true };
        case "reused":
          revocations.apply(
            { kind: "session", tenant: command.tenant, sessionId: command.id, until: reply.number(2) },
            owner.partition,
            reply.list(3),
          );
          return { kind: "reused" };
        case "scope":
          return { kind: "scope" };
        case "pepper":
          return { kind: "pepper", kid: reply.number(2) };
        case "client":
          return { kind: "client", clientId: clientOf(reply.detail) };
        case "refused":
          return { kind: "refused", reason: refusal(reply.detail) };
        default:
          return overFrom("rotate", reply);
      }
    },

    async renew(command, policy) {
      const owner = ownerOf(command.tenant, command.userId);
      const address = addressFor(owner, command.id);
      if (address === undefined) return { kind: "unknown" };
      const answer = await run(
        owner.partition,
        SCRIPTS.renew,
        [...sessionKeys(owner, address), keys.notBefore(owner.partition), keys.timeline(address)],
        [
          now(),
          revocations.deadline(owner.partition),
          memberOf(address),
          tenantField(command.tenant),
          packIdentity(command),
          command.delivery === "cookie" ? 1 : 0,
          command.generation,
          command.accessExpiresBy,
          policy.tombstoneSeconds,
          policy.revocationMarginSeconds,
        ],
      );
      const reply = readReply(answer);
      if (reply.kind === "renewed") return { kind: "renewed", session: issuedFrom(command.id, reply) };
      if (reply.kind === "refused") return { kind: "refused", reason: "retired" };
      return overFrom("renew", reply);
    },

    async see({ id, tenant, userId, generation, retiredGeneration = -1 }) {
      const owner = ownerOf(tenant, userId);
      const address = addressFor(owner, id);
      if (address === undefined) return { kind: "unchanged" };
      const identity = packIdentity({ userId, tenant });
      const reply = readReply(
        await run(
          owner.partition,
          SCRIPTS.see,
          [keys.session(address)],
          [now(), identity, generation, retiredGeneration],
        ),
      );
      return { kind: reply.kind === "seen" ? "seen" : "unchanged" };
    },

    async elevate(command, policy) {
      const owner = ownerOf(command.tenant, command.userId);
      const address = addressFor(owner, command.id);
      if (address === undefined) return { kind: "unknown" };
      const { answer } = await revocations.write(
        owner.partition,
        SCRIPTS.elevate,
        [...sessionKeys(owner, address), keys.notBefore(owner.partition), keys.timeline(address)],
        [
          now(),
          revocations.deadline(owner.partition),
          memberOf(address),
          tenantField(command.tenant),
          packIdentity({ userId: command.userId, tenant: command.tenant }),
          command.generation,
          command.authTime,
          command.kid,
          packHashes(command.next, command.ahead),
          command.accessExpiresBy,
          policy.idleSeconds,
          policy.tombstoneSeconds,
          policy.revocationMarginSeconds,
          packProof(command),
          command.presented ?? -1,
        ],
      );
      const reply = readReply(answer);
      if (reply.kind === "elevated") return { kind: "elevated", session: sessionFrom(command.id, reply) };
      if (reply.kind === "moved") return { kind: "moved", generation: reply.number(1) };
      return overFrom("elevate", reply);
    },
  };
}
