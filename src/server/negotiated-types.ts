import type { RequestOutcome } from "../federation/request/request-context.js";

/**
 * A cache of the media types that Apollo Server negotiated, by `Accept` header. The result depends on this header
 * only, clients send few different ones, and negotiation costs more than authorization.
 */
export interface NegotiatedTypes {
  /** The cached type for this header. */
  known(accept: string | undefined): string | undefined;
  /** The type to set now. `undefined`: Apollo Server negotiates, and `learn` may cache its result. */
  recall(outcome: RequestOutcome, accept: string | undefined): string | undefined;
  /** Caches the type of a response that was negotiated, once its status is known. */
  learn(
    outcome: RequestOutcome,
    accept: string | undefined,
    answer: { readonly status: number; readonly type: string | undefined },
  ): void;
}

/** Bounds the memory that clients can use. Filling the cache only costs other clients the fast path. */
const MAX_ENTRIES = 100;
const MAX_HEADER_LENGTH = 256;
const NOT_ACCEPTABLE = 406;

export function createNegotiatedTypes(): NegotiatedTypes {
  // Absent and empty headers are negotiated the same way.
  const chosen = new Map<string, string>();
  // A refused request has a media type too, but it was not negotiated and must not be cached. The key is the outcome:
  // Apollo Server gives its plugins a copy of the context, which holds the same outcome object.
  const negotiating = new WeakSet<RequestOutcome>();
  return {
    known: (accept = "") => chosen.get(accept),
    recall(outcome, accept = "") {
      if (accept.length > MAX_HEADER_LENGTH) return undefined;
      const known = chosen.get(accept);
      if (known === undefined) negotiating.add(outcome);
      return known;
    },
    learn(outcome, accept = "", { status, type }) {
      if (type === undefined || !negotiating.delete(outcome)) return;
      if (status === NOT_ACCEPTABLE) return;
      if (chosen.size >= MAX_ENTRIES) chosen.clear();
      chosen.set(accept, type);
    },
  };
}
