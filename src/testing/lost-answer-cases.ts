import { tenantId, userId } from "../domain/brand.js";
import { type ContractCase, expectEqual, expectTrue } from "./contract.js";
import { aLife, POLICY, type SessionStoreSubject } from "./session-store-subject.js";

const GRACE_MS = POLICY.graceSeconds * 1000;
const LOST_MS = (POLICY.lostAnswerSeconds ?? 0) * 1000;

/**
 * Refreshes whose answers never arrived: a client that returns with the previous token is no thief
 * (docs/spec/sessions.md §3.3).
 */
export const LOST_ANSWER_CASES: readonly ContractCase<SessionStoreSubject>[] = [
  {
    name: "answers the previous token long after, while nobody has used its successor",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0);
      subject.advance(LOST_MS);
      const outcome = await life.rotate(0);
      expectTrue(outcome.kind === "repeated" && outcome.late === true, `late, found ${outcome.kind}`);
      expectEqual(outcome.session.generation, 1, "generation");
      expectEqual(outcome.session.next, life.chain.hash(2), "next hash");
      await life.expectRotate(1, "rotated");
    },
  },
  {
    name: "answers it no longer than that, however often it was answered",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0);
      subject.advance(LOST_MS);
      await life.expectRotate(0, "repeated");
      subject.advance(GRACE_MS);
      await life.expectRotate(0, "repeated");
      subject.advance(1);
      await life.expectRotate(0, "reused");
    },
  },
  {
    name: "takes it for theft once an access token of the successor was used",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0);
      expectEqual(await life.see(1), { kind: "seen" }, "first use");
      expectEqual(await life.see(1), { kind: "unchanged" }, "second use");
      subject.advance(GRACE_MS + 1);
      await life.expectRotate(0, "reused");
      expectEqual(await life.rotate(1), { kind: "ended", reason: "reused" }, "the session");
    },
  },
  {
    name: "takes it for theft once the successor came, though what it asked for was refused",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0);
      expectEqual((await life.rotate(1, { scopes: ["admin"] })).kind, "scope", "too much");
      expectEqual(await life.see(1), { kind: "unchanged" }, "first use of its access token");
      subject.advance(GRACE_MS + 1);
      await life.expectRotate(0, "reused");
    },
  },
  {
    name: "goes on as before when it is the previous token that asks for too much",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0);
      expectEqual((await life.rotate(0, { scopes: ["admin"] })).kind, "scope", "too much");
      subject.advance(GRACE_MS + 1);
      await life.expectRotate(0, "repeated");
      await life.expectRotate(1, "rotated");
    },
  },
  {
    name: "ends what a step-up replaced once its token came, though what it asked for was refused",
    async run(subject) {
      const life = await aLife(subject);
      await life.elevate(0, 1);
      expectEqual((await life.rotate(1, { scopes: ["admin"] }, 1)).kind, "scope", "too much");
      expectEqual(await life.rotate(0), { kind: "refused", reason: "retired" }, "the retired token");
      await life.expectRotate(1, "rotated", 1);
    },
  },
  {
    name: "takes it for theft once the successor itself was used",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0);
      await life.rotate(1);
      subject.advance(GRACE_MS + 1);
      await life.expectRotate(0, "reused");
    },
  },
  {
    name: "gives those who come with a late one a window of their own",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0);
      subject.advance(GRACE_MS * 3);
      await life.expectRotate(0, "repeated");
      await life.see(1);
      subject.advance(GRACE_MS);
      const second = await life.rotate(0);
      expectEqual("late" in second, false, "late twice");
      expectEqual(second.kind, "repeated", "the other tab");
      subject.advance(1);
      await life.expectRotate(0, "reused");
    },
  },
  {
    name: "does not take the use of an older or a stranger's token for the successor's",
    async run(subject) {
      const life = await aLife(subject);
      const command = { kind: "see" as const, id: life.chain.id, ...life.owner, generation: 1 };
      await life.rotate(0);
      const sightings = [
        await life.see(0),
        await life.see(2),
        await subject.store.see({ ...command, userId: userId("somebody-else") }, POLICY),
        await subject.store.see({ ...command, tenant: tenantId("elsewhere") }, POLICY),
      ];
      expectEqual(
        sightings.map(({ kind }) => kind),
        ["unchanged", "unchanged", "unchanged", "unchanged"],
        "sightings",
      );
      subject.advance(GRACE_MS + 1);
      await life.expectRotate(0, "repeated");
    },
  },
  {
    name: "changes nothing of a session by a sighting but that it was seen",
    async run(subject) {
      const life = await aLife(subject, undefined, false);
      await life.create({ device: "d".repeat(100), metadata: '{"a":1}' });
      await life.rotate(0);
      const before = await subject.store.find(life.chain.id);
      await life.see(1);
      const after = await subject.store.find(life.chain.id);
      expectTrue(before !== undefined && after !== undefined, "found");
      const { unseen: _, ...rest } = before.session;
      expectEqual(after.session, rest, "the session");
      await life.revoke();
      expectEqual(await life.see(1), { kind: "unchanged" }, "an ended session");
      expectEqual((await life.rotate(1)).kind, "ended", "refresh");
    },
  },
  {
    name: "ends the session where lost answers are not forgiven",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0);
      subject.advance(GRACE_MS + 1);
      const strict = { ...POLICY, lostAnswerSeconds: 0 };
      const command = life.command(0);
      expectEqual((await subject.store.rotate(command, strict)).kind, "reused", "previous token");
    },
  },
];
