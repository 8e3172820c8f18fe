import { FaultError } from "../domain/errors.js";

/**
 * Limits how many password hashes run at once. Each takes a thread of the pool and 19 MiB for tens of milliseconds.
 * Without a limit many logins would block everything else that needs a thread. When the queue is full, callers are
 * asked to try again later.
 */
export class HashingPool {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /**
   * @param concurrency - how many hashes run at once
   * @param queue - how many callers may wait
   */
  constructor(
    private readonly concurrency: number,
    private readonly queue: number,
  ) {}

  /** @throws FaultError `SERVICE_UNAVAILABLE` with `retryAfter` when the queue is full */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.running >= this.concurrency) {
      if (this.waiting.length >= this.queue) {
        throw new FaultError("SERVICE_UNAVAILABLE", `${this.queue} password checks are waiting already`, {
          details: { retryAfter: 1 },
        });
      }
      // A finished hash passes its place on to the next one, so `running` does not change.
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    } else {
      this.running += 1;
    }
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.running -= 1;
      else next();
    }
  }
}
