import { randomBytes } from "node:crypto";
import type { Limiter } from "../limits/limiter.js";
import { type ContractCase, expectEqual, expectTrue } from "./contract.js";

/** A limiter under test, and a way to let real or counted time pass. */
export interface LimiterSubject {
  readonly limiter: Limiter;
  wait(ms: number): Promise<void>;
}

const aKey = () => `test:${randomBytes(8).toString("hex")}`;

/** Limits: what every limiter promises. */
export const LIMITER_CASES: readonly ContractCase<LimiterSubject>[] = [
  {
    name: "allows as many attempts as there are points, then says how long to wait",
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
    name: "limits a call when any of its attempts is limited, and counts them all",
    async run({ limiter }) {
      const narrow = { key: aKey(), points: 1, windowSeconds: 60 };
      const wide = { key: aKey(), points: 3, windowSeconds: 60 };
      expectEqual((await limiter.take([narrow, wide])).kind, "allowed", "first");
      expectEqual((await limiter.take([narrow, wide])).kind, "limited", "second");
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
];
