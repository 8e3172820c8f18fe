import type { Mutant } from "./mutant.js";
import { luaMutant } from "./sessions.js";

const MEMORY = "test/unit/sessions/revocation-memory.test.ts";
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
    "math.max(at - width * 1000, 0)",
    "math.max(at - horizon_ms, 0)",
    { file: TRIMMING, test: "counts for longer than its writer's own configuration says" },
  ),
  luaMutant(
    "how long an entry counts is not remembered",
    "lib/publish",
    "math.max(horizon_ms / 1000, until_seconds - time[1] + 1)",
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
    "until_seconds = math.max(until_seconds, time[1] + width)",
    "width = width",
    { file: TRIMMING, test: "ends the tokens that one of long lives issued" },
  ),
];
