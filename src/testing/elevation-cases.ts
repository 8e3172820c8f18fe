import { type ContractCase, expectEqual, expectTrue } from "./contract.js";
import { aLife, POLICY, type SessionStoreSubject } from "./session-store-subject.js";

const GRACE_MS = POLICY.graceSeconds * 1000;

/** Re-authentication: a new chain, a new auth_time, and what becomes of the old token. */
export const ELEVATION_CASES: readonly ContractCase<SessionStoreSubject>[] = [
  {
    name: "moves auth_time and the generation, and begins a new chain",
    async run(subject) {
      const life = await aLife(subject);
      subject.advance(600_000);
      const outcome = await life.elevate(0, 1);
      expectTrue(outcome.kind === "elevated", `elevated, found ${outcome.kind}`);
      expectEqual(outcome.session.authTime, Math.floor(subject.nowMs() / 1000), "auth_time");
      expectEqual(outcome.session.generation, 1, "generation");
      await life.expectRotate(1, "rotated", 1);
    },
  },
  {
    name: "names the present generation to a caller who is behind",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0);
      expectEqual(await life.elevate(0, 1), { kind: "moved", generation: 1 }, "behind");
      await life.expectRotate(1, "rotated");
    },
  },
  {
    name: "refuses the retired token as long as the new one is unused, and does no harm",
    async run(subject) {
      const life = await aLife(subject);
      await life.elevate(0, 1);
      subject.advance(GRACE_MS * 10);
      expectEqual(await life.rotate(0), { kind: "refused", reason: "retired" }, "retired");
      await life.expectRotate(1, "rotated", 1);
    },
  },
  {
    name: "takes the retired token for theft once the new one was used and the window closed",
    async run(subject) {
      const life = await aLife(subject);
      await life.elevate(0, 1);
      await life.expectRotate(1, "rotated", 1);
      expectEqual(await life.rotate(0), { kind: "refused", reason: "retired" }, "within the window");
      subject.advance(GRACE_MS + 1);
      await life.expectRotate(0, "reused");
      expectEqual(await life.rotate(2, {}, 1), { kind: "ended", reason: "reused" }, "the session");
    },
  },
  {
    name: "may be repeated when its answer was lost",
    async run(subject) {
      const life = await aLife(subject);
      await life.elevate(0, 1);
      const again = await life.elevate(1, 2);
      expectTrue(again.kind === "elevated", `elevated, found ${again.kind}`);
      subject.advance(GRACE_MS * 10);
      expectEqual((await life.rotate(0)).kind, "refused", "the token before both");
      expectEqual((await life.rotate(1, {}, 1)).kind, "refused", "the token of the lost answer");
      await life.expectRotate(2, "rotated", 2);
    },
  },
  {
    name: "closes the grace window of the token before",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0);
      await life.elevate(1, 1);
      expectEqual((await life.rotate(0)).kind, "refused", "the previous token");
      subject.advance(GRACE_MS + 1);
      await life.expectRotate(0, "reused");
    },
  },
  {
    name: "brings no ended or expired session back",
    async run(subject) {
      const life = await aLife(subject);
      await life.revoke();
      expectEqual(await life.elevate(0, 1), { kind: "ended", reason: "revoked" }, "revoked");
      const idle = await aLife(subject);
      subject.advance(POLICY.idleSeconds * 1000);
      expectEqual(await idle.elevate(0, 1), { kind: "expired", limit: "idle" }, "idle");
    },
  },
];
