import type { Milliseconds } from "../../domain/time.js";
import type { ClientSignal } from "../request/request-context.js";
import type { CallResult } from "./transport/transport.js";

/** An operation that waits for a call. */
export interface Waiter {
  readonly signal: ClientSignal;
  /** Remaining time of its operation. */
  readonly remainingMs: Milliseconds;
}

/** Calls in flight that several callers wait for. The subgraph must not be able to distinguish these callers. */
export interface SharedCalls {
  /**
   * @param key - everything that is sent to the subgraph except the request id
   * @param start - makes the call; its signal is aborted when no caller waits for it any more
   * @returns one result for all callers; `gone` or `deadline` for a caller who disconnected or whose time is up
   */
  join(key: string, waiter: Waiter, start: (signal: AbortSignal) => Promise<CallResult>): Promise<CallResult>;
}

interface SharedCall {
  readonly result: Promise<CallResult>;
  readonly controller: AbortController;
  waiting: number;
}

export const createSharedCalls = (): SharedCalls => {
  const calls = new Map<string, SharedCall>();

  const forget = (key: string, call: SharedCall): void => {
    if (calls.get(key) === call) calls.delete(key);
  };
  const open = (key: string, start: (signal: AbortSignal) => Promise<CallResult>): SharedCall => {
    const controller = new AbortController();
    const call: SharedCall = { result: start(controller.signal), controller, waiting: 0 };
    calls.set(key, call);
    return call;
  };
  const leave = (key: string, call: SharedCall): void => {
    call.waiting -= 1;
    if (call.waiting > 0) return;
    // Later callers start a new call.
    forget(key, call);
    call.controller.abort();
  };

  return {
    join(key, { signal, remainingMs }, start) {
      if (signal.aborted) return Promise.resolve(GONE);
      const call = calls.get(key) ?? open(key, start);
      call.waiting += 1;
      return new Promise((resolve) => {
        let isOver = false;
        const finish = (result: CallResult): void => {
          if (isOver) return;
          isOver = true;
          clearTimeout(timer);
          signal.removeEventListener("abort", onAbort);
          leave(key, call);
          resolve(result);
        };
        const onAbort = (): void => finish(GONE);
        const timer = setTimeout(() => finish(LATE), remainingMs);
        signal.addEventListener("abort", onAbort);
        void call.result.then((result) => {
          forget(key, call);
          finish(result);
        });
      });
    },
  };
};

const cut = (failure: "gone" | "deadline", reason: string): CallResult => ({
  answer: { kind: "unavailable", reason },
  failure,
  status: undefined,
  setCookies: [],
});
const GONE = cut("gone", "the client went away");
const LATE = cut("deadline", "the time of the whole operation is up");
