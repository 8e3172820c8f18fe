import type { RevokeAllSessions } from "../../../domain/commands.js";
import { notBeforeRevocation } from "../../../domain/life.js";
import type { SessionPolicy } from "../../../domain/policy.js";
import { PARTITIONS, publicSessionId } from "../../../domain/session.js";
import type { Milliseconds } from "../../../domain/time.js";
import type { SessionStore } from "../../../sessions/store.js";
import { memberName, readReply } from "../connection/reply.js";
import { addressFor, type Keys, memberOf, type Owner, ownerOf } from "../keys.js";
import { SCRIPTS } from "../scripts/scripts.js";
import { packIdentity, tenantField } from "../sessions/codec.js";
import { pagesOf } from "../sessions/pages.js";
import { outsideFields, partitionOfIssuer } from "./outside-revocation.js";
import { MAX_SESSION_SECONDS } from "./resubmission.js";
import type { RevocationWriter } from "./revocation-writer.js";

export interface RevocationVerbsOptions {
  readonly keys: Keys;
  readonly revocations: RevocationWriter;
  /** The names of the sessions in the list of a user. */
  readonly members: (owner: Owner) => Promise<readonly string[]>;
  /** Unix milliseconds; 0 for the server's time. */
  readonly now: () => Milliseconds;
}

/** How many sessions one script ends. Each needs an entry in the stream, and Redis serves nobody else meanwhile. */
const MAX_PER_SCRIPT = 100;
/** How often `revokeOthers` looks for sessions that began in the meantime. */
const MAX_ROUNDS = 5;

/** The commands that end sessions: each ends them and publishes that in one script. */
export function createRevocationVerbs({
  keys,
  revocations,
  members: membersOf,
  now,
}: RevocationVerbsOptions): Pick<
  SessionStore,
  "revoke" | "revokeAll" | "revokeOthers" | "revokeOutside" | "restrict" | "raiseNotBefore"
> {
  const raise = async (
    command: Omit<RevokeAllSessions, "kind">,
    policy: SessionPolicy,
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
      [keys.user(owner), keys.stream(owner.partition)],
      [
        now(),
        tenantField(command.tenant),
        command.userId,
        command.verifiedUntil ?? "",
        policy.tombstoneSeconds,
        policy.revocationMarginSeconds,
        ...revocations.target(owner.partition),
        ...restriction,
        command.upTo?.epoch ?? "",
        command.upTo?.liveSessions ?? "",
        command.upTo === undefined ? 0 : revocations.deadline(owner.partition),
      ],
    );
    const reply = readReply(answer);
    if (reply.kind === "moved") return { revoked: 0, epoch: 0, confirmed: true, moved: true } as const;
    const epoch = reply.number(4);
    revocations.apply(
      { kind: "user", tenant: command.tenant, subject: command.userId, epoch, until: reply.number(2) },
      owner.partition,
      reply.list(3),
    );
    return { revoked: reply.number(1), epoch, confirmed };
  };

  return {
    async revoke(command, policy) {
      const owner = ownerOf(command.tenant, command.userId);
      const address = addressFor(owner, command.id);
      if (address === undefined) return { kind: "revoked", revoked: 0, confirmed: true };
      const { answer, confirmed } = await revocations.write(
        owner.partition,
        SCRIPTS.revoke,
        [
          keys.session(address),
          keys.side(address),
          keys.user(owner),
          keys.stream(owner.partition),
          keys.notBefore(owner.partition),
          keys.timeline(address),
        ],
        [
          now(),
          memberOf(address),
          command.id,
          tenantField(command.tenant),
          packIdentity({ userId: command.userId, tenant: command.tenant }),
          command.verifiedUntil ?? "",
          policy.tombstoneSeconds,
          policy.revocationMarginSeconds,
          ...revocations.target(owner.partition),
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
      const { epoch: _, ...stored } = await raise(command, policy);
      return { kind: "revoked", ...stored };
    },

    async revokeOthers(tenant, user, keep, policy) {
      const owner = ownerOf(tenant, user);
      const kept = addressFor(owner, keep);
      let members = (await membersOf(owner)).filter((member) => member !== kept?.name);
      let revoked = 0;
      let confirmed = true;
      for (let round = 0; round < MAX_ROUNDS && members.length > 0; round += 1) {
        const pages = pagesOf(members, MAX_PER_SCRIPT);
        for (const [page, names] of pages.entries()) {
          const others = names.map((name) => ({
            address: { partition: owner.partition, name },
            id: publicSessionId(owner.partition, Buffer.from(name, "base64url")),
          }));
          const written = await revocations.write(
            owner.partition,
            SCRIPTS.revokeOthers,
            [
              keys.user(owner),
              keys.stream(owner.partition),
              keys.notBefore(owner.partition),
              ...others.flatMap(({ address }) => [
                keys.session(address),
                keys.side(address),
                keys.timeline(address),
              ]),
            ],
            [
              now(),
              kept === undefined ? "" : memberOf(kept),
              tenantField(tenant),
              packIdentity({ userId: user, tenant }),
              policy.tombstoneSeconds,
              policy.revocationMarginSeconds,
              ...revocations.target(owner.partition),
              page === pages.length - 1 ? 1 : 0,
              ...others.flatMap(({ address, id }) => [memberOf(address), id]),
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
          members = reply.list(4).map(memberName);
        }
      }
      return { kind: "revoked", revoked, confirmed };
    },

    async revokeOutside(entry) {
      const partition = partitionOfIssuer(entry.issuer);
      const { answer, confirmed } = await revocations.write(
        partition,
        SCRIPTS.revokeOutside,
        [keys.stream(partition)],
        [...outsideFields(entry), ...revocations.target(partition)],
      );
      revocations.apply(entry, partition, readReply(answer).list(3));
      return { confirmed };
    },

    async restrict(command, policy) {
      const { epoch } = await raise(command, policy, [
        command.locked === undefined ? "" : command.locked ? "1" : "0",
        command.notBefore ?? "",
        command.retainUntil,
      ]);
      return { kind: "restricted", epoch };
    },

    async raiseNotBefore(command, policy) {
      const nowMs = now() || Date.now();
      const revocation = notBeforeRevocation(command, nowMs, policy);
      // Kept until the longest session that can have begun before it has expired, under any configuration.
      const remember =
        Math.max(Math.floor(nowMs / 1000), command.notBefore) +
        Math.max(policy.absoluteSeconds, MAX_SESSION_SECONDS) +
        policy.tombstoneSeconds;
      const tenant = command.tenant === undefined ? "*" : tenantField(command.tenant);
      await Promise.all(
        Array.from({ length: PARTITIONS }, async (_, partition) => {
          const { answer } = await revocations.write(
            partition,
            SCRIPTS.notBefore,
            [keys.notBefore(partition), keys.stream(partition)],
            [tenant, command.notBefore, revocation.until, remember, ...revocations.target(partition)],
          );
          const reply = readReply(answer);
          revocations.apply({ ...revocation, until: reply.number(2) }, partition, reply.list(3));
        }),
      );
    },
  };
}
