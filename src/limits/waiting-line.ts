import type { Milliseconds } from "../domain/time.js";

interface Waiter {
  readonly keys: readonly string[];
  wake(): void;
}

/** Waiters for one key; whoever comes later is refused. */
const MAX_PER_KEY = 200;
const MAX_IN_ALL = 1_000;

/** The attempts under way in this process, and who waits for one of the same keys to end: first come, first served. */
export class WaitingLine {
  private readonly underWay = new Map<string, number>();
  private readonly waiters = new Map<string, Set<Waiter>>();
  private waiting = 0;

  begin(keys: readonly string[]): void {
    for (const key of keys) this.underWay.set(key, (this.underWay.get(key) ?? 0) + 1);
  }

  /** An attempt has ended, and the next of each of its keys may try. */
  end(keys: readonly string[]): void {
    for (const key of keys) {
      const left = (this.underWay.get(key) ?? 1) - 1;
      if (left > 0) this.underWay.set(key, left);
      else this.underWay.delete(key);
      this.wakeNext(key);
    }
  }

  /** Somebody leaves unserved. Where nothing is under way that would wake the next one, this does. */
  pass(keys: readonly string[]): void {
    for (const key of keys) if (!this.underWay.has(key)) this.wakeNext(key);
  }

  isUnderWay(keys: readonly string[]): boolean {
    return keys.some((key) => this.underWay.has(key));
  }

  hasWaiters(keys: readonly string[]): boolean {
    return keys.some((key) => this.waiters.has(key));
  }

  /** Resolves when it is this one's turn, or after the time given; at once to false where too many wait already. */
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
