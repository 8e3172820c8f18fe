import type { ClientSignal } from "../federation/request/request-context.js";

/**
 * Notifies listeners when the client disconnects. It replaces an AbortSignal: creating one and listening to it costs
 * as much as authorizing a small request.
 */
export class ClientDisconnect implements ClientSignal {
  #aborted = false;
  #listeners: readonly ((event?: unknown) => void)[] = NO_LISTENERS;

  get aborted(): boolean {
    return this.#aborted;
  }

  addEventListener(_type: "abort", listener: (event?: unknown) => void): void {
    this.#listeners = this.#listeners === NO_LISTENERS ? [listener] : [...this.#listeners, listener];
  }

  removeEventListener(_type: "abort", listener: (event?: unknown) => void): void {
    const left = this.#listeners.filter((each) => each !== listener);
    this.#listeners = left.length === 0 ? NO_LISTENERS : left;
  }

  /** Marks the client as disconnected and calls each listener once. */
  notify(): void {
    if (this.#aborted) return;
    this.#aborted = true;
    const listeners = this.#listeners;
    this.#listeners = NO_LISTENERS;
    for (const listener of listeners) listener();
  }
}

const NO_LISTENERS: readonly ((event?: unknown) => void)[] = [];
