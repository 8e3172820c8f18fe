import { randomBytes } from "node:crypto";
import type { Limiter } from "../limits/limiter.js";
import { type ContractCase, expectEqual, expectTrue } from "./contract.js";

/** A limiter under test, and a way to let time pass. */
export interface LimiterSubject {
  readonly limiter: Limiter;
  wait(ms: number): Promise<void>;
}

const aKey = () => `test:${randomBytes(8).toString("hex")}`;

/** The requirements of every limiter. */
export const LIMITER_CASES: readonly ContractCase<LimiterSubject>[] = [
  {
    name: "allows as many attempts as there are points, then returns how long to wait",
    async run({ limiter }) {
      const attempt = { key: aKey(), points: 3, windowSeconds: 60 };
      for (let i = 0; i < 3; i += 1)
        expectEqual((await limiter.take([attempt])).kind, "allowed", `attempt ${i}`);
      const outcome = await limiter.take([attempt]);
      expectTrue(outcome.kind === "limited", "the fourth is limited");
      expectTrue(
        outcome.retryAfterSeconds > 0 && outcome.retryAfterSeconds <= 60,
        `wait ${outcome.retryAfterSeconds} s`,
      );
    },
  },
  {
    name: "counts parallel attempts one by one",
    async run({ limiter }) {
      const attempt = { key: aKey(), points: 5, windowSeconds: 60 };
      const outcomes = await Promise.all(Array.from({ length: 20 }, () => limiter.take([attempt])));
      expectEqual(outcomes.filter(({ kind }) => kind === "allowed").length, 5, "allowed");
    },
  },
  {
    name: "limits a call when any of its attempts is limited, names it, and counts the others",
    async run({ limiter }) {
      const narrow = { key: aKey(), points: 1, windowSeconds: 60 };
      const wide = { key: aKey(), points: 3, windowSeconds: 60 };
      expectEqual((await limiter.take([narrow, wide])).kind, "allowed", "first");
      const second = await limiter.take([narrow, wide]);
      expectTrue(second.kind === "limited", "the second is limited");
      expectEqual(second.keys.join(), narrow.key, "what was over its limit");
      expectEqual((await limiter.take([wide])).kind, "allowed", "third of the wide one");
      expectEqual((await limiter.take([wide])).kind, "limited", "fourth of the wide one");
    },
  },
  {
    name: "opens again when the window is over, and refused attempts do not lengthen it",
    async run({ limiter, wait }) {
      const attempt = { key: aKey(), points: 1, windowSeconds: 1 };
      await limiter.take([attempt]);
      await wait(600);
      expectEqual((await limiter.take([attempt])).kind, "limited", "inside the window");
      await wait(600);
      expectEqual((await limiter.take([attempt])).kind, "allowed", "after it");
    },
  },
  {
    name: "gives a point back, and none that was not taken",
    async run({ limiter }) {
      const attempt = { key: aKey(), points: 2, windowSeconds: 60 };
      await limiter.giveBack([attempt]);
      for (let i = 0; i < 10; i += 1) {
        expectEqual((await limiter.take([attempt])).kind, "allowed", `attempt ${i}`);
        await limiter.giveBack([attempt]);
      }
      for (const expected of ["allowed", "allowed", "limited"])
        expectEqual((await limiter.take([attempt])).kind, expected, "no point too many");
      await limiter.giveBack([attempt]);
      expectEqual((await limiter.take([attempt])).kind, "allowed", "open again");
    },
  },
  {
    name: "lets each further attempt wait longer, without counting what comes too early",
    async run({ limiter, wait }) {
      const backoff = { maxWaitSeconds: 2, closeAfter: 5, closedSeconds: 600 };
      const attempt = { key: aKey(), points: 2, windowSeconds: 60, backoff };
      const waits = async () => {
        const outcome = await limiter.take([attempt]);
        return outcome.kind === "limited" ? outcome.retryAfterSeconds : 0;
      };
      for (const expected of [0, 0, 1, 1]) expectEqual(await waits(), expected, "1 s after the second");
      await wait(1_050);
      for (const expected of [0, 2, 2]) expectEqual(await waits(), expected, "2 s after the third");
      await wait(2_050);
      for (const expected of [0, 2]) expectEqual(await waits(), expected, "no more than the longest");
      await wait(2_050);
      for (const expected of [0, 600]) expectEqual(await waits(), expected, "closed after the fifth");
      await limiter.forget([attempt.key]);
      for (const expected of [0, 0, 1]) expectEqual(await waits(), expected, "forgotten");
    },
  },
  {
    name: "opens a waiting counter when its point is given back",
    async run({ limiter }) {
      const backoff = { maxWaitSeconds: 900, closeAfter: 100, closedSeconds: 600 };
      const attempt = { key: aKey(), points: 1, windowSeconds: 60, backoff };
      expectEqual((await limiter.take([attempt])).kind, "allowed", "first");
      await limiter.giveBack([attempt]);
      expectEqual((await limiter.take([attempt])).kind, "allowed", "first again");
      expectEqual((await limiter.take([attempt])).kind, "limited", "waits");
    },
  },
];
