import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pepperNoticeOf } from "../../../src/compose/sessions.js";
import { type GatewayPeppers, unreadablePeppers } from "../../../src/domain/gateway-peppers.js";
import { endsToken, type Revocation, revocableOf } from "../../../src/domain/revocation.js";
import { eventually } from "../../support/eventually.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";
import { type PlainPrincipal, type SessionWorker, startWorker } from "../../support/session-workers.js";
import { startProxy, type TcpProxy } from "../../support/tcp-proxy.js";

/** Longer histories by PROCESSES_SECONDS, another by CARDEA_PROCESSES_SEED. */
const SECONDS = Number(process.env.PROCESSES_SECONDS ?? 120);
const SEED = Number(process.env.CARDEA_PROCESSES_SEED ?? 20_261_130);
const GATEWAYS = 3;
const USERS = ["ada", "bob", "eve"];
const FAR = 4_000_000_000;
const OLD = { id: 1, secret: "p".repeat(32) };
const YOUNG = { id: 2, secret: "q".repeat(32) };
/** What a rolling deploy may bring, one step after the other: the pepper steps of the manual. */
const RINGS = [[OLD], [OLD, YOUNG], [YOUNG, OLD]] as const;
const LIVES = [
  { accessTtlSeconds: 300, idleSeconds: 7 * 86_400, absoluteSeconds: 30 * 86_400, graceSeconds: 30 },
  { accessTtlSeconds: 120, idleSeconds: 86_400, absoluteSeconds: 20 * 86_400, graceSeconds: 20 },
] as const;

let redis: RedisServer;
const proxies: TcpProxy[] = [];
beforeAll(async () => {
  redis = await startRedis();
  for (let i = 0; i < GATEWAYS; i += 1) proxies.push(await startProxy(redis.port));
});
afterAll(async () => {
  await Promise.all(proxies.map((proxy) => proxy.close()));
  await redis.close();
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Mulberry32. */
function randomBy(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296) * below);
  };
}

interface Gateway {
  readonly process: SessionWorker;
  readonly proxy: TcpProxy;
  readonly ring: number;
}

/** A login somebody holds: their latest tokens, and whether the store may have lost it. */
interface Held {
  readonly principal: PlainPrincipal;
  readonly refreshToken: string;
  readonly isForgotten: boolean;
}

const noticeAt = (ring: number): GatewayPeppers => pepperNoticeOf(RINGS[ring] ?? []);

async function aGateway(proxy: TcpProxy, ring: number, lives: number): Promise<Gateway> {
  const process = await startWorker({
    url: `redis://127.0.0.1:${proxy.port}`,
    commandTimeoutMs: 1000,
    horizonSeconds: 600 + lives * 300,
    users: USERS,
    peppers: RINGS[ring] ?? [],
    policy: LIVES[lives] ?? LIVES[0],
  });
  return { process, proxy, ring };
}

/** What the law says, given what the gateways have confirmed. Marks of the model last: no token here outlives the test. */
class Law {
  readonly #marks: Revocation[] = [];
  end = ({ tenant, sessionId }: PlainPrincipal) => {
    if (sessionId !== undefined) this.#marks.push({ kind: "session", tenant, sessionId, until: FAR });
  };
  endAll = ({ tenant, subject, epoch = 0 }: PlainPrincipal) =>
    this.#marks.push({ kind: "user", tenant, subject, epoch: epoch + 1, until: FAR });
  /** Answered PENDING: what the user held then, and no later login. */
  promiseAll = ({ tenant, subject, epoch = 0 }: PlainPrincipal) => {
    const provedBy = Math.floor(Date.now() / 1000);
    this.#marks.push({ kind: "signOut", tenant, subject, epoch, provedBy, until: FAR });
  };
  isOut = (principal: PlainPrincipal) =>
    this.#marks.some((mark) =>
      endsToken(mark, revocableOf({ ...principal, scopes: new Set() }), Date.now() / 1000),
    );
}

describe(`a history of seed ${SEED}`, () => {
  it(
    "processes of several configurations keep the law through cut and slow links and an emptied store",
    async () => {
      const endsAt = performance.now() + SECONDS * 1000;
      const random = randomBy(SEED);
      const law = new Law();
      const gateways = await Promise.all(proxies.map((proxy) => aGateway(proxy, 0, 0)));
      const at = (index: number) => gateways[index % GATEWAYS] as Gateway;
      const pick = () => at(random(GATEWAYS));
      let held: Held[] = [];
      /** Those whose owner was told, or may have been, that they are out. */
      const out: Held[] = [];
      const leaveWhere = (isGone: (one: Held) => boolean) => {
        out.push(...held.filter(isGone));
        held = held.filter((one) => !isGone(one));
      };
      const count = { restarts: 0, emptied: 0, refreshes: 0, ended: 0 };

      const login = async (username: string) => {
        const { process } = pick();
        const grant = await eventually(() =>
          process.ask<{ pair: { accessToken: string; refreshToken: string } }>({ do: "login", username }),
        );
        const principal = await process.ask<PlainPrincipal>({
          do: "principal",
          token: grant.pair.accessToken,
        });
        held.push({ principal, refreshToken: grant.pair.refreshToken, isForgotten: false });
      };

      const refresh = async (one: Held, isAnswerLost: boolean) => {
        const ask = ({ process }: Gateway) =>
          process.ask<{ refreshToken: string; principal: PlainPrincipal }>({
            do: "refresh",
            token: one.refreshToken,
          });
        if (isAnswerLost) {
          const unlucky = pick();
          unlucky.proxy.dropReplies(true);
          await ask(unlucky).catch(() => undefined);
          unlucky.proxy.dropReplies(false);
          unlucky.proxy.cut();
        }
        // Invariant: the honest stay in. An outage is answered in time, and says nothing of the session.
        const answer = await eventually(() => ask(pick()));
        // Invariant: what was answered is kept: the same session, whichever of the answers arrived.
        expect(answer.principal.sessionId).toBe(one.principal.sessionId);
        held = held.map((each) => (each === one ? { ...one, ...answer } : each));
        count.refreshes += 1;
      };

      const end = async (one: Held, isForAll: boolean) => {
        const gateway = pick();
        const isSilent = random(3) === 0;
        gateway.proxy.dropRequests(isSilent);
        const what = isForAll ? "revokeAll" : "revoke";
        const answer = await gateway.process
          .ask<{ status: string }>({ do: what, principal: one.principal })
          .catch(() => undefined);
        gateway.proxy.dropRequests(false);
        if (isSilent) gateway.proxy.cut();
        if (answer === undefined) {
          // Nobody was told anything, and it may have happened: of neither kind any more.
          held = held.filter((each) =>
            isForAll ? each.principal.subject !== one.principal.subject : each !== one,
          );
          // It may still be under way, and would end the next login of the user: not on a link that is cut, once Redis has
          // answered somebody else and the gateway has nothing left to say.
          gateway.proxy.cut();
          await redis.inspect.ping();
          await eventually(async () => expect(await gateway.process.ask({ do: "pending" })).toBe(0), 20_000);
          await redis.inspect.ping();
          // Whoever logs in within its second is among those it ends.
          await sleep(1100);
          return;
        }
        if (!isForAll) law.end(one.principal);
        else if (answer.status === "DONE") law.endAll(one.principal);
        else law.promiseAll(one.principal);
        leaveWhere((each) => law.isOut(each.principal));
        count.ended += 1;
        // In force here at once, whatever the store knows.
        expect(await gateway.process.ask({ do: "isRevoked", principal: one.principal })).toBe(true);
        // Who logs in within the second of a promise is counted among those it ends.
        if (answer.status !== "DONE") await sleep(1100);
      };

      const restart = async (index: number) => {
        const { process, proxy, ring } = at(index);
        const others = gateways.filter((_, other) => other !== index).map((each) => noticeAt(each.ring));
        const next = Math.min(ring + 1, RINGS.length - 1);
        const isReady = unreadablePeppers(noticeAt(next), others).length === 0;
        // What it has promised reaches the store before it goes, as at SIGTERM.
        await eventually(async () => expect(await process.ask({ do: "pending" })).toBe(0), 20_000);
        await process.ask({ do: "stop" });
        await process.close();
        gateways[index] = await aGateway(proxy, isReady ? next : ring, random(LIVES.length));
        count.restarts += 1;
      };

      const check = async () => {
        for (const { principal } of held)
          expect(await pick().process.ask({ do: "isRevoked", principal })).toBe(law.isOut(principal));
      };

      for (let step = 0; performance.now() < endsAt; step += 1) {
        const user = USERS[random(USERS.length)] ?? "ada";
        const one = held.filter(
          ({ principal, isForgotten }) => principal.subject === user && !isForgotten,
        )[0];
        const gateway = pick();
        switch (random(14)) {
          case 0:
          case 1:
          case 2:
            await login(user);
            break;
          case 3:
          case 4:
          case 5:
            if (one !== undefined) await refresh(one, random(3) === 0);
            break;
          case 6:
            if (one !== undefined) await end(one, false);
            break;
          case 7:
            if (one !== undefined) await end(one, true);
            break;
          case 8:
            gateway.proxy.cut();
            break;
          case 9:
            gateway.proxy.delayReplies(random(2) * 150);
            break;
          case 10:
            if (step % 2 === 0) await restart(random(GATEWAYS));
            break;
          case 11:
            if (random(3) > 0) break;
            await redis.inspect.flushall();
            // Their access tokens are good until they end; there is nothing left to refresh.
            held = held.map((each) => ({ ...each, isForgotten: true }));
            count.emptied += 1;
            break;
          default:
            await sleep(random(200));
        }
        await check();
      }

      for (const proxy of proxies) {
        proxy.delayReplies(0);
        proxy.cut();
      }
      for (const { process } of gateways)
        await eventually(async () => expect(await process.ask({ do: "pending" })).toBe(0), 20_000);
      // Invariant: what was revoked stays out, at every gateway, by access token and by refresh token.
      for (const { principal, refreshToken } of out) {
        for (const { process } of gateways)
          await eventually(async () => expect(await process.ask({ do: "isRevoked", principal })).toBe(true));
        await eventually(async () =>
          expect(
            await pick()
              .process.refresh(refreshToken)
              .catch(({ code }) => code),
          ).toBe("INVALID_GRANT"),
        );
      }
      await check();
      for (const one of held.filter(({ isForgotten }) => !isForgotten)) await refresh(one, false);
      // Else nothing was tried.
      for (const [what, times] of Object.entries(count)) expect(times, what).toBeGreaterThan(0);
      await Promise.all(gateways.map(({ process }) => process.close()));
    },
    SECONDS * 1000 + 120_000,
  );
});
