import { FaultError } from "../domain/errors.js";

/**
 * Bounds how many password hashes run at once. Each takes a thread of the pool and 19 MiB for tens of milliseconds:
 * unbounded, a login storm would starve everything else that waits for a thread. Who finds the queue full is asked to
 * come back rather than made to wait.
 */
export class HashingPool {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  /**
   * @param concurrency - hashes at once
   * @param queue - callers waiting beyond that
   */
  constructor(
    private readonly concurrency: number,
    private readonly queue: number,
  ) {}

  /** @throws FaultError `SERVICE_UNAVAILABLE` with `retryAfter` when the queue is full */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.running >= this.concurrency) {
      if (this.waiting.length >= this.queue) {
        throw new FaultError("SERVICE_UNAVAILABLE", "too many password checks at once", {
          details: { retryAfter: 1 },
        });
      }
      // Whoever finishes hands its place over, so `running` stays as it is.
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
