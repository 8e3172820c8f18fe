import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually } from "../../support/eventually.js";
import { type RedisServer, startRedis } from "../../support/redis-server.js";
import { type SessionWorker, startWorkers } from "../../support/session-workers.js";

let redis: RedisServer;
let workers: SessionWorker[] = [];
const afterwards: (() => Promise<void>)[] = [];
const worker = (index: number): SessionWorker => {
  const found = workers[index % workers.length];
  if (found === undefined) throw new Error("no worker");
  return found;
};

beforeAll(async () => {
  redis = await startRedis();
  workers = await startWorkers(redis.url, 3);
});
afterAll(async () => {
  for (const close of afterwards) await close();
  await Promise.all(workers.map((each) => each.close()));
  await redis.close();
});

describe("parallel refreshes in several processes", () => {
  it("give every caller the same successor, 200 rounds of 2 to 20", async () => {
    let { token } = await worker(0).login();
    for (let round = 0; round < 200; round += 1) {
      const callers = 2 + (round % 19);
      const answers = await Promise.all(Array.from({ length: callers }, (_, i) => worker(i).refresh(token)));
      expect(new Set(answers).size, `round ${round}`).toBe(1);
      expect(answers[0]).not.toBe(token);
      token = answers[0] ?? "";
    }
    const events = await Promise.all(workers.map((each) => each.ask<string[]>({ do: "events" })));
    expect(events.flat()).not.toContain("session.reused");
  }, 180_000);
});

describe("refresh, revoke and re-authenticate at once", () => {
  it("leave nothing that refreshes once the revoke has returned, 100 rounds", async () => {
    for (let round = 0; round < 100; round += 1) {
      const { token, principal } = await worker(round).login();
      const found: string[] = [token];
      const keep = (promise: Promise<string>) =>
        promise.then((each) => void found.push(each)).catch(() => undefined);
      const stepUp = worker(round + 1)
        .ask<{ refreshToken: string }>({ do: "reauthenticate", principal })
        .then(({ refreshToken }) => refreshToken);
      await Promise.all([
        keep(worker(round + 1).refresh(token)),
        keep(worker(round + 2).refresh(token)),
        keep(stepUp),
        worker(round).ask({ do: "revoke", principal }),
      ]);
      for (const each of found)
        await expect(worker(round + 2).refresh(each), `round ${round}`).rejects.toMatchObject({
          code: "INVALID_GRANT",
        });
      await expect(worker(round + 1).ask({ do: "reauthenticate", principal })).rejects.toMatchObject({
        code: "INVALID_GRANT",
      });
    }
  }, 180_000);
});

describe("a revocation", () => {
  // A busy machine gets a second chance, since the promise is about the gateways.
  it("is known to every other process within the promised time, alone and in bursts of 200", {
    retry: 2,
    timeout: 180_000,
  }, async () => {
    const delays: number[] = [];
    const revokeAll = async (count: number) => {
      const sessions = await Promise.all(Array.from({ length: count }, () => worker(0).login()));
      await Promise.all(
        sessions.map(async ({ session, principal }) => {
          await worker(0).ask({ do: "revoke", principal });
          const returnedAt = process.hrtime.bigint();
          for (const other of workers.slice(1)) {
            const at = await eventually(async () => {
              const seen = await other.ask<string | null>({ do: "revokedAt", session });
              if (seen === null) throw new Error("not seen yet");
              return BigInt(seen);
            });
            delays.push(Number(at - returnedAt) / 1e6);
            expect(await other.ask({ do: "isRevoked", principal })).toBe(true);
          }
        }),
      );
    };
    for (let i = 0; i < 30; i += 1) await revokeAll(1);
    await revokeAll(200);
    const sorted = delays.sort((a, b) => a - b);
    // Two seconds is what a poll guarantees whatever the machine does; the hint's pace is the benchmark's to print.
    expect(sorted.at(-1)).toBeLessThan(2000);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(200);
  });
});

/** The answer once the store is there again: success or a refusal. */
const settled = async (act: () => Promise<string>): Promise<string> => {
  const outcome = await eventually(() =>
    act().catch((error: { code?: string }) => {
      if (error.code === "SERVICE_UNAVAILABLE") throw error;
      return error;
    }),
  );
  if (typeof outcome === "string") return outcome;
  throw outcome;
};

describe("a killed Redis that keeps its file", () => {
  it("loses nothing it acknowledged, in a burst and twenty times over", async () => {
    const durable = await startRedis(["--appendonly", "yes", "--appendfsync", "always"]);
    const [first, second] = await startWorkers(durable.url, 2);
    afterwards.push(
      ...[first, second].map((each) => () => each?.close() ?? Promise.resolve()),
      durable.close,
    );
    if (first === undefined || second === undefined) throw new Error("no workers");
    let { token } = await first.login();
    for (let round = 0; round < 20; round += 1) {
      const doomed = await first.login();
      const burst = (async () => {
        for (let i = 0; i < 50; i += 1) token = await first.refresh(token);
      })().catch(() => undefined);
      await first.ask({ do: "revoke", principal: doomed.principal });
      await durable.stop("SIGKILL");
      await burst;
      await durable.restart();
      token = await eventually(() => second.refresh(token));
      await expect(settled(() => second.refresh(doomed.token))).rejects.toMatchObject({
        code: "INVALID_GRANT",
      });
    }
  }, 180_000);
});
