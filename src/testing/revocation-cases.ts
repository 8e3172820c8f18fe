import { tenantId, userId } from "../domain/brand.js";
import type { OutsideRevocation, Revocation } from "../domain/revocation.js";
import { type ContractCase, expectEqual, expectTrue } from "./contract.js";
import { createChain } from "./session-script.js";
import { aLife, anotherLife, POLICY, type SessionStoreSubject } from "./session-store-subject.js";

/** Revocation: what ends, what is published, and until when. */
export const REVOCATION_CASES: readonly ContractCase<SessionStoreSubject>[] = [
  {
    name: "ends a session once, and publishes until its last token is gone",
    async run(subject) {
      const life = await aLife(subject, undefined, false);
      const latest = Math.floor(subject.nowMs() / 1000) + 5000;
      await life.create({ accessExpiresBy: latest });
      expectEqual(await life.revoke(), { kind: "revoked", revoked: 1, confirmed: true }, "first");
      expectEqual(await life.revoke(), { kind: "revoked", revoked: 0, confirmed: true }, "second");
      expectEqual(
        life.published().map(({ until: _, ...entry }) => entry),
        [{ kind: "session", tenant: life.owner.tenant, sessionId: life.chain.id }],
        "published",
      );
      const until = life.published()[0]?.until ?? 0;
      expectTrue(until >= latest + POLICY.revocationMarginSeconds, "until its last token is gone");
      expectEqual(await life.rotate(0), { kind: "ended", reason: "revoked" }, "refresh");
    },
  },
  {
    name: "publishes until the longest life ever issued, whatever is issued later",
    async run(subject) {
      const life = await aLife(subject, undefined, false);
      const now = Math.floor(subject.nowMs() / 1000);
      // Longer than what a store remembers of anybody, whatever was issued.
      const latest = now + 3 * 86_400;
      await life.create({ accessExpiresBy: latest });
      // Later, so that the refresh moves the expiry of the session too.
      subject.advance(2000);
      await life.rotate(0, { accessExpiresBy: now + 60 });
      await life.revoke();
      const [entry] = life.published();
      expectTrue((entry?.until ?? 0) >= latest + POLICY.revocationMarginSeconds, "until");
    },
  },
  {
    name: "publishes for the longest life at least, whatever it remembers of what was issued",
    async run(subject) {
      const short = Math.floor(subject.nowMs() / 1000) + 1;
      const ends: Record<string, (life: Awaited<ReturnType<typeof aLife>>) => Promise<unknown>> = {
        revoke: (life) => life.revoke(),
        "sign-out everywhere": ({ owner }) =>
          subject.store.revokeAll({ kind: "revokeAll", ...owner }, POLICY),
        "sign-out of the others": ({ owner }) => {
          const keep = createChain(owner.userId, owner.tenant).id;
          return subject.store.revokeOthers(owner.tenant, owner.userId, keep, POLICY);
        },
        lock: ({ owner }) =>
          subject.store.restrict({ kind: "restrict", ...owner, locked: true, retainUntil: short }, POLICY),
      };
      for (const [verb, end] of Object.entries(ends)) {
        const life = await aLife(subject, undefined, false);
        // The record as it is in a store that has lost later writes.
        await life.create({ accessExpiresBy: short });
        await end(life);
        const until = life.published()[0]?.until ?? 0;
        const longest = Math.floor(subject.nowMs() / 1000) + POLICY.tombstoneSeconds;
        expectTrue(until >= longest, `${verb}: until ${until}, wanted ${longest} or later`);
      }
    },
  },
  {
    name: "leaves a session alone that is somebody else's",
    async run(subject) {
      const life = await aLife(subject);
      const command = { kind: "revoke" as const, id: life.chain.id, tenant: life.owner.tenant };
      const outcome = await subject.store.revoke({ ...command, userId: userId("somebody-else") }, POLICY);
      expectEqual(outcome.revoked, 0, "revoked");
      expectEqual(life.published(), [], "published");
      await life.expectRotate(0, "rotated");
    },
  },
  {
    name: "publishes the revocation of a proven session even if the store has lost it",
    async run(subject) {
      const life = await aLife(subject, undefined, false);
      expectEqual((await life.revoke()).revoked, 0, "unproven");
      expectEqual(life.published(), [], "published for an unproven one");
      const proven = Math.floor(subject.nowMs() / 1000) + 300;
      await life.revoke(proven);
      const [entry] = life.published();
      expectTrue(entry !== undefined && entry.until >= proven, "published for a proven one");
    },
  },
  {
    name: "ends all sessions of a user by one new epoch",
    async run(subject) {
      const first = await aLife(subject);
      const second = await anotherLife(subject, first);
      const before = await subject.store.user(first.owner.tenant, first.owner.userId);
      subject.advance(5);
      const outcome = await subject.store.revokeAll({ kind: "revokeAll", ...first.owner }, POLICY);
      expectEqual(outcome.revoked, 2, "revoked");
      for (const life of [first, second])
        expectEqual(await life.rotate(0), { kind: "ended", reason: "all sessions ended" }, "refresh");
      const after = await subject.store.user(first.owner.tenant, first.owner.userId);
      expectTrue((after?.epoch ?? 0) > (before?.epoch ?? 0), "the epoch rose");
      expectTrue(
        first.published().some((entry) => entry.kind === "user" && entry.epoch === after?.epoch),
        "the epoch was published",
      );
      const next = await anotherLife(subject, first);
      await next.expectRotate(0, "rotated");
    },
  },
  {
    name: "raises the epoch by one at least, even twice in a millisecond",
    async run(subject) {
      const life = await aLife(subject);
      const epochs: number[] = [];
      for (let i = 0; i < 3; i += 1) {
        await subject.store.revokeAll({ kind: "revokeAll", ...life.owner }, POLICY);
        epochs.push((await subject.store.user(life.owner.tenant, life.owner.userId))?.epoch ?? 0);
      }
      expectTrue(new Set(epochs).size === 3, `three epochs, found ${epochs.join(", ")}`);
    },
  },
  {
    name: "ends everything up to an epoch, and nothing where the store is ahead of it",
    async run(subject) {
      const life = await aLife(subject);
      const { tenant, userId } = life.owner;
      const epochNow = async () => (await subject.store.user(tenant, userId))?.epoch ?? 0;
      const signOut = { kind: "revokeAll", ...life.owner, upTo: { epoch: await epochNow() } } as const;
      expectEqual((await subject.store.revokeAll(signOut, POLICY)).revoked, 1, "revoked");
      expectEqual(await life.rotate(0), { kind: "ended", reason: "all sessions ended" }, "refresh");
      const next = await anotherLife(subject, life);
      const epoch = await epochNow();
      expectEqual((await subject.store.revokeAll(signOut, POLICY)).revoked, 0, "revoked where it is ahead");
      expectEqual(await epochNow(), epoch, "the epoch stays");
      const last = life.published().at(-1);
      expectTrue(
        last?.kind === "user" && last.epoch === signOut.upTo.epoch + 1,
        "tokens of lower epochs are still published, and no others",
      );
      await next.expectRotate(0, "rotated");
    },
  },
  {
    name: "ends nothing while there are other sessions than the command knows of",
    async run(subject) {
      const life = await aLife(subject);
      const { tenant, userId } = life.owner;
      const epoch = (await subject.store.user(tenant, userId))?.epoch ?? 0;
      const signOut = { kind: "revokeAll", ...life.owner, upTo: { epoch, liveSessions: 1 } } as const;
      const next = await anotherLife(subject, life);
      expectEqual((await subject.store.revokeAll(signOut, POLICY)).moved, true, "moved");
      expectEqual(life.published().length, 0, "published");
      await life.expectRotate(0, "rotated");
      await next.expectRotate(0, "rotated");
      const known = { ...signOut, upTo: { epoch, liveSessions: 2 } };
      expectEqual((await subject.store.revokeAll(known, POLICY)).revoked, 2, "revoked");
    },
  },
  {
    name: "ends everything up to an epoch of a user it has lost, and begins above it",
    async run(subject) {
      const epoch = subject.nowMs() + 5_000_000;
      const { owner } = await aLife(subject, undefined, false);
      const signOut = { kind: "revokeAll", ...owner, upTo: { epoch, liveSessions: 0 } } as const;
      await subject.store.revokeAll(signOut, POLICY);
      const after = await subject.store.user(owner.tenant, owner.userId);
      expectTrue((after?.epoch ?? 0) > epoch, "the new epoch is higher");
    },
  },
  {
    name: "ends every session but the one kept",
    async run(subject) {
      const kept = await aLife(subject);
      const others = [await anotherLife(subject, kept), await anotherLife(subject, kept)];
      const { tenant, userId: user } = kept.owner;
      const outcome = await subject.store.revokeOthers(tenant, user, kept.chain.id, POLICY);
      expectEqual(outcome.revoked, 2, "revoked");
      for (const other of others) {
        expectEqual(await other.rotate(0), { kind: "ended", reason: "revoked" }, "another");
        expectEqual(other.published().length, 1, "published");
      }
      await kept.expectRotate(0, "rotated");
    },
  },
  {
    name: "locks a user: what is live ends and nothing begins until unlocked",
    async run(subject) {
      const life = await aLife(subject);
      const retainUntil = Math.floor(subject.nowMs() / 1000) + 1000;
      await subject.store.restrict({ kind: "restrict", ...life.owner, locked: true, retainUntil }, POLICY);
      expectEqual((await life.rotate(0)).kind, "ended", "refresh");
      const next = await anotherLife(subject, life).catch(() => undefined);
      expectEqual(next, undefined, "a new session while locked");
      await subject.store.restrict({ kind: "restrict", ...life.owner, locked: false, retainUntil }, POLICY);
      expectEqual((await life.rotate(0)).kind, "ended", "the old session stays over");
      await (await anotherLife(subject, life)).expectRotate(0, "rotated");
    },
  },
  {
    name: "accepts no proof of identity older than the not-before",
    async run(subject) {
      const life = await aLife(subject, undefined, false);
      const now = Math.floor(subject.nowMs() / 1000);
      await subject.store.restrict(
        { kind: "restrict", ...life.owner, notBefore: now, retainUntil: now + 1000 },
        POLICY,
      );
      expectEqual(
        await life.create({ authTime: now - 1 }),
        { kind: "refused", reason: "not before" },
        "older",
      );
      expectEqual((await life.create({ authTime: now })).kind, "created", "as old");
    },
  },
  {
    name: "publishes what is revoked of an outside issuer, by subject, session and token",
    async run(subject) {
      const until = Math.floor(subject.nowMs() / 1000) + 3600;
      const issuer = `https://${Math.random()}.example`;
      const entries: readonly OutsideRevocation[] = [
        { kind: "subject", issuer, subject: "user | 1", notBefore: until - 3600, until },
        { kind: "outsideSession", issuer, sessionId: "their session", until },
        { kind: "token", issuer, tokenId: "their token", until },
      ];
      for (const entry of entries)
        expectEqual((await subject.store.revokeOutside(entry, POLICY)).confirmed, true, entry.kind);
      const isOf = (entry: Revocation) => "issuer" in entry && entry.issuer === issuer;
      expectEqual(subject.published().filter(isOf), entries, "published");
    },
  },
  {
    name: "ends all of a tenant that is older than its not-before, and nothing of another tenant",
    async run(subject) {
      const tenant = tenantId(`tenant-${subject.nowMs()}-${Math.random()}`);
      const older = await aLife(subject, createChain(undefined, tenant));
      const elsewhere = await aLife(subject);
      subject.advance(5000);
      const notBefore = Math.floor(subject.nowMs() / 1000);
      await subject.store.raiseNotBefore({ tenant, notBefore }, POLICY);
      expectEqual(await older.rotate(0), { kind: "ended", reason: "not before" }, "refresh");
      expectEqual((await subject.store.find(older.chain.id))?.live, false, "live");
      expectEqual(await subject.store.list(tenant, older.owner.userId), [], "listed");
      expectEqual((await older.elevate(0, 1)).kind, "elevated", "a new proof counts");
      await (await aLife(subject, createChain(undefined, tenant))).expectRotate(0, "rotated");
      await elsewhere.expectRotate(0, "rotated");
      await subject.store.raiseNotBefore({ tenant, notBefore: notBefore - 100 }, POLICY);
      expectEqual(
        (
          await (
            await aLife(subject, createChain(undefined, tenant), false)
          ).create({ authTime: notBefore - 1 })
        ).kind,
        "refused",
        "a lower one changes nothing",
      );
      const entry = subject.published().find((each) => each.kind === "tenant" && each.tenant === tenant);
      expectTrue(entry?.kind === "tenant" && entry.notBefore === notBefore, "published");
    },
  },
];
