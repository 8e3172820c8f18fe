import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { clientId, DEFAULT_TENANT, tenantId, userId } from "../../src/domain/brand.js";
import { DEFAULT_SESSION_POLICY } from "../../src/domain/policy.js";
import type { SessionStore } from "../../src/sessions/store.js";
import {
  type Chain,
  createChain,
  createCommand,
  elevateCommand,
  rotateCommand,
} from "../../src/testing/index.js";
import { SessionModel } from "./session-model.js";

/** One random step. Numbers are relative to the state of the model, so that interesting ones are frequent. */
export type Step =
  | { readonly do: "advance"; readonly ms: number }
  | { readonly do: "create"; readonly slot: number; readonly variant: number }
  | {
      readonly do: "rotate";
      readonly slot: number;
      readonly age: number;
      readonly oldBranch: boolean;
      readonly oldChain: boolean;
      readonly variant: number;
    }
  | { readonly do: "elevate"; readonly slot: number; readonly behind: number; readonly authAge: number }
  | { readonly do: "renew"; readonly slot: number; readonly behind: number; readonly variant: number }
  | {
      readonly do: "see";
      readonly slot: number;
      readonly behind: number;
      readonly own: number;
      readonly foreign: boolean;
    }
  | { readonly do: "revoke"; readonly slot: number; readonly proven: boolean; readonly foreign: boolean }
  | { readonly do: "revokeAll" | "revokeOthers"; readonly slot: number }
  | { readonly do: "restrict"; readonly slot: number; readonly locked: number; readonly notBefore: number }
  | { readonly do: "tenantNotBefore"; readonly age: number }
  | { readonly do: "look"; readonly slot: number };

const {
  idleSeconds,
  absoluteSeconds,
  graceSeconds,
  tombstoneSeconds,
  lostAnswerSeconds = 0,
} = DEFAULT_SESSION_POLICY;
const SLOTS = 4;
const slot = fc.nat(SLOTS - 1);

const shortJumps = [
  0,
  1,
  999,
  graceSeconds * 1000 - 1,
  graceSeconds * 1000,
  graceSeconds * 1000 + 1,
  -1,
  -300_000,
];
const longJumps = [
  lostAnswerSeconds * 1000,
  lostAnswerSeconds * 1000 + 1,
  300_000,
  tombstoneSeconds * 1000,
  idleSeconds * 1000 - 1,
  idleSeconds * 1000,
  (absoluteSeconds * 1000) / 4,
];

const step: fc.Arbitrary<Step> = fc.oneof(
  { withCrossShrink: true },
  {
    weight: 30,
    arbitrary: fc.record({ do: fc.constant("advance" as const), ms: fc.constantFrom(...shortJumps) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("advance" as const), ms: fc.constantFrom(...longJumps) }),
  },
  {
    weight: 120,
    arbitrary: fc.record({
      do: fc.constant("rotate" as const),
      slot,
      /** Counted from the chain before a step-up whose tokens were not used yet. */
      oldChain: fc.constantFrom(false, false, true),
      age: fc.oneof(
        { weight: 4, arbitrary: fc.constant(0) },
        { weight: 3, arbitrary: fc.constant(1) },
        { weight: 3, arbitrary: fc.integer({ min: -4, max: 4 }) },
      ),
      oldBranch: fc.constantFrom(false, false, false, false, true),
      variant: fc.nat(9),
    }),
  },
  {
    weight: 16,
    arbitrary: fc.record({
      do: fc.constant("elevate" as const),
      slot,
      behind: fc.constantFrom(0, 0, 0, 1, -1),
      authAge: fc.constantFrom(0, 10, -10),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant("renew" as const),
      slot,
      behind: fc.constantFrom(0, 0, 0, 1, -1),
      variant: fc.nat(5),
    }),
  },
  {
    weight: 14,
    arbitrary: fc.record({
      do: fc.constant("see" as const),
      slot,
      behind: fc.constantFrom(0, 0, 0, 1, 1, 2, -1),
      /** How many generations the token is behind the latest of a retired chain, or that it belongs to none. */
      own: fc.constantFrom(NaN, NaN, 0, 0, 1, -1),
      foreign: fc.constantFrom(false, false, false, true),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("revoke" as const),
      slot,
      proven: fc.boolean(),
      foreign: fc.constantFrom(false, false, true),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("revokeAll" as const, "revokeOthers" as const), slot }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("restrict" as const),
      slot,
      locked: fc.nat(2),
      notBefore: fc.constantFrom(0, -100, 0),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("tenantNotBefore" as const), age: fc.constantFrom(0, 10, 500) }),
  },
  { weight: 10, arbitrary: fc.record({ do: fc.constant("look" as const), slot }) },
);

const beginning = fc.tuple(
  ...Array.from({ length: SLOTS }, (_, index) =>
    fc.record({ do: fc.constant("create" as const), slot: fc.constant(index), variant: fc.nat(5) }),
  ),
);

/** A walk of exactly `length` steps that begins by creating its sessions. Steps shrink to doing nothing. */
export const aWalk = (length: number): fc.Arbitrary<readonly Step[]> =>
  fc
    .tuple(beginning, fc.array(step, { minLength: length - SLOTS, maxLength: length - SLOTS }))
    .map(([first, rest]) => [...first, ...rest]);

const KNOWN_PEPPERS = [0, 1, 2, 3, 4, 5, 6, 7] as const;

/** A maximum of repetitions that is small enough to be reached within a walk. */
export const WALK_POLICY = { ...DEFAULT_SESSION_POLICY, maxReuse: 3, maxPerUser: 1 };

/** The state of one walk: four sessions of two users, and the time. */
class Walker {
  readonly #model = new SessionModel();
  readonly #chains: readonly Chain[];
  readonly #tenant = tenantId(`walker-${randomBytes(8).toString("hex")}`);
  readonly #branches = Array.from({ length: SLOTS }, () => 0);
  /** The branch before a step-up whose tokens were not used yet. */
  readonly #before = Array.from({ length: SLOTS }, () => 0);
  nowMs: number;

  constructor(startMs: number) {
    this.nowMs = startMs;
    const users = [0, 1].map(() => userId(`walker-${randomBytes(8).toString("hex")}`));
    // The second user has their own tenant, so that its not-before does not affect other walks.
    this.#chains = Array.from({ length: SLOTS }, (_, index) =>
      createChain(users[index % 2], index % 2 === 0 ? DEFAULT_TENANT : this.#tenant),
    );
  }

  chain(index: number): Chain {
    const chain = this.#chains[index];
    if (chain === undefined) throw new Error("no such slot");
    return chain;
  }

  /** Takes one step in the model and in a store. @returns both answers */
  async take(each: Step, store: SessionStore): Promise<{ readonly model: unknown; readonly store: unknown }> {
    const model = this.#model;
    if (each.do === "advance") {
      this.nowMs += each.ms;
      return { model: undefined, store: undefined };
    }
    if (each.do === "tenantNotBefore") {
      const notBefore = Math.floor(this.nowMs / 1000) - each.age;
      model.raiseNotBefore(this.#tenant, notBefore);
      await store.raiseNotBefore({ tenant: this.#tenant, notBefore }, WALK_POLICY);
      return { model: undefined, store: undefined };
    }
    const chain = this.chain(each.slot);
    const { tenant, userId: user, id } = chain;
    const now = Math.floor(this.nowMs / 1000);
    const owner = { tenant, userId: user };
    const known = model.session(id, this.nowMs);
    const generation = known?.generation ?? 0;
    const branch = this.#branches[each.slot] ?? 0;
    switch (each.do) {
      case "create": {
        // An id is drawn once: creating it again is not something a service can do.
        if (known !== undefined || branch !== 0) return { model: undefined, store: undefined };
        this.#branches[each.slot] = 1;
        const command = createCommand(chain, now, {
          next: chain.hash(1, 1),
          kid: each.variant,
          accessExpiresBy: now + 100 * each.variant,
          ...(each.variant === 1 ? { scopes: [], amr: [], device: "long ".repeat(30) } : {}),
          ...(each.variant === 2 ? { acr: "high", clientId: clientId("other"), metadata: '{"a":1}' } : {}),
          ...(each.variant === 3 ? { scopes: ["s".repeat(70)], delivery: "cookie" as const, ip: "::1" } : {}),
        });
        return {
          model: model.run(command, this.nowMs, WALK_POLICY),
          store: await store.create(command, WALK_POLICY),
        };
      }
      case "rotate": {
        const retired = each.oldChain ? known?.elevation?.retired : undefined;
        const presented = Math.max(0, (retired?.generation ?? generation) - each.age);
        const walked =
          retired !== undefined ? (this.#before[each.slot] ?? 0) : each.oldBranch ? branch - 1 : branch;
        const command = rotateCommand(
          chain,
          presented,
          now,
          {
            delivery: each.variant === 0 ? "cookie" : (known?.delivery ?? "bearer"),
            kid: each.variant,
            // The last two peppers of a walk are not known to every caller.
            otherwise: new Map(KNOWN_PEPPERS.map((kid) => [kid, chain.hash(presented + 2, walked)])),
            ...(each.variant === 1 ? { scopes: ["profile"] } : {}),
            ...(each.variant === 2 ? { scopes: ["profile", "none"] } : {}),
            ...(each.variant === 3 ? { clientId: clientId("other") } : {}),
          },
          walked,
        );
        return {
          model: model.run(command, this.nowMs, WALK_POLICY),
          store: await store.rotate(command, WALK_POLICY),
        };
      }
      case "elevate": {
        const command = elevateCommand(chain, generation - each.behind, branch + 1, now, {
          authTime: now - each.authAge,
          ...(each.authAge === 0 ? { presented: generation } : {}),
          ...(each.authAge === 10 ? { acr: "higher", amr: ["pwd", "otp"] } : {}),
        });
        const expected = model.run(command, this.nowMs, WALK_POLICY);
        if (expected.kind === "elevated") {
          if (known?.elevation?.retired === undefined) this.#before[each.slot] = branch;
          this.#branches[each.slot] = branch + 1;
        }
        return { model: expected, store: await store.elevate(command, WALK_POLICY) };
      }
      case "renew": {
        const command = {
          kind: "renew" as const,
          id,
          ...owner,
          clientId: each.variant === 0 ? clientId("other") : (known?.clientId ?? clientId("default")),
          delivery: each.variant === 1 ? ("cookie" as const) : (known?.delivery ?? "bearer"),
          generation: Math.max(0, generation - each.behind),
          accessExpiresBy: now + 100 * each.variant,
        };
        return {
          model: model.run(command, this.nowMs, WALK_POLICY),
          store: await store.renew(command, WALK_POLICY),
        };
      }
      case "see": {
        const command = {
          kind: "see" as const,
          id,
          tenant,
          userId: each.foreign ? this.chain((each.slot + 1) % SLOTS).userId : user,
          generation: Math.max(0, generation - each.behind),
          ...(Number.isNaN(each.own)
            ? {}
            : {
                retiredGeneration: Math.max(
                  0,
                  (known?.elevation?.retired?.generation ?? generation) - each.own,
                ),
              }),
        };
        return {
          model: model.run(command, this.nowMs, WALK_POLICY),
          store: await store.see(command, WALK_POLICY),
        };
      }
      case "revoke": {
        const command = {
          kind: "revoke" as const,
          id,
          tenant,
          userId: each.foreign ? this.chain((each.slot + 1) % SLOTS).userId : user,
          ...(each.proven ? { verifiedUntil: now + 50 } : {}),
        };
        const { confirmed: _, ...answer } = await store.revoke(command, WALK_POLICY);
        return { model: model.run(command, this.nowMs, WALK_POLICY), store: answer };
      }
      case "revokeAll": {
        const command = { kind: "revokeAll" as const, ...owner };
        const { confirmed: _, ...answer } = await store.revokeAll(command, WALK_POLICY);
        return { model: model.run(command, this.nowMs, WALK_POLICY), store: answer };
      }
      case "revokeOthers": {
        const others = model.live(tenant, user, this.nowMs).filter((session) => session.id !== id);
        const outcomes = others.map((session) =>
          model.run({ kind: "revoke", id: session.id, ...owner }, this.nowMs, WALK_POLICY),
        );
        const { revoked } = await store.revokeOthers(tenant, user, id, WALK_POLICY);
        return { model: outcomes.reduce((sum, outcome) => sum + outcome.revoked, 0), store: revoked };
      }
      case "restrict": {
        const command = {
          kind: "restrict" as const,
          ...owner,
          ...(each.locked === 2 ? {} : { locked: each.locked === 1 }),
          ...(each.notBefore === 0 ? {} : { notBefore: now + each.notBefore }),
          retainUntil: now + 1000,
        };
        return {
          model: model.run(command, this.nowMs, WALK_POLICY),
          store: await store.restrict(command, WALK_POLICY),
        };
      }
      case "look":
        return this.look(each.slot, store);
      default:
        return each satisfies never;
    }
  }

  /** The complete state of one slot in a store and in the model. */
  async look(index: number, store: SessionStore) {
    const { id, tenant, userId: user } = this.chain(index);
    const [found, list, state] = await Promise.all([
      store.find(id),
      store.list(tenant, user),
      store.user(tenant, user),
    ]);
    const ids = (sessions: readonly { readonly id: string }[]) =>
      sessions.map((session) => session.id).sort();
    return {
      model: {
        session: this.#model.session(id, this.nowMs),
        moments: this.#model.moments(id, this.nowMs),
        live: ids(this.#model.listed(tenant, user, this.nowMs)),
        user: this.#model.user(tenant, user, this.nowMs),
      },
      store: { session: found?.session, moments: found?.moments, live: ids(list), user: state },
    };
  }
}

/** Walks a store and the model in parallel. `differ` is called with the first pair of answers that is not equal. */
export async function walkTogether(
  steps: readonly Step[],
  startMs: number,
  store: (nowMs: () => number) => SessionStore,
  compare: (model: unknown, store: unknown, step: Step | "end") => void,
): Promise<void> {
  const walker = new Walker(startMs);
  const subject = store(() => walker.nowMs);
  for (const each of steps) {
    const compared = await walker.take(each, subject);
    compare(compared.model, compared.store, each);
  }
  for (let index = 0; index < SLOTS; index += 1) {
    const compared = await walker.look(index, subject);
    compare(compared.model, compared.store, "end");
  }
}
