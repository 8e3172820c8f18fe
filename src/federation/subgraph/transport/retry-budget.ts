/**
 * Bounds retries to a share of the traffic: one failure is worth a second try, an outage is not worth twice the load.
 * The tokens of gRPC's retry throttling (gRFC A6).
 */
export interface RetryBudget {
  /** May this failed call be sent again? */
  tryTake(): boolean;
  /** An answer came. */
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
