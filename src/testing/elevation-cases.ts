import { randomBytes } from "node:crypto";
import { tenantId } from "../domain/brand.js";
import { type ContractCase, expectEqual, expectTrue } from "./contract.js";
import { createChain } from "./session-script.js";
import { aLife, POLICY, type SessionStoreSubject } from "./session-store-subject.js";

const GRACE_MS = POLICY.graceSeconds * 1000;

/** Step-up: a new chain, a new auth_time, and what the old token can still do. */
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
    name: "goes on with the retired token and the old proof until the new token is used",
    async run(subject) {
      const life = await aLife(subject);
      const authTime = Math.floor(subject.nowMs() / 1000);
      subject.advance(GRACE_MS * 10);
      await life.elevate(0, 1, { acr: "high", amr: ["pwd", "otp"] });
      // The answer was lost: for this client nothing has changed.
      for (const generation of [0, 1, 2]) {
        subject.advance(GRACE_MS * 10);
        const outcome = await life.rotate(generation);
        expectTrue(outcome.kind === "rotated", `rotated, found ${outcome.kind}`);
        const { authTime: proved, acr, amr, next } = outcome.session;
        expectEqual({ proved, acr, amr }, { proved: authTime, acr: undefined, amr: ["pwd"] }, "proof");
        expectEqual(next, life.chain.hash(generation + 2), "next hash");
        expectTrue(outcome.session.generation < 1, "no access token of it passes for one of the replacement");
        expectEqual(outcome.session.retiredGeneration, generation + 1, "how far the retired chain is");
      }
      // The answer was not lost after all: the new token is used.
      const used = await life.rotate(1, {}, 1);
      expectTrue(used.kind === "rotated" && used.session.acr === "high", `the new chain, found ${used.kind}`);
      subject.advance(GRACE_MS + 1);
      await life.expectRotate(3, "invalid");
      await life.expectRotate(0, "reused");
    },
  },
  {
    name: "repeats the answer of a retired token like that of any other",
    async run(subject) {
      const life = await aLife(subject);
      await life.elevate(0, 1);
      await life.rotate(0);
      await life.expectRotate(0, "repeated");
      subject.advance(GRACE_MS + 1);
      const late = await life.rotate(0);
      expectTrue(late.kind === "repeated" && late.late === true, `late, found ${late.kind}`);
      await life.expectRotate(1, "rotated", 1);
    },
  },
  {
    name: "takes it for theft once an access token of the retired chain's latest was used",
    async run(subject) {
      const life = await aLife(subject);
      await life.elevate(0, 1);
      for (const generation of [0, 1, 2]) await life.expectRotate(generation, "rotated");
      expectEqual(await life.see(0, 3), { kind: "seen" }, "first use");
      expectEqual(await life.see(0, 3), { kind: "unchanged" }, "second use");
      subject.advance(GRACE_MS + 1);
      await life.expectRotate(2, "reused");
      expectEqual(await life.rotate(3), { kind: "ended", reason: "reused" }, "the session");
    },
  },
  {
    name: "does not take the use of another token for that of the retired chain's latest",
    async run(subject) {
      const life = await aLife(subject);
      await life.elevate(0, 1);
      await life.elevate(1, 2);
      await life.rotate(0);
      // Tokens: the one before the latest; one that does not exist yet; one of a chain that was retired earlier; those
      // of the first step-up, which nobody has used.
      for (const [generation, own] of [[0, 0], [1, 2], [2, 1], [0], [1]] as const)
        expectEqual(await life.see(generation, own), { kind: "unchanged" }, `use of ${generation}/${own}`);
      subject.advance(GRACE_MS + 1);
      const late = await life.rotate(0);
      expectTrue(late.kind === "repeated" && late.late === true, `late, found ${late.kind}`);
      expectEqual(await life.see(1, 1), { kind: "seen" }, "use of the latest");
      await life.expectRotate(2, "rotated", 2);
    },
  },
  {
    name: "distinguishes a chain retired earlier from the one retired last",
    async run(subject) {
      const life = await aLife(subject);
      await life.elevate(0, 1);
      await life.rotate(0);
      await life.expectRotate(1, "rotated", 1);
      await life.elevate(2, 2);
      expectEqual(await life.see(0, 2), { kind: "unchanged" }, "a token of the first");
      subject.advance(GRACE_MS + 1);
      await life.expectRotate(1, "repeated", 1);
      expectEqual(await life.see(2, 2), { kind: "seen" }, "a token of the last");
      subject.advance(GRACE_MS + 1);
      await life.expectRotate(1, "reused", 1);
    },
  },
  {
    name: "takes a token from before the step-up for use of what the step-up retired",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0);
      await life.elevate(1, 1);
      expectEqual(await life.see(1), { kind: "seen" }, "use");
      subject.advance(GRACE_MS + 1);
      await life.expectRotate(0, "reused");
    },
  },
  {
    name: "takes the retired chain's latest token in use, though what it asked for was refused",
    async run(subject) {
      const life = await aLife(subject);
      await life.elevate(0, 1);
      await life.rotate(0);
      expectEqual((await life.rotate(1, { scopes: ["admin"] })).kind, "scope", "too much");
      expectEqual(await life.see(0, 1), { kind: "unchanged" }, "its access token");
      const found = await subject.store.find(life.chain.id);
      expectEqual(found?.session.generation, 1, "the replacement is still there");
      expectTrue(found?.session.unseen === true, "and still unused");
      subject.advance(GRACE_MS + 1);
      await life.expectRotate(0, "reused");
    },
  },
  {
    name: "retires the old token once an access token of the new one was used",
    async run(subject) {
      const life = await aLife(subject);
      await life.elevate(0, 1);
      expectEqual(await life.see(1), { kind: "seen" }, "first use");
      expectEqual(await life.rotate(0), { kind: "refused", reason: "retired" }, "within the window");
      subject.advance(GRACE_MS + 1);
      await life.expectRotate(0, "reused");
      expectEqual(await life.rotate(1, {}, 1), { kind: "ended", reason: "reused" }, "the session");
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
      await life.rotate(0);
      const again = await life.elevate(1, 2);
      expectTrue(again.kind === "elevated", `elevated, found ${again.kind}`);
      subject.advance(GRACE_MS * 10);
      expectEqual((await life.rotate(1, {}, 1)).kind, "refused", "the token of the lost answer");
      expectEqual((await life.rotate(1)).kind, "rotated", "the chain before both");
      await life.expectRotate(2, "rotated", 2);
    },
  },
  {
    name: "takes the token that asks for one in use: a second answer that is lost leaves what the first one gave",
    async run(subject) {
      const life = await aLife(subject);
      await life.elevate(0, 1, { presented: 0 });
      await life.elevate(1, 2, { presented: 1 });
      await life.expectRotate(0, "invalid");
      const outcome = await life.rotate(1, {}, 1);
      expectTrue(outcome.kind === "rotated", `the first one's, found ${outcome.kind}`);
      await life.expectRotate(2, "rotated", 2);
    },
  },
  {
    name: "keeps the old proof to what it was worth: a not-before of its tenant ends it alone",
    async run(subject) {
      const tenant = tenantId(`not-before-${randomBytes(6).toString("hex")}`);
      const life = await aLife(subject, createChain(undefined, tenant));
      subject.advance(600_000);
      await life.elevate(0, 1);
      await subject.store.raiseNotBefore({ tenant, notBefore: Math.floor(subject.nowMs() / 1000) }, POLICY);
      expectEqual(await life.rotate(0), { kind: "ended", reason: "not before" }, "the old proof");
      await life.expectRotate(1, "rotated", 1);
    },
  },
  {
    name: "does not open the grace window of the token before again",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0);
      await life.see(1);
      await life.elevate(1, 1);
      await life.expectRotate(0, "repeated");
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
