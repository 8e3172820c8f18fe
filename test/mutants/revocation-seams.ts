import type { Mutant } from "./mutant.js";
import { luaMutant } from "./sessions.js";

const MEMORY = "test/unit/sessions/revocation-memory.test.ts";
const SEAMS = "test/integration/sessions/revocation-seams.test.ts";
const PENDING = "test/unit/sessions/pending-revocations.test.ts";
const CONTRACT = "test/contract/session-store.test.ts";
const READING = "test/property/sessions/stream-reading.test.ts";
const SHARED = "test/unit/stores/redis/shared-poll.test.ts";
const TRIMMING = "test/integration/sessions/stream-trimming.test.ts";

/** Faults where a gateway's memory, the queue of pending revocations and the streams of the store meet. */
export const revocationSeamMutants: readonly Mutant[] = [
  {
    name: "only exactly the marked epoch is good",
    file: "src/sessions/revocation-memory.ts",
    find: "return token.epoch < users.value(tenant, subject, 0);",
    replace: "return token.epoch !== users.value(tenant, subject, token.epoch);",
    caughtBy: { file: MEMORY, test: "refuses an epoch below the mark" },
  },
  {
    name: "a mark never ends",
    file: "src/sessions/timed-marks.ts",
    find: "return mark !== undefined && isGood(mark) ? mark : undefined;",
    replace: "return mark;",
    caughtBy: { file: MEMORY, test: "lets go of a mark in the second in which it ends" },
  },
  {
    name: "a mark that is over is merged with the next one",
    file: "src/sessions/timed-marks.ts",
    find: "if (!isGood(known)) {",
    replace: "if (known.until < 0) {",
    caughtBy: { file: MEMORY, test: "does not bring back with the next mark what the last one said" },
  },
  {
    name: "marks are swept by count",
    file: "src/sessions/revocation-memory.ts",
    find: "if (clock.monotonicMs() - sweptAtMs >= SWEEP_EVERY_MS) sweep();",
    replace: "if (applied % 16_384 === 0) sweep();",
    caughtBy: { file: MEMORY, test: "sweeps by time, however few revocations come" },
  },
  {
    name: "a session stays revoked in memory when its last token has ended",
    file: "src/sessions/revocation-memory.ts",
    find: "if (until > 0 && until > nowSeconds(clock)) return true;",
    replace: "if (until > 0) return true;",
    caughtBy: { file: MEMORY, test: "says of every mark and every token what the law says" },
  },
  luaMutant(
    "a heartbeat trims by today's lives",
    "poll",
    "math.max(now - width * 1000, 0)",
    "math.max(now - horizon, 0)",
    { file: TRIMMING, test: "through a deploy that shortens lives" },
  ),
  luaMutant(
    "a revocation trims by its writer's own configuration",
    "lib/publish",
    "math.max(written_at - width * 1000, 0)",
    "math.max(written_at - horizon_ms, 0)",
    { file: TRIMMING, test: "counts for longer than its writer's own configuration says" },
  ),
  luaMutant(
    "how long an entry counts is not remembered",
    "lib/publish",
    "math.max(horizon_ms / 1000, ends - time[1] + 1)",
    "horizon_ms / 1000",
    { file: TRIMMING, test: "counts for longer than its writer's own configuration says" },
  ),
  luaMutant(
    "the spell before is forgotten at once",
    "lib/stream_end",
    "before, present = present, 0 end",
    "before, present = 0, 0 end",
    { file: TRIMMING, test: "covers each until it is over" },
  ),
  luaMutant(
    "the longest entry is remembered for ever",
    "lib/stream_end",
    "before, present = present, 0 end",
    "before = present end",
    { file: TRIMMING, test: "shrinks when the longest are" },
  ),
  luaMutant(
    "a not-before ends with the lives of who raised it",
    "lib/publish",
    "ends = math.max(ends, time[1] + width)",
    "width = width",
    { file: TRIMMING, test: "ends the tokens that one of long lives issued" },
  ),
  {
    name: "a pending sign-out everywhere is replayed as a command",
    file: "src/sessions/keep-promise.ts",
    find: "const upTo = { epoch: promised.epoch, liveSessions: sessions.length };",
    replace: "const upTo = { epoch: Number.MAX_SAFE_INTEGER - 1 };",
    caughtBy: { file: SEAMS, test: "ends no login that came after it, at the same gateway" },
  },
  {
    name: "a login does not wait for the sign-out before it",
    file: "src/sessions/login.ts",
    find: "await context.pending.settle(tenant, user.id);",
    replace: "",
    caughtBy: { file: SEAMS, test: "ends no login that came after it, at the same gateway" },
  },
  {
    name: "a later login at another gateway is taken for an earlier one",
    file: "src/sessions/keep-promise.ts",
    find: "createdAt > promised.at && epoch <= promised.epoch",
    replace: "createdAt > promised.at && epoch < promised.epoch",
    caughtBy: { file: SEAMS, test: "ends no login that came after it, at another gateway" },
  },
  {
    name: "a promised sign-out refuses whoever logged in since",
    file: "src/sessions/revocation-memory.ts",
    find: "(token.authTime ?? 0) <= promisedProofs.value(tenant, subject, -1)",
    replace: "promisedProofs.value(tenant, subject, -1) > 0",
    caughtBy: { file: MEMORY, test: "says of every mark and every token what the law says" },
  },
  luaMutant("a sign-out that comes late is done all the same", "revoke_all", "-- include: on_time", "", {
    file: SEAMS,
    test: "when its caller has long gone, ends nothing any more",
  }),
  luaMutant(
    "a sign-out is done again where the store is ahead",
    "revoke_all",
    "user_epoch > up_to",
    "user_epoch < 0",
    { file: CONTRACT, test: "nothing where the store is ahead of it" },
  ),
  {
    name: "the law does a sign-out again where the store is ahead",
    file: "src/domain/transition.ts",
    find: "user.epoch > upTo.epoch",
    replace: "user.epoch < 0",
    caughtBy: { file: CONTRACT, test: "nothing where the store is ahead of it" },
  },
  luaMutant(
    "a sign-out is done though another session has begun",
    "revoke_all",
    "live ~= tonumber(known)",
    "false",
    { file: CONTRACT, test: "ends nothing while there are other sessions" },
  ),
  {
    name: "pending revocations share one queue",
    file: "src/sessions/pending-revocations.ts",
    find: "return { partition, queue };",
    replace: "const only = queues.values().next().value ?? queue;\n    return { partition: 0, queue: only };",
    caughtBy: { file: PENDING, test: "hold up nobody else's" },
  },
  {
    name: "a store that is away is asked at one pace",
    file: "src/sessions/pending-revocations.ts",
    find: "Math.min(2 * delayMs, longestRetryMs)",
    replace: "firstRetryMs",
    caughtBy: { file: PENDING, test: "less and less often" },
  },
  {
    name: "what is pending is forgotten at the end",
    file: "src/sessions/pending-revocations.ts",
    find: "while (!(await drain(queue)) &&",
    replace: "while (false &&",
    caughtBy: { file: SEAMS, test: "is brought to the store first, if that answers by then" },
  },
  {
    name: "nobody hears of what was not kept",
    file: "src/sessions/pending-revocations.ts",
    find: 'type: "revocation.lost",',
    replace: 'type: "session.revoked",',
    caughtBy: { file: PENDING, test: "those left are reported by id" },
  },
  {
    name: "another server's history is read on as if nothing was lost",
    file: "src/stores/redis/stream-reading.ts",
    find: "read.state.isSuspect === true && read.state.recovery === undefined",
    replace: "false",
    caughtBy: { file: READING, test: "misses nothing it acknowledged" },
  },
  {
    name: "of a place given out twice the first is forgotten",
    file: "src/stores/redis/stream-reading.ts",
    find: "...(isTaken ? { isSuspect: true } : {})",
    replace: "",
    caughtBy: { file: READING, test: "misses nothing it acknowledged" },
  },
  {
    name: "the first stream ever read holds whatever was written",
    file: "src/stores/redis/stream-reading.ts",
    find: "if (isRevocation && (expected.get(entry.sequence) ?? entry.id) !== entry.id) return false;",
    replace: "",
    caughtBy: { file: READING, test: "misses nothing it acknowledged" },
  },
  {
    name: "an answer that was overtaken is a break",
    file: "src/stores/redis/stream-reading.ts",
    find: "if (position !== undefined && !isAfter(entry.id, position.lastId)) continue;",
    replace: "",
    caughtBy: { file: READING, test: "misses nothing it acknowledged" },
  },
  {
    name: "a look counts as an acknowledged poll",
    file: "src/stores/redis/stream-reading.ts",
    find: "      const { isBroken, ...read } = take(state, event.entries);",
    replace:
      "      const { isBroken, ...taken } = take(state, event.entries);\n      const read = { ...taken, state: { ...taken.state, acknowledgedAtMs: 1e12 } };",
    caughtBy: { file: "test/unit/stores/redis/stream-follower.test.ts", test: "vouches for nothing by that" },
  },
  {
    name: "part of a shared answer counts as all of it",
    file: "src/stores/redis/stream-reading.ts",
    find: "!event.isWhole || read.state.isSuspect",
    replace: "read.state.isSuspect",
    caughtBy: { file: READING, test: "misses nothing it acknowledged" },
  },
  {
    name: "what was lost is acknowledged before it is repaired",
    file: "src/stores/redis/stream-reading.ts",
    find: 'state: { ...whole, recovery: { ...recovery, readAtMs: sentAtMs } },\n        effects: [...effects, { kind: "repair" }],',
    replace: "state: whole,\n        effects,",
    caughtBy: { file: READING, test: "misses nothing it acknowledged" },
  },
  {
    name: "a server that has lost its heartbeat is believed",
    file: "src/stores/redis/shared-poll.ts",
    find: "if (isCurrent && isContinuous) alone",
    replace: "if (isCurrent) alone",
    caughtBy: { file: SHARED, test: "is not believed when the server" },
  },
  {
    name: "no stream is looked at by itself any more",
    file: "src/stores/redis/shared-poll.ts",
    find: "if (next !== undefined) alone.add(next);",
    replace: "",
    caughtBy: { file: SHARED, test: "lets two of them in turn look for themselves" },
  },
  {
    name: "a shared poll that failed is asked again at once",
    file: "src/stores/redis/shared-poll.ts",
    find: "isTroubled = true;",
    replace: "",
    caughtBy: { file: SHARED, test: "that failed is followed by everyone's own" },
  },
];
