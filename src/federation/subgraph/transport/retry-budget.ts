/**
 * Limits retries to a share of the traffic: a single failure is retried, but an outage must not double the load. It works
 * like gRPC's retry throttling (gRFC A6).
 */
export interface RetryBudget {
  /** May this failed call be sent again? */
  tryTake(): boolean;
  /** Counts a successful call. */
  refill(): void;
}

const MAX_TOKENS = 10;
const TOKENS_PER_ANSWER = 0.1;

export const createRetryBudget = (): RetryBudget => {
  let tokens = MAX_TOKENS;
  return {
    tryTake() {
      if (tokens < 1) return false;
      tokens -= 1;
      return true;
    },
    refill() {
      if (tokens < MAX_TOKENS) tokens = Math.min(MAX_TOKENS, tokens + TOKENS_PER_ANSWER);
    },
  };
};
