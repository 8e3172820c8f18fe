import type { Seconds } from "../domain/time.js";
import type { Attempt, Limiter } from "./limiter.js";
import type { LocalLimiter } from "./local-limiter.js";
import type { LoginAttempts } from "./policy.js";

/** An attempt that was let in, until its outcome is known. Neither call waits for the store, and neither fails. */
export interface Entry {
  readonly kind: "entered";
  /** The proof was right: what counted against its owner is forgotten, and the others get their point back. */
  succeeded(): void;
  /** Nothing was proven or refuted: an outage, or a request that could not be served. */
  giveBack(): void;
}

export interface Refused {
  readonly kind: "limited";
  readonly retryAfterSeconds: Seconds;
  /** False when this gateway has reported the same limit already. */
  readonly isNews: boolean;
}

/**
 * Counts attempts at a password before any work is done for them. Only failures stay counted.
 *
 * What the store has said of an address or a device label is remembered here until its window ends: whoever goes on
 * from there writes nothing, costs the store nothing, and is reported once.
 */
export class LoginGate {
  constructor(
    private readonly limiter: Limiter,
    private readonly local: LocalLimiter,
  ) {}

  /** @throws FaultError `SERVICE_UNAVAILABLE` when the store does not answer in time */
  async enter({ own, around }: LoginAttempts): Promise<Entry | Refused> {
    const held = this.local.check(around.map(({ key }) => mark("held", key)));
    if (held.kind === "limited")
      return { kind: "limited", retryAfterSeconds: held.retryAfterSeconds, isNews: false };
    const all = [own, ...around];
    const outcome = await this.limiter.take(all);
    if (outcome.kind === "allowed") {
      return {
        kind: "entered",
        succeeded: () => {
          this.local.forget(around.map(({ key }) => mark("held", key).key));
          background(this.limiter.forget([own.key]));
          if (around.length > 0) background(this.limiter.giveBack(around));
        },
        giveBack: () => background(this.limiter.giveBack(all)),
      };
    }
    const { retryAfterSeconds } = outcome;
    const limited = new Set(outcome.keys);
    const closed = around.filter(({ key }) => limited.has(key));
    for (const { key } of closed) this.local.take([mark("held", key, retryAfterSeconds)]);
    // No password was tried, so nobody's account may count it. Where only the account waits, the address has knocked.
    const taken = all.filter(({ key }) => !limited.has(key));
    if (closed.length > 0 && taken.length > 0) background(this.limiter.giveBack(taken));
    const news = this.local.take(outcome.keys.map((key) => mark("told", key, retryAfterSeconds)));
    return { kind: "limited", retryAfterSeconds, isNews: news.kind === "allowed" };
  }
}

/** A note to this process about a key, gone with the limit it is about. */
const mark = (note: "held" | "told", key: string, seconds: Seconds = 1): Attempt => ({
  key: `${note}:${key}`,
  points: 1,
  windowSeconds: seconds,
});

/** The login stands whether or not the store hears of it: a point too many ends with its window. */
const background = (work: Promise<void>): void => void work.catch(() => undefined);
