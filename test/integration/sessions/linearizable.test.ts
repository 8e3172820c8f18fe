import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SessionCommand } from "../../../src/domain/commands.js";
import type { State } from "../../../src/domain/life.js";
import { DEFAULT_SESSION_POLICY } from "../../../src/domain/policy.js";
import { transition } from "../../../src/domain/transition.js";
import type { SessionStore } from "../../../src/sessions/store.js";
import { createRedisStores } from "../../../src/stores/redis/index.js";
import { createChain, createCommand, elevateCommand, rotateCommand } from "../../../src/testing/index.js";
import { type Call, isLinearizable } from "../../support/linearizable.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";
import { startProxy, type TcpProxy } from "../../support/tcp-proxy.js";

const ROUNDS = 150;
const seed = Number(process.env.CARDEA_TEST_SEED ?? Math.floor(Math.random() * 2 ** 31));

let redis: RedisServer;
let proxies: TcpProxy[] = [];
let clients: ReturnType<typeof createRedisStores>[] = [];

beforeAll(async () => {
  redis = await startRedis();
  proxies = await Promise.all(Array.from({ length: 3 }, () => startProxy(redis.port)));
  clients = proxies.map(({ port }) =>
    createRedisStores({ url: `redis://127.0.0.1:${port}`, commandTimeoutMs: 1000 }),
  );
});
afterAll(async () => {
  await Promise.all(clients.map((each) => each.close()));
  await Promise.all(proxies.map((each) => each.close()));
  await redis.close();
});

/** What an answer says, without what only the store's clock knows. */
interface Told {
  readonly kind: string;
  readonly detail?: string | number;
  readonly generation?: number;
}

interface Outcome {
  readonly kind: string;
  readonly reason?: string;
  readonly revoked?: number;
  readonly generation?: number;
  readonly session?: { readonly generation: number };
}

const tell = (outcome: Outcome): Told => {
  const detail = outcome.reason ?? outcome.revoked;
  const generation = outcome.session?.generation ?? outcome.generation;
  return {
    kind: outcome.kind,
    ...(detail === undefined ? {} : { detail }),
    ...(generation === undefined ? {} : { generation }),
  };
};

const run = async (store: SessionStore, command: SessionCommand): Promise<Told> => {
  switch (command.kind) {
    case "rotate":
      return tell(await store.rotate(command, DEFAULT_SESSION_POLICY));
    case "elevate":
      return tell(await store.elevate(command, DEFAULT_SESSION_POLICY));
    case "revoke":
      return tell(await store.revoke(command, DEFAULT_SESSION_POLICY));
    default:
      throw new Error(`not part of these histories: ${command.kind}`);
  }
};

const aCommand = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant("rotate" as const), generation: fc.nat(3), branch: fc.nat(1) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("elevate" as const),
      generation: fc.nat(2),
      branch: fc.constant(1),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant("revoke" as const),
      generation: fc.constant(0),
      branch: fc.constant(0),
    }),
  },
);

const aHistory = fc.array(
  fc.record({ command: aCommand, client: fc.nat(2), delayMs: fc.nat(3), cut: fc.nat(12) }),
  { minLength: 4, maxLength: 10 },
);

describe(`concurrent histories over links that are cut, seed ${seed}`, () => {
  it("could have been given by one sequential session, 150 rounds", async () => {
    let unanswered = 0;
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(aHistory, async (plan) => {
        const chain = createChain();
        const now = Math.floor(Date.now() / 1000);
        const create = createCommand(chain, now);
        const [first] = clients;
        if (first === undefined) throw new Error("no client");
        await first.sessions
          .create(create, DEFAULT_SESSION_POLICY)
          .catch(() => first.sessions.create(create, DEFAULT_SESSION_POLICY));
        const calls: Call<SessionCommand, Told>[] = [];
        await Promise.all(
          plan.map(async ({ command, client, delayMs, cut }) => {
            await new Promise((resolve) => setTimeout(resolve, delayMs));
            const { generation, branch } = command;
            const owner = { tenant: chain.tenant, userId: chain.userId };
            const sent: SessionCommand =
              command.do === "rotate"
                ? rotateCommand(chain, generation, now, {}, branch)
                : command.do === "elevate"
                  ? elevateCommand(chain, generation, branch, now)
                  : { kind: "revoke", id: chain.id, ...owner };
            const calledAt = performance.now();
            const answer = run((clients[client] ?? first).sessions, sent).catch(() => undefined);
            if (cut === 0) proxies[client]?.cut();
            const told = await answer;
            const answeredAt = told === undefined ? Number.POSITIVE_INFINITY : performance.now();
            calls.push({
              command: sent,
              calledAt,
              answeredAt,
              ...(told === undefined ? {} : { answer: told }),
            });
          }),
        );
        answered += calls.filter(({ answer }) => answer !== undefined).length;
        unanswered += calls.filter(({ answer }) => answer === undefined).length;
        // The whole history lies within one grace window, so the law needs no clock.
        const at = now * 1000;
        const step = (state: State, command: SessionCommand) => {
          const next = transition(state, command, at, DEFAULT_SESSION_POLICY);
          return {
            state: { session: next.session ?? state.session, user: next.user ?? state.user },
            answer: tell(next.outcome),
          };
        };
        const initial = step({}, create).state;
        expect(isLinearizable(calls, initial, step), JSON.stringify(calls)).toBe(true);
      }),
      { seed, numRuns: ROUNDS, endOnFailure: true },
    );
    expect(unanswered).toBeGreaterThan(10);
    expect(answered).toBeGreaterThan(300);
  }, 120_000);

  it("would be noticed if two refreshes had both won", () => {
    const chain = createChain();
    const step = (state: State, command: SessionCommand) => {
      const next = transition(state, command, 1_800_000_000_000, DEFAULT_SESSION_POLICY);
      return {
        state: { session: next.session ?? state.session, user: next.user ?? state.user },
        answer: tell(next.outcome),
      };
    };
    const initial = step({}, createCommand(chain, 1_800_000_000)).state;
    const won = (calledAt: number): Call<SessionCommand, Told> => ({
      command: rotateCommand(chain, 0, 1_800_000_000),
      calledAt,
      answeredAt: calledAt + 10,
      answer: { kind: "rotated", generation: 1 },
    });
    expect(isLinearizable([won(0)], initial, step)).toBe(true);
    expect(isLinearizable([won(0), won(5)], initial, step)).toBe(false);
  });
});
