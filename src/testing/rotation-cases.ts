import { clientId, tenantId, userId } from "../domain/brand.js";
import { type ContractCase, expectEqual, expectTrue } from "./contract.js";
import { createChain, tenantInPartitionOf } from "./session-script.js";
import { aLife, POLICY, type SessionStoreSubject } from "./session-store-subject.js";

const GRACE_MS = POLICY.graceSeconds * 1000;

/** Refresh: the decision table of docs/spec/sessions.md §3.1, row by row. */
export const ROTATION_CASES: readonly ContractCase<SessionStoreSubject>[] = [
  {
    name: "rotates the current token and moves one generation",
    async run(subject) {
      const life = await aLife(subject);
      const outcome = await life.rotate(0);
      expectTrue(outcome.kind === "rotated", `rotated, found ${outcome.kind}`);
      expectEqual(outcome.session.generation, 1, "generation");
      expectEqual(outcome.session.next, life.chain.hash(2), "next hash");
      await life.expectRotate(1, "rotated");
    },
  },
  {
    name: "gives parallel callers one rotation and the same successor",
    async run(subject) {
      const life = await aLife(subject);
      const outcomes = await Promise.all(Array.from({ length: 10 }, () => life.rotate(0)));
      const kinds = outcomes.map(({ kind }) => kind).sort();
      expectEqual(kinds, [...Array.from({ length: 9 }, () => "repeated"), "rotated"], "outcomes");
      for (const outcome of outcomes)
        expectTrue("session" in outcome && outcome.session.generation === 1, "one generation for all");
    },
  },
  {
    name: "answers a retry with the pepper the winner chose",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0, { kid: 7 });
      const other = { kid: 9, following: life.chain.hash(2, 9) };
      const otherwise = new Map([
        [3, life.chain.hash(2, 3)],
        [7, life.chain.hash(2)],
      ]);
      const retry = await life.rotate(0, { ...other, otherwise });
      expectTrue(retry.kind === "repeated", `repeated, found ${retry.kind}`);
      expectEqual(retry.session.kid, 7, "kid");
      expectEqual(retry.session.next, life.chain.hash(2), "next hash");
      const forged = new Map([[7, life.chain.hash(2, 7)]]);
      expectEqual(
        await life.rotate(0, { ...other, otherwise: forged }),
        { kind: "invalid" },
        "another chain",
      );
    },
  },
  {
    name: "decides nothing about a retry where the caller cannot read the pepper the winner chose",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0, { kid: 7 });
      const before = await subject.store.find(life.chain.id);
      const other = { kid: 9, following: life.chain.hash(2, 9) };
      const otherwise = new Map([[3, life.chain.hash(2)]]);
      for (const waitMs of [0, GRACE_MS + 1]) {
        subject.advance(waitMs);
        expectEqual(await life.rotate(0, { ...other, otherwise }), { kind: "pepper", kid: 7 }, "retry");
      }
      expectEqual(await subject.store.find(life.chain.id), before, "session");
      expectEqual(life.published(), [], "published");
    },
  },
  {
    name: "leaves a session as it is whose client is none the caller knows, whatever was presented",
    async run(subject) {
      const life = await aLife(subject, createChain(), false);
      await life.create({ clientId: clientId("mobile") });
      const known = [clientId("default"), clientId("obile"), clientId("m".repeat(200)), clientId("mobile")];
      const others = known.slice(0, -1);
      const before = await subject.store.find(life.chain.id);
      const refused = { kind: "client", clientId: clientId("mobile") } as const;
      expectEqual(await life.rotate(0, { clients: others }), refused, "the current token");
      expectEqual(await subject.store.find(life.chain.id), before, "session");
      await life.rotate(0, { clients: known });
      expectEqual(await life.rotate(0, { clients: others }), refused, "a retry");
      expectEqual(life.published(), [], "published");
      await life.rotate(1, { clients: known });
      await life.see(2);
      subject.advance(GRACE_MS + 1);
      const unchanged = await subject.store.find(life.chain.id);
      expectEqual(await life.rotate(0, { clients: others }), refused, "a used token");
      expectEqual(await subject.store.find(life.chain.id), unchanged, "session after a used token");
      expectEqual((await life.rotate(0, { clients: known })).kind, "reused", "a used token from its client");

      const plain = await aLife(subject);
      const lacking = await plain.rotate(0, { clients: [clientId("mobile")] });
      expectEqual(lacking, { kind: "client", clientId: clientId("default") }, "the default client");
      expectEqual((await plain.rotate(0, { clients: known })).kind, "rotated", "known");
    },
  },
  {
    name: "keeps the grace window open to its last millisecond and no longer",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0);
      await life.see(1);
      subject.advance(GRACE_MS);
      await life.expectRotate(0, "repeated");
      subject.advance(1);
      await life.expectRotate(0, "reused");
      await life.expectRotate(1, "ended");
    },
  },
  {
    name: "does not lengthen the grace window by a retry",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0);
      await life.see(1);
      subject.advance(GRACE_MS - 1);
      await life.expectRotate(0, "repeated");
      subject.advance(2);
      await life.expectRotate(0, "reused");
    },
  },
  {
    name: "refuses the retry after the last one allowed and leaves the session untouched",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0);
      for (let i = 0; i < POLICY.maxReuse; i += 1) await life.expectRotate(0, "repeated");
      expectEqual(await life.rotate(0), { kind: "refused", reason: "repeated too often" }, "retry too many");
      await life.expectRotate(1, "rotated");
    },
  },
  {
    name: "refuses a token older than the previous one inside the window and treats it as theft afterwards",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0);
      await life.rotate(1);
      expectEqual(await life.rotate(0), { kind: "refused", reason: "stale" }, "stale");
      subject.advance(GRACE_MS + 1);
      await life.expectRotate(0, "reused");
    },
  },
  {
    name: "takes an older token for theft at once and publishes the revocation",
    async run(subject) {
      const life = await aLife(subject);
      for (const generation of [0, 1, 2]) await life.rotate(generation);
      await life.expectRotate(0, "reused");
      expectEqual(await life.rotate(3), { kind: "ended", reason: "reused" }, "current token");
      expectEqual(life.published().length, 1, "entries published");
    },
  },
  {
    name: "heals a client one step ahead by two generations",
    async run(subject) {
      const life = await aLife(subject);
      const outcome = await life.rotate(1);
      expectTrue(outcome.kind === "healed", `healed, found ${outcome.kind}`);
      expectEqual(outcome.session.generation, 2, "generation");
      await life.expectRotate(2, "rotated");
    },
  },
  {
    name: "heals a client up to three steps ahead of a store that lost as many writes",
    async run(subject) {
      for (const ahead of [2, 3]) {
        const life = await aLife(subject);
        const outcome = await life.rotate(ahead);
        expectTrue(outcome.kind === "healed", `healed, found ${outcome.kind}`);
        expectEqual(outcome.session.generation, ahead + 1, "generation");
        await life.expectRotate(ahead + 1, "rotated");
      }
    },
  },
  {
    name: "takes nobody further ahead, or of another chain, for a client of its own",
    async run(subject) {
      const life = await aLife(subject);
      await life.expectRotate(4, "invalid");
      for (const generation of [1, 2, 3]) await life.expectRotate(generation, "invalid", 5);
      await life.expectRotate(0, "rotated");
    },
  },
  {
    name: "changes nothing for a hash that does not fit its generation",
    async run(subject) {
      const life = await aLife(subject);
      await life.rotate(0);
      const before = await subject.store.find(life.chain.id);
      for (const generation of [0, 1, 2, 3, 9])
        expectEqual((await life.rotate(generation, {}, 5)).kind, "invalid", `generation ${generation}`);
      expectEqual(await subject.store.find(life.chain.id), before, "session");
      expectEqual(life.published(), [], "published");
    },
  },
  {
    name: "changes nothing for another tenant, user, client or delivery",
    async run(subject) {
      const life = await aLife(subject);
      const before = await subject.store.find(life.chain.id);
      const strangers = [
        { clientId: clientId("other") },
        { delivery: "cookie" as const },
        { userId: userId("somebody-else") },
        { tenant: tenantId("elsewhere") },
      ];
      for (const stranger of strangers) {
        const { kind } = await life.rotate(0, stranger);
        expectTrue(kind === "invalid" || kind === "unknown", `a stranger was answered ${kind}`);
      }
      expectEqual(await subject.store.find(life.chain.id), before, "session");
    },
  },
  {
    name: "takes a session of another tenant's user of the same name for nobody's",
    async run(subject) {
      const life = await aLife(subject);
      // Users of two tenants may share a partition: then only the tenant distinguishes them.
      const namesake = tenantInPartitionOf(life.chain);
      const { kind } = await life.rotate(0, { tenant: namesake });
      expectEqual(kind, "invalid", "refresh as the namesake");
      const revoked = await subject.store.revoke(
        { kind: "revoke", id: life.chain.id, tenant: namesake, userId: life.owner.userId },
        POLICY,
      );
      expectEqual(revoked.revoked, 0, "revoked as the namesake");
      await life.expectRotate(0, "rotated");
    },
  },
  {
    name: "knows no session that never was",
    async run(subject) {
      const life = await aLife(subject, undefined, false);
      await life.expectRotate(0, "unknown");
    },
  },
  {
    name: "refuses more scope than granted without spending the token",
    async run(subject) {
      const life = await aLife(subject);
      expectEqual((await life.rotate(0, { scopes: ["profile", "admin"] })).kind, "scope", "too much");
      const narrowed = await life.rotate(0, { scopes: ["profile"] });
      expectTrue(narrowed.kind === "rotated", `rotated, found ${narrowed.kind}`);
      expectEqual(narrowed.session.scopes, ["orders:read", "profile"], "the grant stays");
    },
  },
  {
    name: "does not take part of a scope's name for the scope",
    async run(subject) {
      const life = await aLife(subject);
      for (const scope of ["orders", "read", "orders:rea", "rofile", "."])
        expectEqual((await life.rotate(0, { scopes: [scope] })).kind, "scope", scope);
    },
  },
  {
    name: "lets the wrong scope not hide a theft",
    async run(subject) {
      const life = await aLife(subject);
      for (const generation of [0, 1, 2]) await life.rotate(generation);
      expectEqual(
        (await life.rotate(0, { scopes: ["admin"] })).kind,
        "reused",
        "an old token with too much scope",
      );
    },
  },
];
