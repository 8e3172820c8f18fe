import type { Milliseconds } from "../domain/time.js";

interface Waiter {
  readonly keys: readonly string[];
  wake(): void;
}

/** How many may wait for one key. Further ones are refused. */
const MAX_PER_KEY = 200;
const MAX_IN_ALL = 1_000;

/** The attempts under way in this process, and those that wait until one with the same key ends, in order of arrival. */
export class WaitingLine {
  private readonly underWay = new Map<string, number>();
  private readonly waiters = new Map<string, Set<Waiter>>();
  private waiting = 0;

  begin(keys: readonly string[]): void {
    for (const key of keys) this.underWay.set(key, (this.underWay.get(key) ?? 0) + 1);
  }

  /** Call it when an attempt has ended: wakes the next one for each of its keys. */
  end(keys: readonly string[]): void {
    for (const key of keys) {
      const left = (this.underWay.get(key) ?? 1) - 1;
      if (left > 0) this.underWay.set(key, left);
      else this.underWay.delete(key);
      this.wakeNext(key);
    }
  }

  /** Call it when an attempt was refused: wakes the next one for each key that has no attempt under way. */
  pass(keys: readonly string[]): void {
    for (const key of keys) if (!this.underWay.has(key)) this.wakeNext(key);
  }

  isUnderWay(keys: readonly string[]): boolean {
    return keys.some((key) => this.underWay.has(key));
  }

  hasWaiters(keys: readonly string[]): boolean {
    return keys.some((key) => this.waiters.has(key));
  }

  /** Resolves to true when it is the turn of this attempt or the time is over; to false at once when too many wait. */
  wait(keys: readonly string[], atMostMs: Milliseconds): Promise<boolean> {
    const isFull = keys.some((key) => (this.waiters.get(key)?.size ?? 0) >= MAX_PER_KEY);
    if (isFull || this.waiting >= MAX_IN_ALL) return Promise.resolve(false);
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.remove(waiter);
        resolve(true);
      };
      const waiter: Waiter = { keys, wake };
      const timer = setTimeout(wake, atMostMs);
      this.waiting += 1;
      for (const key of keys) this.waiters.set(key, (this.waiters.get(key) ?? new Set()).add(waiter));
    });
  }

  private wakeNext(key: string): void {
    const [first] = this.waiters.get(key) ?? [];
    first?.wake();
  }

  private remove(waiter: Waiter): void {
    this.waiting -= 1;
    for (const key of waiter.keys) {
      const set = this.waiters.get(key);
      set?.delete(waiter);
      if (set?.size === 0) this.waiters.delete(key);
    }
  }
}
