import type { RequestOutcome } from "../federation/request/request-context.js";

/**
 * What Apollo Server's content negotiation chose for an `Accept` header before. The choice depends on nothing else,
 * clients send few different ones, and working it out anew costs more than authorization does.
 */
export interface NegotiatedTypes {
  /** The choice made for this header before. */
  known(accept: string | undefined): string | undefined;
  /** The media type to set now; `undefined` leaves the choice to Apollo Server, and has it learnt. */
  recall(outcome: RequestOutcome, accept: string | undefined): string | undefined;
  /** Remembers the choice of an answer that was negotiated, once its status is known. */
  learn(
    outcome: RequestOutcome,
    accept: string | undefined,
    answer: { readonly status: number; readonly type: string | undefined },
  ): void;
}

/** Bounds what strangers can make us remember; who fills it only takes the short cut away from others. */
const MOST = 100;
const LONGEST = 256;
const NOT_ACCEPTABLE = 406;

export function createNegotiatedTypes(): NegotiatedTypes {
  // An absent header and an empty one are negotiated alike.
  const chosen = new Map<string, string>();
  // An answer that never came to negotiation (a refused request) has a type too, and says nothing. Told apart by the
  // outcome: Apollo Server hands its plugins a copy of the context, and the outcome is the same object in both.
  const negotiating = new WeakSet<RequestOutcome>();
  return {
    known: (accept = "") => chosen.get(accept),
    recall(outcome, accept = "") {
      if (accept.length > LONGEST) return undefined;
      const known = chosen.get(accept);
      if (known === undefined) negotiating.add(outcome);
      return known;
    },
    learn(outcome, accept = "", { status, type }) {
      if (type === undefined || !negotiating.delete(outcome)) return;
      if (status === NOT_ACCEPTABLE) return;
      if (chosen.size >= MOST) chosen.clear();
      chosen.set(accept, type);
    },
  };
}
