import { type SessionId, sessionId, tenantId } from "../domain/brand.js";
import { type ContractCase, expectEqual, expectTrue } from "./contract.js";
import { createChain, createCommand, rotateCommand } from "./session-script.js";
import { aLife, anotherLife, POLICY, type SessionStoreSubject } from "./session-store-subject.js";

/** Records and limits: what a session stores, and how long it may live. */
export const LIFE_CASES: readonly ContractCase<SessionStoreSubject>[] = [
  {
    name: "remembers everything it was created with",
    async run(subject) {
      const life = await aLife(subject, undefined, false);
      const given = {
        scopes: ["a".repeat(40), "b".repeat(40), "c"],
        acr: "urn:example:silver",
        amr: ["pwd", "otp"],
        device: "d".repeat(100),
        ip: "2001:db8::1",
        metadata: JSON.stringify({ note: "ü".repeat(500) }),
        delivery: "cookie" as const,
      };
      await life.create(given);
      const found = await subject.store.find(life.chain.id);
      expectTrue(found?.live === true, "found and live");
      for (const [name, value] of Object.entries(given))
        expectEqual(found.session[name as keyof typeof given], value, name);
    },
  },
  {
    name: "keeps long values through refreshes and a re-authentication",
    async run(subject) {
      const life = await aLife(subject, undefined, false);
      await life.create({ device: "d".repeat(100), metadata: '{"a":1}' });
      await life.rotate(0);
      await life.elevate(1, 1, { amr: ["pwd", "otp"], acr: "high" });
      const found = await subject.store.find(life.chain.id);
      expectEqual(found?.session.device, "d".repeat(100), "device");
      expectEqual(found?.session.metadata, '{"a":1}', "metadata");
      expectEqual(found?.session.amr, ["pwd", "otp"], "amr");
      expectEqual(found?.session.acr, "high", "acr");
    },
  },
  {
    name: "names the sessions beyond the limit, those silent for longest first, and leaves them to the caller",
    async run(subject) {
      const policy = { ...POLICY, maxPerUser: 2 };
      const chains = [createChain()];
      for (let i = 0; i < 3; i += 1) chains.push(createChain(chains[0]?.userId));
      const login = async (index: number) => {
        subject.advance(2000);
        const chain = chains[index] ?? createChain();
        const now = Math.floor(subject.nowMs() / 1000);
        const outcome = await subject.store.create(createCommand(chain, now), policy);
        expectTrue(outcome.kind === "created", "created");
        return outcome.surplus;
      };
      const [first = createChain(), second = createChain(), third = createChain()] = chains;
      expectEqual([await login(0), await login(1)], [undefined, undefined], "within the limit");
      subject.advance(2000);
      const now = Math.floor(subject.nowMs() / 1000);
      await subject.store.rotate(rotateCommand(first, 0, now), policy);
      expectEqual(await login(2), [second.id], "the one not refreshed");
      expectEqual(await login(3), [second.id, first.id], "two too many");
      const owner = { tenant: first.tenant, userId: first.userId };
      await subject.store.revoke({ kind: "revoke", id: second.id, ...owner }, policy);
      expectEqual((await subject.store.find(third.id))?.live, true, "the others");
    },
  },
  {
    name: "ends a session idle for too long, with that reason",
    async run(subject) {
      const life = await aLife(subject);
      subject.advance(POLICY.idleSeconds * 1000 - 1000);
      await life.expectRotate(0, "rotated");
      subject.advance(POLICY.idleSeconds * 1000);
      expectEqual(await life.rotate(1), { kind: "expired", limit: "idle" }, "after the idle life");
    },
  },
  {
    name: "ends a session at its absolute limit however busy it is",
    async run(subject) {
      const life = await aLife(subject);
      const step = (POLICY.absoluteSeconds / 6) * 1000;
      for (let generation = 0; generation < 5; generation += 1) {
        subject.advance(step);
        await life.expectRotate(generation, "rotated");
      }
      subject.advance(step);
      expectEqual(await life.rotate(5), { kind: "expired", limit: "absolute" }, "at the limit");
    },
  },
  {
    name: "forgets an expired session after its tombstone's time",
    async run(subject) {
      const life = await aLife(subject);
      subject.advance((POLICY.idleSeconds + POLICY.tombstoneSeconds) * 1000 - 1000);
      expectEqual((await life.rotate(0)).kind, "expired", "within the tombstone's time");
      subject.advance(1000);
      expectEqual((await life.rotate(0)).kind, "unknown", "afterwards");
      expectEqual(await subject.store.find(life.chain.id), undefined, "found");
    },
  },
  {
    name: "never moves auth_time by a refresh",
    async run(subject) {
      const life = await aLife(subject);
      const before = (await subject.store.find(life.chain.id))?.session.authTime;
      subject.advance(100_000);
      await life.rotate(0);
      expectEqual((await subject.store.find(life.chain.id))?.session.authTime, before, "auth_time");
    },
  },
  {
    name: "lists the live sessions of one user, oldest first, and nobody else's",
    async run(subject) {
      const first = await aLife(subject);
      subject.advance(1000);
      const second = await anotherLife(subject, first);
      await aLife(subject);
      const ids = async () =>
        (await subject.store.list(first.owner.tenant, first.owner.userId)).map(({ id }) => id);
      expectEqual(await ids(), [first.chain.id, second.chain.id], "both");
      await first.revoke();
      expectEqual(await ids(), [second.chain.id], "after a revoke");
      subject.advance(POLICY.idleSeconds * 1000);
      expectEqual(await ids(), [], "after the idle life");
    },
  },
  {
    name: "returns the live sessions of one user page by page, with their events",
    async run(subject) {
      const first = await aLife(subject);
      const lives = [first];
      // Two of them begin in the same second: their order must be the same on every page.
      for (const seconds of [10, 0, 10, 10]) {
        subject.advance(seconds * 1000);
        lives.push(await anotherLife(subject, first));
      }
      const stranger = await aLife(subject);
      const { tenant, userId } = first.owner;
      const page = async (size: number, after?: SessionId) =>
        (await subject.store.page(tenant, userId, { first: size, after }))?.map(({ session }) => session.id);
      const all = (await subject.store.list(tenant, userId)).map(({ id }) => id);
      expectEqual([...all].sort(), lives.map(({ chain }) => chain.id).sort(), "listed");
      expectEqual(await page(100), all, "one page");
      const walked: SessionId[] = [];
      for (let pages = 0; pages < 4; pages += 1) walked.push(...((await page(2, walked.at(-1))) ?? []));
      expectEqual(walked, all, "two at a time");
      await lives[1]?.rotate(0);
      await lives[1]?.rotate(0);
      const found = await subject.store.page(tenant, userId, { first: 100 });
      const second = found?.find(({ session }) => session.id === lives[1]?.chain.id);
      expectEqual(
        second?.moments.map(({ kind }) => kind),
        ["repeated"],
        "the events of one",
      );
      expectEqual(second?.live, true, "is live");
      // A session that ends between two pages can still be the start of the next one.
      const [, ended] = all;
      await lives.find(({ chain }) => chain.id === ended)?.revoke();
      expectEqual(await page(100, ended), all.slice(2), "after one that has ended");
      expectEqual(await page(2), [all[0], all[2]], "without the one that has ended");
      expectEqual(await page(2, stranger.chain.id), undefined, "after another user's");
      expectEqual(await page(2, createChain(userId).id), undefined, "after what is no session");
      expectEqual(await page(2, sessionId("no id")), undefined, "after what is no id");
    },
  },
  {
    name: "keeps tenants apart that share a user id",
    async run(subject) {
      const life = await aLife(subject);
      const elsewhere = await aLife(subject, createChain(life.owner.userId, tenantId("elsewhere")));
      await subject.store.revokeAll({ kind: "revokeAll", ...life.owner }, POLICY);
      expectEqual((await life.rotate(0)).kind, "ended", "revoked tenant");
      await elsewhere.expectRotate(0, "rotated");
      expectEqual(
        (await subject.store.list(tenantId("elsewhere"), life.owner.userId)).length,
        1,
        "listed elsewhere",
      );
    },
  },
];
