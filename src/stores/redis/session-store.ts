import type { SessionId } from "../../domain/brand.js";
import type { Ended, EndReason, RevokeAllSessions } from "../../domain/commands.js";
import { judgeLife } from "../../domain/life.js";
import {
  publicSessionId,
  type Session,
  type SessionAddress,
  sessionAddress,
  type UserState,
} from "../../domain/session.js";
import type { Milliseconds } from "../../domain/time.js";
import type { SessionStore } from "../../sessions/store.js";
import type { Run } from "./client.js";
import { clientField, hashBytes, proofFields, readSession, sessionFields, tenantField } from "./codec.js";
import { addressFor, type Keys, type Owner, ownerOf } from "./keys.js";
import { type Reply, readReply, text, unexpected } from "./reply.js";
import type { RevocationWriter } from "./revocation-writer.js";
import { SCRIPTS } from "./scripts.js";

export interface RedisSessionStoreOptions {
  readonly run: Run;
  readonly keys: Keys;
  readonly revocations: RevocationWriter;
  /** Only tests inject a time, in Unix milliseconds. */
  readonly injectedNowMs?: (() => Milliseconds) | undefined;
}

/** How often `revokeOthers` looks again for sessions that began meanwhile. */
const ROUNDS = 5;

/** Sessions in Redis: each verb is one script, and decides as `domain/transition` does. */
export function createRedisSessionStore(options: RedisSessionStoreOptions): SessionStore {
  const { run, keys, revocations, injectedNowMs } = options;
  const now = (): string | number => injectedNowMs?.() ?? "";

  const sessionKeys = (owner: Owner, address: SessionAddress) => [
    keys.session(address),
    keys.side(address),
    keys.user(owner),
    keys.index(owner),
  ];

  const sessionFrom = (id: SessionId, reply: Reply): Session =>
    readSession(id, reply.number(2), reply.list(3));

  /** The ways in which a session can be over, shared by rotate and elevate. */
  const overFrom = (verb: string, reply: Reply): Ended => {
    switch (reply.kind) {
      case "unknown":
      case "invalid":
        return { kind: reply.kind };
      case "ended":
        return { kind: "ended", reason: endReason(verb, reply.detail) };
      case "expired":
        return { kind: "expired", limit: reply.detail === "absolute" ? "absolute" : "idle" };
      default:
        throw unexpected(verb, reply.kind);
    }
  };

  const readUser = async (owner: Owner) => {
    const reply = readReply(
      await run(owner.partition, SCRIPTS.user, [keys.user(owner), keys.index(owner)], [now()]),
    );
    const members = reply.list(2).map(text);
    if (reply.kind === "unknown") return { members, state: undefined };
    const state: UserState = {
      epoch: reply.number(3),
      accessExpiresBy: reply.number(4),
      locked: reply.number(6) === 1,
      retainUntil: reply.number(7),
      ...(reply.number(5) === 0 ? {} : { notBefore: reply.number(5) }),
    };
    return { members, state };
  };

  const findAt = async (id: SessionId, address: SessionAddress) => {
    const found = readReply(
      await run(address.partition, SCRIPTS.find, [keys.session(address), keys.side(address)], [now()]),
    );
    return found.kind === "unknown" ? undefined : { session: sessionFrom(id, found), nowMs: found.number(4) };
  };

  const raise = async (
    command: Omit<RevokeAllSessions, "kind">,
    policy: Parameters<SessionStore["revokeAll"]>[1],
    restriction: readonly [locked: string, notBefore: string | number, remember: string | number] = [
      "",
      "",
      "",
    ],
  ) => {
    const owner = ownerOf(command.tenant, command.userId);
    const { answer, confirmed } = await revocations.write(
      owner.partition,
      SCRIPTS.revokeAll,
      [keys.user(owner), keys.index(owner), keys.stream(owner.partition)],
      [
        now(),
        tenantField(command.tenant),
        command.userId,
        command.verifiedUntil ?? "",
        policy.tombstoneSeconds,
        policy.revocationMarginSeconds,
        ...revocations.target(owner.partition, policy),
        ...restriction,
      ],
    );
    const reply = readReply(answer);
    const epoch = reply.number(4);
    revocations.apply(
      { kind: "user", tenant: command.tenant, subject: command.userId, epoch, until: reply.number(2) },
      owner.partition,
      reply.list(3),
    );
    return { revoked: reply.number(1), epoch, confirmed };
  };

  return {
    async create(command, policy) {
      const owner = ownerOf(command.tenant, command.userId);
      const address = addressFor(owner, command.id);
      if (address === undefined) throw new TypeError("a session id must lie in its user's partition");
      const answer = await run(owner.partition, SCRIPTS.create, sessionKeys(owner, address), [
        now(),
        address.name,
        policy.absoluteSeconds,
        policy.idleSeconds,
        policy.tombstoneSeconds,
        policy.revocationMarginSeconds,
        command.accessExpiresBy,
        command.authTime,
        command.kid,
        command.delivery === "cookie" ? 1 : 0,
        ...sessionFields(command),
      ]);
      const reply = readReply(answer);
      if (reply.kind === "created") return { kind: "created", session: sessionFrom(command.id, reply) };
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
        [...sessionKeys(owner, address), keys.stream(owner.partition)],
        [
          now(),
          revocations.deadline(owner.partition),
          address.name,
          command.id,
          tenantField(command.tenant),
          command.userId,
          command.clientId === undefined ? "?" : clientField(command.clientId),
          command.delivery === "cookie" ? 1 : 0,
          command.generation,
          hashBytes(command.presented),
          hashBytes(command.successor),
          hashBytes(command.following),
          command.kid,
          command.scopes?.join(" ") ?? "",
          command.accessExpiresBy,
          policy.idleSeconds,
          policy.graceSeconds * 1000,
          policy.maxReuse,
          policy.tombstoneSeconds,
          policy.revocationMarginSeconds,
          ...revocations.target(owner.partition, policy),
        ],
      );
      const reply = readReply(answer);
      switch (reply.kind) {
        case "rotated":
        case "same successor":
        case "healed":
          return { kind: reply.kind, session: sessionFrom(command.id, reply) };
        case "reused":
          revocations.apply(
            { kind: "session", tenant: command.tenant, sessionId: command.id, until: reply.number(2) },
            owner.partition,
            reply.list(3),
          );
          return { kind: "reused" };
        case "scope":
          return { kind: "scope" };
        case "refused":
          return { kind: "refused", reason: refusal(reply.detail) };
        default:
          return overFrom("rotate", reply);
      }
    },

    async elevate(command, policy) {
      const owner = ownerOf(command.tenant, command.userId);
      const address = addressFor(owner, command.id);
      if (address === undefined) return { kind: "unknown" };
      const answer = await run(owner.partition, SCRIPTS.elevate, sessionKeys(owner, address), [
        now(),
        revocations.deadline(owner.partition),
        address.name,
        tenantField(command.tenant),
        command.userId,
        command.generation,
        command.authTime,
        command.kid,
        Buffer.concat([hashBytes(command.current), hashBytes(command.next)]),
        command.accessExpiresBy,
        policy.idleSeconds,
        policy.tombstoneSeconds,
        policy.revocationMarginSeconds,
        ...proofFields(command),
      ]);
      const reply = readReply(answer);
      if (reply.kind === "elevated") return { kind: "elevated", session: sessionFrom(command.id, reply) };
      if (reply.kind === "moved") return { kind: "moved", generation: reply.number(1) };
      return overFrom("elevate", reply);
    },

    async revoke(command, policy) {
      const owner = ownerOf(command.tenant, command.userId);
      const address = addressFor(owner, command.id);
      if (address === undefined) return { kind: "revoked", revoked: 0, confirmed: true };
      const { answer, confirmed } = await revocations.write(
        owner.partition,
        SCRIPTS.revoke,
        [...sessionKeys(owner, address), keys.stream(owner.partition)],
        [
          now(),
          address.name,
          command.id,
          tenantField(command.tenant),
          command.userId,
          command.verifiedUntil ?? "",
          policy.tombstoneSeconds,
          policy.revocationMarginSeconds,
          ...revocations.target(owner.partition, policy),
        ],
      );
      const reply = readReply(answer);
      const until = reply.number(2);
      if (until > 0)
        revocations.apply(
          { kind: "session", tenant: command.tenant, sessionId: command.id, until },
          owner.partition,
          reply.list(3),
        );
      return { kind: "revoked", revoked: reply.number(1), confirmed: confirmed || until === 0 };
    },

    async revokeAll(command, policy) {
      const { revoked, confirmed } = await raise(command, policy);
      return { kind: "revoked", revoked, confirmed };
    },

    async revokeOthers(tenant, user, keep, policy) {
      const owner = ownerOf(tenant, user);
      const kept = addressFor(owner, keep);
      let members = (await readUser(owner)).members.filter((member) => member !== kept?.name);
      let revoked = 0;
      let confirmed = true;
      for (let round = 0; round < ROUNDS && members.length > 0; round += 1) {
        const others = members.map((name) => ({
          address: { partition: owner.partition, name },
          id: publicSessionId(owner.partition, Buffer.from(name, "base64url")),
        }));
        const written = await revocations.write(
          owner.partition,
          SCRIPTS.revokeOthers,
          [
            keys.user(owner),
            keys.index(owner),
            keys.stream(owner.partition),
            ...others.flatMap(({ address }) => [keys.session(address), keys.side(address)]),
          ],
          [
            now(),
            kept?.name ?? "",
            tenantField(tenant),
            user,
            policy.tombstoneSeconds,
            policy.revocationMarginSeconds,
            ...revocations.target(owner.partition, policy),
            ...others.flatMap(({ address, id }) => [address.name, id]),
          ],
        );
        const reply = readReply(written.answer);
        const until = reply.number(2);
        for (const { id } of others)
          if (until > 0)
            revocations.apply(
              { kind: "session", tenant, sessionId: id, until },
              owner.partition,
              reply.list(3),
            );
        revoked += reply.number(1);
        confirmed &&= written.confirmed;
        members = reply.list(4).map(text);
      }
      return { kind: "revoked", revoked, confirmed };
    },

    async restrict(command, policy) {
      const { epoch } = await raise(command, policy, [
        command.locked === undefined ? "" : command.locked ? "1" : "0",
        command.notBefore ?? "",
        command.retainUntil,
      ]);
      return { kind: "restricted", epoch };
    },

    async find(id) {
      const address = sessionAddress(id);
      if (address === undefined) return undefined;
      const found = await findAt(id, address);
      if (found === undefined) return undefined;
      const { session, nowMs } = found;
      const { state } = await readUser(ownerOf(session.tenant, session.userId));
      return { session, live: judgeLife(session, state, nowMs) === undefined };
    },

    async list(tenant, user) {
      const owner = ownerOf(tenant, user);
      const { members, state } = await readUser(owner);
      const found = await Promise.all(
        members.map((name) => {
          const id = publicSessionId(owner.partition, Buffer.from(name, "base64url"));
          return findAt(id, { partition: owner.partition, name });
        }),
      );
      return found
        .flatMap((each) =>
          each !== undefined && judgeLife(each.session, state, each.nowMs) === undefined
            ? [each.session]
            : [],
        )
        .sort((a, b) => a.createdAt - b.createdAt);
    },

    user: async (tenant, user) => (await readUser(ownerOf(tenant, user))).state,
  };
}

const END_REASONS: readonly EndReason[] = ["revoked", "reused", "epoch", "locked", "not before"];

function endReason(verb: string, detail: string): EndReason {
  const reason = END_REASONS.find((known) => known === detail);
  if (reason === undefined) throw unexpected(verb, detail);
  return reason;
}

function refusal(detail: string): "exhausted" | "two back" | "retired" {
  if (detail === "exhausted" || detail === "two back" || detail === "retired") return detail;
  throw unexpected("rotate", detail);
}
