import type { ClientSignal } from "../federation/request/request-context.js";

/**
 * Tells whoever works for a client that it has gone. An AbortSignal says the same, and making one and listening to
 * it costs as much as authorizing a small request.
 */
export class Departure implements ClientSignal {
  #aborted = false;
  #listeners: readonly ((event?: unknown) => void)[] = NOBODY;

  get aborted(): boolean {
    return this.#aborted;
  }

  addEventListener(_type: "abort", listener: (event?: unknown) => void): void {
    this.#listeners = this.#listeners === NOBODY ? [listener] : [...this.#listeners, listener];
  }

  removeEventListener(_type: "abort", listener: (event?: unknown) => void): void {
    const left = this.#listeners.filter((each) => each !== listener);
    this.#listeners = left.length === 0 ? NOBODY : left;
  }

  /** The client has gone. Tells each listener once. */
  tell(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    const listeners = this.#listeners;
    this.#listeners = NOBODY;
    for (const listener of listeners) listener();
  }
}

const NOBODY: readonly ((event?: unknown) => void)[] = [];
