import { startRedis } from "../support/redis-server.js";
import { idleCommandsPerSecond } from "./sessions/idle.js";
import { bytesPerSession, revocationMemory } from "./sessions/memory.js";
import { measureRefreshCost } from "./sessions/refresh-cost.js";
import { revocationTimes } from "./sessions/revocation.js";
import { countRoundTrips } from "./sessions/round-trips.js";
import { verifyCost } from "./sessions/verify-cost.js";

/** `npm run bench:sessions [-- --quick]`: sessions on a private redis-server; one JSON object on standard output. */
const quick = process.argv.includes("--quick");
const say = (line: string): void => console.error(`bench: ${line}`);
const redis = await startRedis();
try {
  say("round trips");
  const roundTrips = await countRoundTrips(redis.port);
  say("refresh");
  const refresh = await measureRefreshCost(
    redis,
    quick ? { rounds: 1, seconds: 1 } : { rounds: 9, seconds: 4 },
  );
  say("verify");
  const verify = await verifyCost(quick ? 1 : 12, quick ? 1 : 3);
  say("revocation");
  const revocationMs = await revocationTimes(redis.url, quick ? 20 : 500, quick ? 1 : 10);
  say("idle");
  const idleCommands = await idleCommandsPerSecond(redis, quick ? 1 : 20);
  say("memory");
  await redis.inspect.flushall();
  const perSession = await bytesPerSession(redis.url, redis.inspect, quick ? 1_000 : 100_000);
  const revoked = revocationMemory(quick ? 50_000 : 1_000_000);
  console.log(
    JSON.stringify(
      {
        roundTrips,
        ...refresh,
        ...verify,
        revocationMs,
        idleCommandsPerSecond: idleCommands,
        bytesPerSession: perSession,
        ...revoked,
        method:
          "Round trips counted by a relay before Redis, one verb at a time, without the revocation log's polls. Costs: CPU of the processes (/proc), 50 clients whose commands share a write where they fall in one turn of the event loop, gateway and bare handlers in turn on one core, medians (of ratios within a round). Verified or not: three processes after each other that take turns of 100 requests in an order of chance, CPU by its own count, each of 50 connections with a token of its own (mixed: tokens go round the connections); the control is the bare handler against itself. Revocation: from the call until another process knows, wall clock. Sessions: used_memory of Redis over the reference session, two per user, index and user keys counted.",
      },
      null,
      2,
    ),
  );
} finally {
  await redis.close();
}
