import { luaMutant } from "./lua-mutant.js";
import type { Mutant } from "./mutant.js";

const CONTRACT = "test/contract/session-store.test.ts";
const MEMORY = "the memory session store";
const REDIS = "the Redis session store";
const VIEW = "test/unit/sessions/revocation-memory.test.ts";
const REFRESH = "test/unit/sessions/refresh.test.ts";
const TOKEN = "test/unit/tokens/refresh-token.test.ts";
const FAIL_OVER = "test/integration/sessions/fail-over.test.ts";
const FOLLOWER = "test/unit/stores/redis/revocations/stream-follower.test.ts";
const DOWN = "test/integration/sessions/store-down.test.ts";
const RUNNING = "test/unit/federation/request/running-operations.test.ts";
const CUT_OFF = "test/integration/cut-off.test.ts";
const RECORDS = "test/integration/sessions/records.test.ts";

const inMemory = (test: string): Mutant["caughtBy"] => ({ file: CONTRACT, test: `${MEMORY} ${test}` });
const inRedis = (test: string): Mutant["caughtBy"] => ({ file: CONTRACT, test: `${REDIS} ${test}` });

/** Faults in domain, sessions, stores and the refresh token. */
export const sessionMutants: readonly Mutant[] = [
  {
    name: "the grace window is a millisecond too short",
    file: "src/domain/rotation.ts",
    find: "nowMs - sinceMs <= policy.graceSeconds * 1000",
    replace: "nowMs - sinceMs < policy.graceSeconds * 1000",
    caughtBy: inMemory("keeps the grace window open to its last millisecond"),
  },
  luaMutant(
    "the script's grace window is a millisecond too short",
    "lib/judge_old",
    "now - rotated - late <= grace * 1000",
    "now - rotated - late < grace * 1000",
    inRedis("keeps the grace window open to its last millisecond"),
  ),
  {
    name: "a retry lengthens the grace window",
    file: "src/domain/rotation.ts",
    find: "...chain, reuseCount: chain.reuseCount + 1 }",
    replace: "...chain, rotatedAtMs: chain.rotatedAtMs + 5, reuseCount: chain.reuseCount + 1 }",
    caughtBy: inMemory("does not lengthen the grace window by a retry"),
  },
  {
    name: "one retry too many is answered",
    file: "src/domain/rotation.ts",
    find: "session.reuseCount < policy.maxReuse",
    replace: "session.reuseCount <= policy.maxReuse",
    caughtBy: inMemory("refuses the retry after the last one allowed"),
  },
  {
    name: "a session is judged by an epoch at least as high",
    file: "src/domain/life.ts",
    find: "user.epoch !== session.epoch",
    replace: "user.epoch < session.epoch",
    caughtBy: inMemory("ends all sessions of a user by one new epoch"),
  },
  {
    name: "a token of a higher epoch than the mark is taken for revoked",
    file: "src/sessions/revocation-memory.ts",
    find: "token.epoch < users.value(tenant, subject, 0)",
    replace: "token.epoch !== users.value(tenant, subject, token.epoch)",
    caughtBy: {
      file: VIEW,
      test: "refuses an epoch below the mark, and none that the store has given out since",
    },
  },
  {
    name: "an epoch may repeat within a millisecond",
    file: "src/domain/life.ts",
    find: "Math.max(user.epoch + 1, now)",
    replace: "Math.max(user.epoch, now)",
    caughtBy: inMemory("raises the epoch by one at least"),
  },
  {
    name: "a revocation is remembered from now instead of from the token's end",
    file: "src/domain/life.ts",
    find: "user?.accessExpiresBy ?? 0, seconds",
    replace: "seconds",
    caughtBy: inMemory("publishes until the longest life ever issued"),
  },
  luaMutant(
    "the script lets a shorter life shorten what is remembered",
    "lib/issue",
    "user_access = math.max(user_access, access)",
    "user_access = access",
    inRedis("publishes until the longest life ever issued"),
  ),
  luaMutant(
    "the tenant is not compared",
    "rotate",
    "if record:sub(IDENTITY, IDENTITY + #who - 1) ~= who or",
    "if record:sub(IDENTITY, IDENTITY + who:byte()) ~= who:sub(1, who:byte() + 1) or",
    inRedis("takes a session of another tenant's user of the same name for nobody's"),
  ),
  luaMutant(
    "the delivery mode is not compared",
    "rotate",
    "~= who or flags % SIDE ~= cookie then",
    "~= who then",
    inRedis("changes nothing for another tenant, user, client or delivery"),
  ),
  luaMutant(
    "the current token is taken by its generation alone",
    "rotate",
    "if age == 0 and successor == record:sub(HASH, AHEAD - 1) and",
    "if age == 0 and",
    inRedis("changes nothing for a hash that does not fit its generation"),
  ),
  {
    name: "a retry is compared under the pepper of the caller's choice",
    file: "src/domain/rotation.ts",
    find: "command.kid === session.kid ? command.following : command.otherwise.get(session.kid)",
    replace: "command.following",
    caughtBy: inMemory("answers a retry with the pepper the winner chose"),
  },
  luaMutant(
    "a retry under a pepper the caller cannot read counts as forged",
    "lib/judge_old",
    "if not expected then return 'pepper', kid end",
    "if not expected then return 'invalid' end",
    inRedis("decides nothing about a retry where the caller cannot read the pepper the winner chose"),
  ),
  luaMutant(
    "a token one ahead is taken by its generation alone",
    "lib/judge_old",
    "if behind == -1 then fits = presented == next_hash",
    "if behind == -1 then fits = true",
    inRedis("changes nothing for a hash that does not fit its generation"),
  ),
  luaMutant(
    "a scope is found inside another's name",
    "lib/asks_too_much",
    "granted:find(' ' .. scope .. ' ', 1, true)",
    "granted:find(scope, 1, true)",
    inRedis("does not take part of a scope's name for the scope"),
  ),
  luaMutant(
    "activity moves the absolute limit",
    "lib/extend",
    "expires = math.min(math.floor(now / 1000) + idle, absolute)",
    "expires = math.floor(now / 1000) + idle; absolute = math.max(absolute, expires)",
    inRedis("ends a session at its absolute limit however busy it is"),
  ),
  luaMutant(
    "a script makes up the name of a key",
    "lib/write_tombstone",
    "redis.call('UNLINK', side)",
    "redis.call('UNLINK', key .. ':side')",
    { file: "test/integration/sessions/scripts.test.ts", test: "touches no key but those it was given" },
  ),
  luaMutant(
    "a side key is left behind when its session goes on",
    "lib/keep",
    "if flags % PLAIN >= SIDE then redis.call('EXPIREAT', side, hour * HOUR) end",
    "",
    { file: "test/integration/sessions/storage.test.ts", test: "expires, every key of it" },
  ),
  luaMutant(
    "a record lives as long as its key",
    "lib/session",
    "if now >= retain * 1000 then return {'unknown', ''} end",
    "",
    { file: RECORDS, test: "is gone for everyone before" },
  ),
  luaMutant(
    "a record of another version is read as one of ours",
    "lib/session",
    "record:byte() ~= VERSION",
    "record:byte() == 0",
    { file: RECORDS, test: "of another version" },
  ),
  luaMutant(
    "a user's list keeps every session there ever was",
    "create",
    "'HRANDFIELD', user_key, 4,",
    "'HRANDFIELD', user_key, 0,",
    { file: RECORDS, test: "does not grow with logins whose sessions have long run out" },
  ),
  luaMutant(
    "a command runs however late it comes",
    "lib/on_time",
    "if deadline > 0 and now > deadline then return {'overdue', ''} end",
    "",
    { file: FAIL_OVER, test: "does not run late, when it would look like theft" },
  ),
  {
    name: "a re-authentication whose answer was lost ends the session",
    file: "src/domain/rotation.ts",
    find: "if (before === undefined) return { verdict, chain: session };",
    replace: "return { verdict, chain: session };",
    caughtBy: inMemory("goes on with the retired token and the old proof until the new token is used"),
  },
  {
    name: "a repeated re-authentication forgets what the first one retired",
    file: "src/domain/transition.ts",
    find: "from: before?.from ?? session.generation,",
    replace: "from: session.generation,",
    caughtBy: inMemory("does not take the use of another token for that of the retired chain's latest"),
  },
  {
    name: "a refresh token without a good MAC is read",
    file: "src/tokens/refresh-token.ts",
    find: "if (!timingSafeEqual(macOf(kid, body), bytes.subarray(BODY_BYTES))) return undefined;",
    replace: "",
    caughtBy: { file: TOKEN, test: "when any single bit is another" },
  },
  {
    name: "the successor is derived under the pepper it will carry",
    file: "src/tokens/refresh-token.ts",
    find: 'createHmac("sha256", keyOf(token.kid).pepper)',
    replace: 'createHmac("sha256", keyOf(kid).pepper)',
    caughtBy: { file: TOKEN, test: "follows from the pepper the token names" },
  },
  {
    name: "the loser of a race hands out its own pepper",
    file: "src/sessions/refresh.ts",
    find: "ring.format({ ...successor, kid: session.kid })",
    replace: "ring.format(successor)",
    caughtBy: { file: REFRESH, test: "hands out one token while gateways change to a new pepper" },
  },
  {
    name: "a locked user goes on refreshing",
    file: "src/sessions/refresh.ts",
    find: 'if (user.status !== "active") throw',
    replace: 'if (user.status === "disabled") throw',
    caughtBy: { file: REFRESH, test: "refuses a user who is locked by now" },
  },
  {
    name: "a scope the user has lost is issued again",
    file: "src/sessions/grant.ts",
    find: "session.scopes.includes(scope) && mayHave.includes(scope)",
    replace: "session.scopes.includes(scope)",
    caughtBy: { file: REFRESH, test: "drops a scope the user has lost since" },
  },
  {
    name: "a stream that went on without our own entry is believed",
    file: "src/stores/redis/revocations/stream-reading.ts",
    find: "if (read.isBroken || isMissing || isSuspect || last === undefined)",
    replace: "if (read.isBroken || isSuspect || last === undefined)",
    caughtBy: { file: FOLLOWER, test: "notices that an entry of its own is not there" },
  },
  {
    name: "the predecessor of an entry is not compared",
    file: "src/stores/redis/revocations/stream-reading.ts",
    find: "if (entry.previous !== position.revocationId) return false;",
    replace: "",
    caughtBy: { file: FOLLOWER, test: "notices a break when the predecessor is another" },
  },
  {
    name: "a break seen by a look is passed over",
    file: "src/stores/redis/revocations/stream-reading.ts",
    find: 'const next = isBroken ? "poll" :',
    replace: "const next = isBroken ? undefined :",
    caughtBy: { file: FOLLOWER, test: "fixes the stream when what it sees continues nothing" },
  },
  {
    name: "a view is never too old",
    file: "src/stores/redis/revocations/revocation-log.ts",
    find: "return at === undefined || clock.monotonicMs() - at > staleMs;",
    replace: "return at === undefined;",
    caughtBy: { file: DOWN, test: "stopped the revocation view turns degraded, and recovers" },
  },
  {
    name: "a full memory forgets in silence",
    file: "src/sessions/revocation-memory.ts",
    find: "overflowed = true;",
    replace: "",
    caughtBy: { file: VIEW, test: "never evicts" },
  },
  {
    name: "an empty slot is the greatest of all ids",
    file: "src/sessions/session-id-table.ts",
    find: "return words[0] === EMPTY && untils[at / WORDS] === 0 ? -1 : at / WORDS;",
    replace: "return at / WORDS;",
    caughtBy: { file: VIEW, test: "distinguishes the id of nothing but 255 from an empty slot" },
  },
  {
    name: "the first word is taken for the whole id",
    file: "src/sessions/session-id-table.ts",
    find: "return segment.untils[find(segment, slot)] ?? 0;",
    replace: "return segment.untils[slot] ?? 0;",
    caughtBy: { file: VIEW, test: "behaves like a map that keeps the latest time" },
  },
  {
    name: "what a revoked caller has running goes on",
    file: "src/federation/request/running-operations.ts",
    find: "setTimeout(look, GATHER_MS);",
    replace: "",
    caughtBy: { file: RUNNING, test: "are cancelled by a revocation of its session" },
  },
  {
    name: "a revocation ends what everyone has running",
    file: "src/federation/request/running-operations.ts",
    find: "if (!each.isOpenToCut || !revocations.isRevoked(each.token)) continue;",
    replace: "if (!each.isOpenToCut) continue;",
    caughtBy: { file: CUT_OFF, test: "takes nobody else's with it" },
  },
  {
    name: "who signs out is cut off from the answer",
    file: "src/federation/request/running-operations.ts",
    find: "return this.#cancelReason === undefined && !this.#isAtAuth;",
    replace: "return this.#cancelReason === undefined;",
    caughtBy: { file: RUNNING, test: "are spared during a mutation of their own" },
  },
  {
    name: "who has signed out goes on in the same operation",
    file: "src/federation/request/running-operations.ts",
    find: 'if (this.revocations.isRevoked(this.token)) this.cancel("bySelf");',
    replace: "",
    caughtBy: { file: CUT_OFF, test: "is told what was done until then, and goes no further" },
  },
  {
    name: "what a cut-off operation had brought is told",
    file: "src/federation/executor.ts",
    find: 'return running.cancelReason === "revoked" ? answerCutOff(parts.emit, entry, request, running) : result;',
    replace: "return result;",
    caughtBy: { file: CUT_OFF, test: "ends at once when its session is" },
  },
  {
    name: "a mutation under way is refused as if nothing had been done",
    file: "src/federation/response/cut-off.ts",
    find: "if (!hasMutated) throw",
    replace: "throw",
    caughtBy: { file: CUT_OFF, test: "is answered like one whose time was up" },
  },
  {
    name: "cookies of a cut-off operation are set",
    file: "src/federation/response/cut-off.ts",
    find: "outcome.setCookies.length = 0;",
    replace: "",
    caughtBy: { file: CUT_OFF, test: "is told nothing of what had come before, nor a cookie" },
  },
];
