import { MAX_MOMENTS } from "../domain/moments.js";
import { type ContractCase, expectEqual } from "./contract.js";
import { aLife, anotherLife, type Life, POLICY, type SessionStoreSubject } from "./session-store-subject.js";

const GRACE_MS = POLICY.graceSeconds * 1000;

const momentsOf = async (subject: SessionStoreSubject, life: Life) =>
  (await subject.store.find(life.chain.id))?.moments;
const kindsOf = async (subject: SessionStoreSubject, life: Life) =>
  (await momentsOf(subject, life))?.map(({ kind, count }) => `${kind} ${count}`);

/** Timeline: the events that the owner of a session can see. */
export const TIMELINE_CASES: readonly ContractCase<SessionStoreSubject>[] = [
  {
    name: "keeps no history of a session that is only refreshed",
    async run(subject) {
      const life = await aLife(subject);
      for (let generation = 0; generation < 3; generation += 1)
        await life.expectRotate(generation, "rotated");
      expectEqual(await momentsOf(subject, life), [], "moments");
    },
  },
  {
    name: "records the events of a session in order, and counts repetitions together",
    async run(subject) {
      const life = await aLife(subject);
      await life.expectRotate(0, "rotated");
      const firstAt = Math.floor(subject.nowMs() / 1000);
      await life.expectRotate(0, "repeated");
      subject.advance(2000);
      await life.expectRotate(0, "repeated");
      const [moment] = (await momentsOf(subject, life)) ?? [];
      expectEqual(moment, { kind: "repeated", firstAt, lastAt: firstAt + 2, count: 2 }, "retries");

      await life.expectRotate(2, "healed");
      await life.expectRotate(1, "refused");
      await life.elevate(3, 1);
      await life.see(4);
      await life.expectRotate(3, "refused");
      expectEqual(
        await kindsOf(subject, life),
        ["repeated 2", "healed 1", "stale 1", "elevated 1", "retired 1"],
        "moments",
      );
    },
  },
  {
    name: "remembers how a session ended, as long as it is remembered at all",
    async run(subject) {
      const [revoked, reused, other] = [await aLife(subject), await aLife(subject), await aLife(subject)];
      await revoked.revoke();
      await revoked.revoke();
      await reused.expectRotate(0, "rotated");
      await reused.see(1);
      subject.advance(GRACE_MS + 1);
      await reused.expectRotate(0, "reused");
      const kept = await anotherLife(subject, other);
      await subject.store.revokeOthers(other.owner.tenant, other.owner.userId, kept.chain.id, POLICY);
      expectEqual(await kindsOf(subject, revoked), ["revoked 1"], "revoked");
      expectEqual(await kindsOf(subject, reused), ["reused 1"], "reused");
      expectEqual(await kindsOf(subject, other), ["revoked 1"], "one of the others");
      expectEqual(await kindsOf(subject, kept), [], "the one kept");
      subject.advance(POLICY.tombstoneSeconds * 1000);
      expectEqual(await momentsOf(subject, reused), undefined, "afterwards");
    },
  },
  {
    name: "records nothing for a command that does not fit the session",
    async run(subject) {
      const life = await aLife(subject);
      const stranger = await aLife(subject);
      await life.rotate(0, { userId: stranger.owner.userId });
      await life.rotate(0, {}, 7);
      await life.rotate(0, { scopes: ["more"] });
      expectEqual(await momentsOf(subject, life), [], "moments");
    },
  },
  {
    name: "keeps a bounded history, the latest",
    async run(subject) {
      const life = await aLife(subject);
      for (let round = 0; round < MAX_MOMENTS; round += 1) {
        await life.expectRotate(2 * round, "rotated");
        await life.expectRotate(2 * round, "repeated");
        await life.expectRotate(2 * round + 1, "rotated");
        await life.expectRotate(2 * round, "refused");
      }
      const kinds = (await kindsOf(subject, life)) ?? [];
      expectEqual(kinds.length, MAX_MOMENTS, "moments");
      expectEqual(kinds.slice(-2), ["repeated 1", "stale 1"], "the latest");
    },
  },
];
