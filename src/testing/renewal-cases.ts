import { clientId, userId } from "../domain/brand.js";
import type { RenewSession } from "../domain/commands.js";
import { type ContractCase, expectEqual, expectTrue } from "./contract.js";
import { aLife, type Life, POLICY, type SessionStoreSubject } from "./session-store-subject.js";

const renewer =
  (subject: SessionStoreSubject, life: Life) =>
  (generation = 0, overrides: Partial<RenewSession> = {}) =>
    subject.store.renew(
      {
        kind: "renew",
        id: life.chain.id,
        ...life.owner,
        clientId: clientId("default"),
        delivery: "bearer",
        generation,
        accessExpiresBy: Math.floor(subject.nowMs() / 1000) + 330,
        ...overrides,
      },
      POLICY,
    );

/** Silent renewal: another access token, and no other change. */
export const RENEWAL_CASES: readonly ContractCase<SessionStoreSubject>[] = [
  {
    name: "renews a live session and changes nothing of it",
    async run(subject) {
      const life = await aLife(subject);
      const before = (await subject.store.find(life.chain.id))?.session;
      subject.advance(60_000);
      const outcome = await renewer(subject, life)();
      expectTrue(outcome.kind === "renewed", `renewed, found ${outcome.kind}`);
      expectEqual(outcome.session, before, "the session answered");
      expectEqual((await subject.store.find(life.chain.id))?.session, before, "the session stored");
      await life.expectRotate(0, "rotated");
    },
  },
  {
    name: "publishes a revocation until the last renewed token is gone",
    async run(subject) {
      const life = await aLife(subject);
      const latest = Math.floor(subject.nowMs() / 1000) + 9000;
      await renewer(subject, life)(0, { accessExpiresBy: latest });
      await renewer(subject, life)(0, { accessExpiresBy: latest - 5000 });
      await life.revoke();
      const until = life.published()[0]?.until ?? 0;
      expectTrue(until >= latest + POLICY.revocationMarginSeconds, `until ${until}`);
    },
  },
  {
    name: "renews nothing that has ended, run out, or been signed out",
    async run(subject) {
      const [revoked, signedOut, idle] = [await aLife(subject), await aLife(subject), await aLife(subject)];
      await revoked.revoke();
      await subject.store.revokeAll({ kind: "revokeAll", ...signedOut.owner }, POLICY);
      expectEqual(await renewer(subject, revoked)(), { kind: "ended", reason: "revoked" }, "revoked");
      expectEqual(
        await renewer(subject, signedOut)(),
        { kind: "ended", reason: "all sessions ended" },
        "signed out",
      );
      subject.advance(POLICY.idleSeconds * 1000);
      expectEqual(await renewer(subject, idle)(), { kind: "expired", limit: "idle" }, "idle");
      subject.advance(POLICY.tombstoneSeconds * 1000);
      expectEqual(await renewer(subject, idle)(), { kind: "unknown" }, "forgotten");
    },
  },
  {
    name: "lets no token from before a step-up take part in it",
    async run(subject) {
      const life = await aLife(subject);
      await life.elevate(0, 1);
      await life.see(1);
      expectEqual(await renewer(subject, life)(0), { kind: "refused", reason: "retired" }, "before");
      expectEqual((await renewer(subject, life)(1)).kind, "renewed", "after");
      expectEqual(
        (await subject.store.find(life.chain.id))?.moments.map(({ kind }) => kind),
        ["elevated", "retired"],
        "moments",
      );
    },
  },
  {
    name: "renews with the old proof until what the step-up gave is used",
    async run(subject) {
      const life = await aLife(subject);
      const before = (await subject.store.find(life.chain.id))?.session;
      subject.advance(60_000);
      await life.elevate(0, 1, { acr: "high" });
      const outcome = await renewer(subject, life)(0);
      expectTrue(outcome.kind === "renewed", `renewed, found ${outcome.kind}`);
      expectEqual(outcome.session.authTime, before?.authTime, "auth_time");
      expectEqual(outcome.session.acr, undefined, "acr");
      const { generation, retiredGeneration } = outcome.session;
      expectEqual({ generation, retiredGeneration }, { generation: 0, retiredGeneration: 0 }, "generations");
      const elevated = await renewer(subject, life)(1);
      expectTrue(elevated.kind === "renewed" && elevated.session.acr === "high", "the new proof");
    },
  },
  {
    name: "renews for nobody but the session's own user, client and delivery",
    async run(subject) {
      const life = await aLife(subject);
      const renew = renewer(subject, life);
      const other = await aLife(subject);
      const attempts: Partial<RenewSession>[] = [
        { clientId: clientId("another") },
        { delivery: "cookie" },
        { userId: other.owner.userId },
        { userId: userId("nobody") },
      ];
      for (const attempt of attempts) {
        const { kind } = await renew(0, attempt);
        expectTrue(kind === "invalid" || kind === "unknown", `${JSON.stringify(attempt)}: ${kind}`);
      }
    },
  },
];
